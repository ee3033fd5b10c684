// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/aac_config.h"

#include <catch2/catch.hpp>

#include "core/base/rng.h"
#include "tests/codec/support/hex.h"

namespace onair::codec {
namespace {

using testing::Hex;

TEST_CASE("AudioSpecificConfig of AAC-LC round-trips for every rate we encode") {
  for (const int rate : {8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000}) {
    for (const int channels : {1, 2}) {
      const auto bytes = MakeAacConfig({rate, channels});
      REQUIRE(bytes);
      REQUIRE(bytes->size() == 2);
      const auto config = ParseAacConfig(*bytes);
      REQUIRE(config);
      CHECK(config->object_type == 2);
      CHECK(config->output == AudioFormat{rate, channels});
      CHECK(config->sbr == SbrSignal::kNone);
    }
  }
  CHECK(*MakeAacConfig({44100, 2}) == Hex("1210"));  // The best known config of all.
  CHECK(*MakeAacConfig({48000, 2}) == Hex("1190"));
}

TEST_CASE("AudioSpecificConfig is not made for what it cannot say in two bytes") {
  CHECK(MakeAacConfig({44000, 2}).error().code == ErrorCode::kInvalidConfig);
  CHECK(MakeAacConfig({44100, 3}).error().code == ErrorCode::kInvalidConfig);
}

TEST_CASE("FFmpeg's five-byte AAC-LC config says there is no SBR") {
  const auto config = ParseAacConfig(Hex("119056e500"));  // ffmpeg 5.1 aac, 48 kHz stereo.
  REQUIRE(config);
  CHECK(config->sbr == SbrSignal::kNone);
  CHECK(config->output == AudioFormat{48000, 2});
}

TEST_CASE("SBR and PS are recognised in both explicit forms") {
  // Hierarchical: AOT 5, 24 kHz, stereo, 48 kHz, AOT 2 (hand-made from table 1.15).
  const auto sbr = ParseAacConfig(Hex("2b118800"));
  REQUIRE(sbr);
  CHECK(sbr->sbr == SbrSignal::kSbr);
  CHECK(sbr->object_type == 2);
  CHECK(sbr->core == AudioFormat{24000, 2});
  CHECK(sbr->output == AudioFormat{48000, 2});

  // Hierarchical PS: AOT 29, 24 kHz, mono, 48 kHz, AOT 2.
  const auto ps = ParseAacConfig(Hex("eb098800"));
  REQUIRE(ps);
  CHECK(ps->sbr == SbrSignal::kSbrAndPs);
  CHECK(ps->core.channels == 1);
  CHECK(ps->output == AudioFormat{48000, 2});

  // Backward compatible: LC 24 kHz stereo, then 2b7, AOT 5, present, 48 kHz.
  const auto compatible = ParseAacConfig(Hex("131056e598"));
  REQUIRE(compatible);
  CHECK(compatible->sbr == SbrSignal::kSbr);
  CHECK(compatible->output.sample_rate == 48000);
}

TEST_CASE("An explicit rate is read, a reserved one is refused") {
  CHECK(ParseAacConfig(Hex("1780562210"))->core.sample_rate == 44100);       // Index 15, 24 bits.
  CHECK(ParseAacConfig(Hex("1690")).error().code == ErrorCode::kBitstream);  // Index 13.
}

TEST_CASE("Objects and layouts we do not decode are named as unsupported") {
  CHECK(ParseAacConfig(Hex("1180")).error().code == ErrorCode::kUnsupported);    // Channels 0.
  CHECK(ParseAacConfig(Hex("f94640")).error().code == ErrorCode::kUnsupported);  // AOT 42, USAC.
}

TEST_CASE("AudioSpecificConfig parsing survives cuts and random bytes") {
  CHECK(ParseAacConfig({}).error().code == ErrorCode::kBitstream);
  CHECK(ParseAacConfig(Hex("12")).error().code == ErrorCode::kBitstream);
  Rng rng(5);
  for (int round = 0; round < 20'000; ++round) {
    const auto config = ParseAacConfig(rng.TakeBytes(rng.Below(12)));
    if (!config) continue;
    REQUIRE(config->output.sample_rate >= 7350);
    REQUIRE(config->output.channels >= 1);
    REQUIRE(config->output.channels <= 8);
  }
}

TEST_CASE("More than two channels come out of the decoder as two") {
  const auto track = TrackFromAacConfig(Buffer::Own(Hex("11b0")));  // 48 kHz, 5.1.
  REQUIRE(track);
  CHECK(track->format == AudioFormat{48000, 2});
}

// Hand-made: LC, 44.1 kHz, stereo, 9 bytes in all, no CRC.
constexpr auto kAdts = "fff1 50 80 01 3f fc 2110";

TEST_CASE("ADTS is taken off and turned into a config") {
  const Bytes bytes = Hex(kAdts);
  const auto frame = ParseAdts(bytes);

  REQUIRE(frame);
  CHECK(frame->frame_bytes == 9);
  CHECK(Bytes(frame->payload.begin(), frame->payload.end()) == Hex("2110"));
  CHECK(frame->config.output == AudioFormat{44100, 2});
  CHECK(*ConfigFromAdts(*frame) == Hex("1210"));
}

TEST_CASE("ADTS with a CRC has a longer header") {
  const Bytes bytes = Hex("fff0 50 80 01 7f fc abcd 2110");
  const auto frame = ParseAdts(bytes);
  REQUIRE(frame);
  CHECK(frame->payload.size() == 2);
}

TEST_CASE("ADTS cut short, empty or without sync is refused") {
  const Bytes bytes = Hex(kAdts);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_FALSE(ParseAdts(ByteView(bytes).first(size)));
  }
  CHECK_FALSE(ParseAdts(Hex("fff1 50 80 00 ff fc 21")));  // frame_length 7.
  CHECK_FALSE(ParseAdts(Hex("ffe1 50 80 01 3f fc 2110")));
  CHECK(ParseAdts(Hex("fff1 50 80 01 3f fd 2110")).error().code == ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace onair::codec
