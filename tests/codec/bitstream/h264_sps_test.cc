// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/h264_sps.h"

#include <catch2/catch.hpp>

#include "codec/bitstream/bit_writer.h"
#include "codec/bitstream/nal.h"
#include "core/base/rng.h"
#include "tests/codec/support/hex.h"

namespace onair::codec {
namespace {

using namespace testing;

// A hand-made SPS, field by field (ITU-T H.264 section 7.3.2.1.1).
struct SpsFields {
  std::uint32_t profile = 77;
  std::uint32_t chroma = 1;
  std::uint32_t depth = 8;
  std::uint32_t order_type = 0;
  std::uint32_t references = 2;
  std::uint32_t width_mbs = 40;
  std::uint32_t map_units = 30;
  std::uint32_t is_frame_only = 1;
  std::uint32_t crop[4] = {0, 0, 0, 0};
};

Bytes MakeSps(const SpsFields& f) {
  BitWriter bits;
  bits.Bits(0x67, 8).Bits(f.profile, 8).Bits(0, 8).Bits(31, 8).Ue(0);
  if (f.profile == 100) {
    bits.Ue(f.chroma);
    if (f.chroma == 3) bits.Flag(0);
    bits.Ue(f.depth - 8).Ue(f.depth - 8).Flag(0);
    bits.Flag(1);  // Scaling matrix: the first list has deltas, the seventh ends at once.
    for (int i = 0; i < (f.chroma == 3 ? 12 : 8); ++i) {
      bits.Flag(i == 0 || i == 6 ? 1 : 0);
      for (int k = 0; i == 0 && k < 16; ++k) bits.Se(1);
      if (i == 6) bits.Se(-8);
    }
  }
  bits.Ue(0).Ue(f.order_type);
  if (f.order_type == 0) bits.Ue(2);
  if (f.order_type == 1) bits.Flag(0).Se(-1).Se(3).Ue(2).Se(5).Se(-5);
  bits.Ue(f.references).Flag(0).Ue(f.width_mbs - 1).Ue(f.map_units - 1).Flag(f.is_frame_only);
  if (f.is_frame_only == 0) bits.Flag(0);
  bits.Flag(1).Flag(1);
  for (const std::uint32_t side : f.crop) bits.Ue(side);
  bits.Flag(0).StopBit();
  return InsertEmulationPrevention(bits.Take());
}

TEST_CASE("SPS of x264 baseline gives size, rate and no reordering") {
  const auto sps = ParseH264Sps(Hex(kBaseline360Sps));

  REQUIRE(sps);
  CHECK(sps->profile_idc == 66);
  CHECK(sps->level_idc == 30);
  CHECK(sps->coded_size == PictureSize{640, 368});
  CHECK(sps->size == PictureSize{640, 360});
  CHECK(sps->frame_rate == Approx(25));
  CHECK(sps->reorder_depth() == 0);
}

TEST_CASE("SPS of x264 with B frames says how far pictures are reordered") {
  const auto sps = ParseH264Sps(Hex(kMain1080Sps));

  REQUIRE(sps);
  CHECK(sps->profile_idc == 77);
  CHECK(sps->coded_size == PictureSize{1920, 1088});
  CHECK(sps->size == PictureSize{1920, 1080});
  CHECK(sps->frame_rate == Approx(30));
  CHECK(sps->reorder_depth() == 2);
  CHECK(sps->max_dpb_pictures == 4);
}

TEST_CASE("SPS of x264 zerolatency has a fractional rate and no reordering") {
  const auto sps = ParseH264Sps(Hex(kHigh720Sps));

  REQUIRE(sps);
  CHECK(sps->profile_idc == 100);
  CHECK(sps->size == PictureSize{1280, 720});
  CHECK(sps->frame_rate == Approx(29.97).epsilon(1e-4));
  CHECK(sps->reorder_depth() == 0);
  CHECK_FALSE(sps->is_full_range);
}

TEST_CASE("SPS of an interlaced stream with HRD counts both fields") {
  const auto sps = ParseH264Sps(Hex(kInterlacedSps));

  REQUIRE(sps);
  CHECK_FALSE(sps->is_frame_only);
  CHECK(sps->size == PictureSize{854, 480});
  CHECK(sps->frame_rate == Approx(50));
  CHECK(sps->reorder_depth() == 2);
}

TEST_CASE("SPS cropping is counted in units of the chroma format and of fields") {
  struct Row {
    std::uint32_t profile, chroma, is_frame_only;
    PictureSize expected;
  };
  const Row rows[] = {
      {77, 1, 1, {640 - 2 * (1 + 2), 480 - 2 * (3 + 4)}},
      {77, 1, 0, {640 - 2 * (1 + 2), 960 - 4 * (3 + 4)}},
      {100, 2, 1, {640 - 2 * (1 + 2), 480 - (3 + 4)}},
      {100, 3, 1, {640 - (1 + 2), 480 - (3 + 4)}},
      {100, 0, 1, {640 - (1 + 2), 480 - (3 + 4)}},
  };
  for (const Row& row : rows) {
    SpsFields fields;
    fields.profile = row.profile;
    fields.chroma = row.chroma;
    fields.is_frame_only = row.is_frame_only;
    fields.crop[0] = 1;
    fields.crop[1] = 2;
    fields.crop[2] = 3;
    fields.crop[3] = 4;

    const auto sps = ParseH264Sps(MakeSps(fields));

    CAPTURE(row.profile, row.chroma, row.is_frame_only);
    REQUIRE(sps);
    CHECK(sps->size == row.expected);
  }
}

TEST_CASE("SPS without VUI knows the reordering only where the profile or order type tells") {
  SpsFields fields;
  CHECK_FALSE(ParseH264Sps(MakeSps(fields))->reorder_depth());

  fields.order_type = 2;
  CHECK(ParseH264Sps(MakeSps(fields))->reorder_depth() == 0);

  fields.order_type = 1;
  CHECK_FALSE(ParseH264Sps(MakeSps(fields))->reorder_depth());
}

TEST_CASE("SPS with an absurd or vanished picture is refused") {
  SpsFields wide;
  wide.width_mbs = 513;
  CHECK(ParseH264Sps(MakeSps(wide)).error().detail == "SPS picture size is out of range");

  SpsFields vanished;
  vanished.crop[1] = 320;
  CHECK(ParseH264Sps(MakeSps(vanished)).error().code == ErrorCode::kBitstream);

  SpsFields huge;
  huge.map_units = 0x7fffffff;
  CHECK(ParseH264Sps(MakeSps(huge)).error().code == ErrorCode::kBitstream);
}

TEST_CASE("SPS with fields out of range is refused") {
  SpsFields references;
  references.references = 17;
  CHECK(ParseH264Sps(MakeSps(references)).error().detail == "SPS field is out of range");

  SpsFields depth;
  depth.profile = 100;
  depth.depth = 15;
  CHECK_FALSE(ParseH264Sps(MakeSps(depth)));
}

TEST_CASE("SPS cut before its VUI is refused, cut within it keeps what came before") {
  const Bytes whole = Hex(kHigh720Sps);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto sps = ParseH264Sps(ByteView(whole).first(size));
    CAPTURE(size);
    if (size < 10) CHECK_FALSE(sps);
    if (sps) CHECK(sps->size == PictureSize{1280, 720});
  }
}

TEST_CASE("SPS parsing survives random bytes") {
  Rng rng(3);
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes = rng.TakeBytes(1 + rng.Below(40));
    bytes[0] = 0x67;
    const auto sps = ParseH264Sps(bytes);
    if (!sps) continue;
    REQUIRE(sps->size.width >= 1);
    REQUIRE(sps->size.width <= kMaxPictureSide);
  }
}

TEST_CASE("PPS names its SPS and its entropy coder") {
  CHECK_FALSE(ParseH264Pps(Hex(kBaseline360Pps))->is_cabac);
  const auto pps = ParseH264Pps(Hex(kHigh720Pps));
  REQUIRE(pps);
  CHECK(pps->is_cabac);
  CHECK(pps->sps_id == 0);
  CHECK_FALSE(ParseH264Pps(Hex("68")));
  CHECK_FALSE(ParseH264Pps(Hex(kHigh720Sps)));
}

}  // namespace
}  // namespace onair::codec
