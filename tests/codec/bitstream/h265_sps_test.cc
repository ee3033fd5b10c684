// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/h265_sps.h"

#include <catch2/catch.hpp>

#include "codec/bitstream/bit_writer.h"
#include "codec/bitstream/nal.h"
#include "core/base/rng.h"
#include "tests/codec/support/hex.h"

namespace onair::codec {
namespace {

using namespace testing;

TEST_CASE("An H.265 SPS tells size, profile, level, frame rate and reorder depth") {
  const auto sps = ParseH265Sps(Hex(kHevc720Sps));
  REQUIRE(sps);
  CHECK(sps->size == PictureSize{1280, 720});
  CHECK(sps->coded_size == PictureSize{1280, 720});
  CHECK(sps->profile.profile_idc() == 1);
  CHECK(sps->profile.tier() == H265Tier::kMain);
  CHECK(sps->profile.level_idc() == 93);
  CHECK(sps->frame_rate == Approx(30));
  CHECK(sps->reorder_depth == 2);
  CHECK(sps->max_dpb_pictures == 5);
  CHECK(sps->temporal_layers == 1);
  CHECK(sps->is_temporal_nested);
  CHECK_FALSE(sps->is_full_range);
}

TEST_CASE("An H.265 picture ends at its conformance window") {
  const auto sps = ParseH265Sps(Hex(kHevcCropSps));
  REQUIRE(sps);
  CHECK(sps->size == PictureSize{854, 482});
  CHECK(sps->coded_size == PictureSize{856, 488});
  CHECK(sps->frame_rate == Approx(25));
  CHECK(sps->reorder_depth == 0);
}

TEST_CASE("H.265 range, fractional frame rate, tier, layers and 10 bits are read") {
  const auto full = ParseH265Sps(Hex(kHevcFullRangeSps));
  REQUIRE(full);
  CHECK(full->is_full_range);
  CHECK(full->frame_rate == Approx(29.97).epsilon(1e-4));
  CHECK(full->profile.level_idc() == 120);
  CHECK(full->temporal_layers == 2);

  Bytes high = Hex(kHevcFullRangeSps);
  high[3] |= 0x20;  // general_tier_flag
  CHECK(ParseH265Sps(high)->profile.tier() == H265Tier::kHigh);

  const auto ten = ParseH265Sps(Hex(kHevc10BitSps));
  REQUIRE(ten);
  CHECK(ten->luma_bits == 10);
  CHECK(ten->chroma_bits == 10);
  CHECK(ten->profile.profile_idc() == 2);
  CHECK(ten->frame_rate == Approx(50));
}

TEST_CASE("H.265 VPS and PPS give their ids, the VPS its level") {
  const auto vps = ParseH265Vps(Hex(kHevc720Vps));
  REQUIRE(vps);
  CHECK(vps->id == 0);
  CHECK(vps->temporal_layers == 1);
  CHECK(vps->profile.level_idc() == 93);
  CHECK(vps->frame_rate == 0);
  const auto pps = ParseH265Pps(Hex(kHevcPps));
  REQUIRE(pps);
  CHECK(pps->id == 0);
  CHECK(pps->sps_id == 0);
}

TEST_CASE("A VPS with timing gives the frame rate") {
  // H.265 section 7.3.2.1, one layer; 1001 units of 60000.
  BitWriter bits;
  bits.Bits(0x4001, 16).Bits(3, 4).Bits(3, 2).Bits(0, 6).Bits(0, 3).Flag(1).Bits(0xffff, 16);
  for (int i = 0; i < 11; ++i) bits.Bits(0x60, 8);
  bits.Bits(93, 8).Flag(1).Ue(1).Ue(0).Ue(0).Bits(0, 6).Ue(0);
  bits.Flag(1).Bits(1001, 32).Bits(60000, 32).Flag(0).Ue(0).Flag(0).StopBit();
  const auto vps = ParseH265Vps(InsertEmulationPrevention(bits.Take()));
  REQUIRE(vps);
  CHECK(vps->id == 3);
  CHECK(vps->frame_rate == Approx(59.94).epsilon(1e-4));
}

// The part of an SPS before the picture size: H.265 section 7.3.2.2.1.
BitWriter SpsHead(int layers) {
  BitWriter bits;
  bits.Bits(0x4201, 16).Bits(0, 4).Bits(static_cast<std::uint32_t>(layers - 1), 3).Flag(1);
  for (int i = 0; i < 11; ++i) bits.Bits(0x60, 8);
  bits.Bits(120, 8);
  for (int i = 1; i < layers; ++i) bits.Flag(1).Flag(1);
  if (layers > 1) bits.Bits(0, (9 - layers) * 2);
  for (int i = 1; i < layers; ++i) {
    for (int j = 0; j < 12; ++j) bits.Bits(0x77, 8);
  }
  return bits;
}

TEST_CASE("An H.265 SPS with layers, reference sets and long-term pictures is read to its VUI") {
  BitWriter bits = SpsHead(3);
  bits.Ue(2).Ue(1).Ue(640).Ue(360).Flag(0).Ue(0).Ue(0).Ue(4);
  bits.Flag(1);
  bits.Ue(1).Ue(0).Ue(0).Ue(2).Ue(1).Ue(0).Ue(4).Ue(2).Ue(0);
  for (int i = 0; i < 6; ++i) bits.Ue(0);
  bits.Flag(1).Flag(0);                                       // Default scaling lists.
  bits.Bits(0, 2).Flag(1).Bits(0x77, 8).Ue(0).Ue(0).Flag(0);  // PCM.
  bits.Ue(3);
  bits.Ue(2).Ue(1);  // Set 0: two before, one after.
  for (int i = 0; i < 3; ++i) bits.Ue(0).Flag(1);
  bits.Flag(1).Flag(0).Ue(0);  // Set 1 from set 0: four flags.
  bits.Flag(1).Flag(0).Flag(1).Flag(1).Flag(0).Flag(0);
  bits.Flag(0).Ue(1).Ue(0).Ue(0).Flag(1);                    // Set 2: one before.
  bits.Flag(1).Ue(2).Bits(5, 8).Flag(1).Bits(6, 8).Flag(0);  // Long-term.
  bits.Bits(3, 2).Flag(1);
  bits.Flag(0).Flag(0).Flag(0).Flag(0).Bits(0, 3).Flag(0).Flag(1).Bits(1, 32).Bits(24, 32);
  bits.Flag(0).Flag(0).Flag(0).Flag(0).StopBit();
  const auto sps = ParseH265Sps(InsertEmulationPrevention(bits.Take()));
  REQUIRE(sps);
  CHECK(sps->id == 2);
  CHECK(sps->temporal_layers == 3);
  CHECK(sps->size == PictureSize{640, 360});
  CHECK(sps->reorder_depth == 2);
  CHECK(sps->max_dpb_pictures == 5);
  CHECK(sps->frame_rate == 24);
}

TEST_CASE("H.265 parameter sets cut anywhere give an error or lose only their VUI") {
  const Bytes sps = Hex(kHevc720Sps);
  for (std::size_t size = 0; size < sps.size(); ++size) {
    CAPTURE(size);
    const auto parsed = ParseH265Sps(ByteView(sps).first(size));
    if (size < 29) CHECK_FALSE(parsed);
    if (parsed) CHECK(parsed->size == PictureSize{1280, 720});
  }
  const Bytes vps = Hex(kHevc720Vps);
  for (std::size_t size = 0; size + 3 < vps.size(); ++size) {
    CHECK_FALSE(ParseH265Vps(ByteView(vps).first(size)));
  }
  CHECK_FALSE(ParseH265Pps(ByteView(Hex(kHevcPps)).first(2)));
}

TEST_CASE("Another unit is no H.265 parameter set") {
  CHECK(ParseH265Sps(Hex(kHevc720Vps)).error().detail == "not an SPS");
  CHECK(ParseH265Vps(Hex(kHevcPps)).error().detail == "not a VPS");
  CHECK(ParseH265Pps(Hex(kHevc720Sps)).error().detail == "not a PPS");
}

TEST_CASE("Absurd H.265 sizes and counts are refused") {
  const auto with_size = [](std::uint32_t width, std::uint32_t height, std::uint32_t crop) {
    BitWriter bits = SpsHead(1);
    bits.Ue(0).Ue(1).Ue(width).Ue(height).Flag(1).Ue(0).Ue(crop).Ue(0).Ue(0);
    bits.Ue(0).Ue(0).Ue(4).Flag(1).Ue(0).Ue(0).Ue(0);
    for (int i = 0; i < 6; ++i) bits.Ue(0);
    bits.Flag(0).Bits(0, 2).Flag(0).Ue(0).Flag(0).Bits(0, 2).Flag(0).StopBit();
    return ParseH265Sps(InsertEmulationPrevention(bits.Take()));
  };
  CHECK(with_size(640, 360, 4)->size == PictureSize{632, 360});
  CHECK_FALSE(with_size(16384, 16384, 0));
  CHECK_FALSE(with_size(0, 360, 0));
  CHECK_FALSE(with_size(640, 360, 320));
  CHECK_FALSE(with_size(640, 360, 0x7ffffffe));

  BitWriter sets = SpsHead(1);
  sets.Ue(0).Ue(1).Ue(640).Ue(360).Flag(0).Ue(0).Ue(0).Ue(4).Flag(1).Ue(0).Ue(0).Ue(0);
  for (int i = 0; i < 6; ++i) sets.Ue(0);
  sets.Flag(0).Bits(0, 2).Flag(0).Ue(65).StopBit();
  CHECK(ParseH265Sps(InsertEmulationPrevention(sets.Take())).error().detail ==
        "SPS field is out of range");
}

TEST_CASE("Random bytes after an H.265 SPS header never give a size out of range") {
  Rng rng(5);
  for (int round = 0; round < 3000; ++round) {
    Bytes bytes = Hex(kHevc720Sps);
    for (int k = 0; k < 4; ++k) {
      bytes[2 + rng.Next() % (bytes.size() - 2)] = static_cast<std::uint8_t>(rng.Next());
    }
    const auto sps = ParseH265Sps(bytes);
    if (!sps) continue;
    REQUIRE(sps->size.width >= 1);
    REQUIRE(sps->size.width <= kMaxPictureSide);
    REQUIRE(sps->size.height >= 1);
    REQUIRE(sps->reorder_depth <= 15);
    REQUIRE(sps->frame_rate <= 1000);
  }
}

}  // namespace
}  // namespace onair::codec
