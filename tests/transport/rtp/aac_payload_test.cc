// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/aac_payload.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "codec/bitstream/aac_config.h"
#include "codec/bitstream/bit_writer.h"
#include "core/base/rng.h"
#include "tests/codec/support/hex.h"

namespace onair::rtp {
namespace {

using codec::BitWriter;
using codec::testing::Hex;

// StreamMuxConfig of version 0: AAC-LC, 48 kHz, stereo.
void WriteConfig(BitWriter& bits, int sub_frames = 1) {
  bits.Flag(0).Flag(1).Bits(static_cast<std::uint32_t>(sub_frames - 1), 6).Bits(0, 4).Bits(0, 3);
  bits.Bits(2, 5).Bits(3, 4).Bits(2, 4).Bits(0, 3);
  bits.Bits(0, 3).Bits(0xff, 8).Flag(0).Flag(0);
}

void WriteUnit(BitWriter& bits, const Bytes& unit) {
  std::size_t left = unit.size();
  for (; left >= 255; left -= 255) bits.Bits(255, 8);
  bits.Bits(static_cast<std::uint32_t>(left), 8);
  for (const std::uint8_t byte : unit) bits.Bits(byte, 8);
}

Bytes InBandElement(const Bytes& unit) {
  BitWriter bits;
  bits.Flag(0);  // useSameStreamMux
  WriteConfig(bits);
  WriteUnit(bits, unit);
  return bits.Take();
}

// AAC-LC, 24 kHz, stereo, fields as ISO/IEC 14496-3 tables 1.15 and 1.42 lay them out.
TEST_CASE("The config of an SDP line is read") {
  const auto config = ParseStreamMuxConfig(Hex("400026203fc0"));
  REQUIRE(config);
  CHECK(config->sub_frames == 1);
  const auto aac = codec::ParseAacConfig(config->audio_config);
  REQUIRE(aac);
  CHECK(aac->object_type == 2);
  CHECK(aac->core == AudioFormat{24'000, 2});
}

TEST_CASE("A LATM element in band gives its access unit and track at any bit offset") {
  Rng rng(1);
  LatmReader reader(LatmConfigPlace::kInBand);
  for (const std::size_t size : {1UL, 254UL, 255UL, 256UL, 700UL}) {
    const Bytes unit = rng.TakeBytes(size);
    std::vector<Bytes> out;
    REQUIRE(reader.Read(InBandElement(unit), out));
    REQUIRE(out.size() == 1);
    CHECK(out[0] == unit);
  }
  REQUIRE(reader.track());
  CHECK(reader.track()->format == AudioFormat{48'000, 2});

  BitWriter same;
  same.Flag(1);
  WriteUnit(same, {1, 2, 3});
  std::vector<Bytes> out;
  REQUIRE(reader.Read(same.Take(), out));
  CHECK(out[0] == Bytes{1, 2, 3});
}

TEST_CASE("With the config in SDP an element is lengths and units, several where it says so") {
  BitWriter config;
  WriteConfig(config, 2);
  LatmReader reader(LatmConfigPlace::kInSdp);
  std::vector<Bytes> out;
  CHECK(reader.Read(Hex("01aa"), out).error().code == ErrorCode::kInvalidState);
  REQUIRE(reader.Configure(config.Take()));
  REQUIRE(reader.Read(Hex("01aa 02bbcc"), out));
  CHECK(out == std::vector<Bytes>{Hex("aa"), Hex("bbcc")});
  CHECK(reader.Read(Hex("01aa 02bb"), out).error().code == ErrorCode::kBitstream);
  CHECK(out.size() == 2);
}

TEST_CASE("A LATM config of version 1 with a length and one with SBR are read") {
  BitWriter bits;
  bits.Flag(1).Flag(0).Bits(0, 2).Bits(0, 8);  // taraBufferFullness
  bits.Flag(1).Bits(0, 6).Bits(0, 4).Bits(0, 3);
  bits.Bits(0, 2).Bits(20, 8);  // Twenty bits for sixteen of config.
  bits.Bits(2, 5).Bits(4, 4).Bits(1, 4).Bits(0, 3).Bits(0, 4);
  bits.Bits(0, 3).Bits(0xff, 8).Flag(0).Flag(1).Bits(0x55, 8);
  const auto config = ParseStreamMuxConfig(bits.Take());
  REQUIRE(config);
  CHECK(config->has_crc);
  CHECK(codec::ParseAacConfig(config->audio_config)->core == AudioFormat{44'100, 1});

  BitWriter sbr;
  sbr.Flag(0).Flag(1).Bits(0, 6).Bits(0, 4).Bits(0, 3);
  sbr.Bits(5, 5).Bits(6, 4).Bits(2, 4).Bits(3, 4).Bits(2, 5).Bits(0, 3);
  sbr.Bits(0, 3).Bits(0xff, 8).Flag(0).Flag(0);
  const auto he = ParseStreamMuxConfig(sbr.Take());
  REQUIRE(he);
  const auto aac = codec::ParseAacConfig(he->audio_config);
  REQUIRE(aac);
  CHECK(aac->sbr == codec::SbrSignal::kSbr);
  CHECK(aac->output.sample_rate == 48'000);
}

TEST_CASE("A LATM config says behind its AAC-LC whether there is SBR, as vendors write it") {
  // Source: Tencent's servers, "config=" of an answer: told that there is none.
  const auto without = ParseStreamMuxConfig(Hex("40002420adca1fe0"));
  REQUIRE(without);
  CHECK(codec::ParseAacConfig(without->audio_config)->output == AudioFormat{44'100, 2});
  CHECK(without->sub_frames == 1);
  CHECK_FALSE(without->has_crc);

  BitWriter bits;
  bits.Flag(0).Flag(1).Bits(0, 6).Bits(0, 4).Bits(0, 3);
  bits.Bits(2, 5).Bits(7, 4).Bits(2, 4).Bits(0, 3);       // AAC-LC, 22.05 kHz.
  bits.Bits(0x2b7, 11).Bits(5, 5).Bits(1, 1).Bits(4, 4);  // SBR, 44.1 kHz.
  bits.Bits(0, 3).Bits(0xff, 8).Flag(0).Flag(0);
  const auto with = ParseStreamMuxConfig(bits.Take());
  REQUIRE(with);
  CHECK(codec::ParseAacConfig(with->audio_config)->output.sample_rate == 44'100);
}

TEST_CASE("LATM that is cut short or of a kind we do not read is refused") {
  BitWriter bits;
  WriteConfig(bits);
  const Bytes good = bits.Take();
  for (std::size_t cut = 0; cut + 1 < good.size(); ++cut) {
    INFO(cut);
    CHECK_FALSE(ParseStreamMuxConfig(ByteView(good).first(cut)));
  }
  const auto code = [](auto write) {
    BitWriter out;
    write(out);
    out.Bits(0, 32).Bits(0, 32).Bits(0, 32);
    return ParseStreamMuxConfig(out.Take()).error().code;
  };
  CHECK(code([](auto& b) { b.Flag(1).Flag(1); }) == ErrorCode::kUnsupported);
  CHECK(code([](auto& b) { b.Flag(0).Flag(0); }) == ErrorCode::kUnsupported);
  CHECK(code([](auto& b) { b.Flag(0).Flag(1).Bits(0, 6).Bits(1, 4); }) == ErrorCode::kUnsupported);
  CHECK(code([](auto& b) { b.Flag(0).Flag(1).Bits(0, 13).Bits(8, 5); }) == ErrorCode::kUnsupported);
}

TEST_CASE("A payload of ADTS frames gives their access units and track") {
  const auto adts = [](const Bytes& unit) {
    BitWriter bits;
    bits.Bits(0xfff, 12).Flag(0).Bits(0, 2).Flag(1).Bits(1, 2).Bits(3, 4).Flag(0).Bits(2, 3);
    bits.Bits(0, 4).Bits(static_cast<std::uint32_t>(7 + unit.size()), 13).Bits(0x7ff, 11);
    bits.Bits(0, 2);
    for (const std::uint8_t byte : unit) bits.Bits(byte, 8);
    return bits.Take();
  };
  Bytes payload = adts({1, 2, 3});
  const Bytes second = adts({4});
  payload.insert(payload.end(), second.begin(), second.end());
  std::vector<Bytes> out;
  const auto track = ReadAdts(payload, out);
  REQUIRE(track);
  CHECK(track->format == AudioFormat{48'000, 2});
  CHECK(out == std::vector<Bytes>{{1, 2, 3}, {4}});

  payload.pop_back();
  CHECK_FALSE(ReadAdts(payload, out));
  CHECK(out.size() == 2);
  CHECK_FALSE(ReadAdts({}, out));
}

}  // namespace
}  // namespace onair::rtp
