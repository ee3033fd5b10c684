// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/opus_config.h"

#include <catch2/catch.hpp>

#include "tests/codec/support/hex.h"

namespace onair::codec {
namespace {

using testing::Hex;

// OpusHead, version 1, 2 channels, pre-skip 312, 48 kHz, no gain, family 0.
constexpr std::string_view kHead = "4f70757348656164 01 02 3801 80bb0000 0000 00";

TEST_CASE("An OpusHead is read as RFC 7845 lays it out") {
  const auto config = ParseOpusConfig(Hex(kHead));
  REQUIRE(config);
  CHECK(config->channels == 2);
  CHECK(config->pre_skip == 312);
  CHECK(config->input_rate == 48'000);
  CHECK(config->gain_q8 == 0);
}

TEST_CASE("An OpusHead comes back from its own bytes") {
  const OpusConfig config{.channels = 1, .pre_skip = 65'535, .input_rate = 16'000, .gain_q8 = -300};
  const auto again = ParseOpusConfig(MakeOpusConfig(config));
  REQUIRE(again);
  CHECK(again->channels == 1);
  CHECK(again->pre_skip == 65'535);
  CHECK(again->input_rate == 16'000);
  CHECK(again->gain_q8 == -300);
  CHECK(MakeOpusConfig({.channels = 2, .pre_skip = 312}) == Hex(kHead));
}

TEST_CASE("Bytes that are no OpusHead of ours are refused") {
  const Bytes good = Hex(kHead);
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    INFO(cut);
    CHECK_FALSE(ParseOpusConfig(ByteView(good).first(cut)));
  }
  struct Row {
    std::size_t at;
    std::uint8_t value;
    ErrorCode code;
  };
  for (const Row& row : {Row{0, 'o', ErrorCode::kBitstream}, Row{8, 0x10, ErrorCode::kBitstream},
                         Row{9, 0, ErrorCode::kUnsupported}, Row{9, 3, ErrorCode::kUnsupported},
                         Row{18, 1, ErrorCode::kUnsupported}}) {
    Bytes bad = good;
    bad[row.at] = row.value;
    INFO(row.at);
    CHECK(ParseOpusConfig(bad).error().code == row.code);
  }
}

TEST_CASE("The track of an OpusHead has 48 kHz whatever was recorded") {
  const auto track =
      TrackFromOpusConfig(Buffer::Own(MakeOpusConfig({.channels = 1, .input_rate = 8'000})));
  REQUIRE(track);
  CHECK(track->codec == AudioCodec::kOpus);
  CHECK(track->format == AudioFormat{48'000, 1});
}

TEST_CASE("A packet's span follows table 2 of RFC 6716 and its count of frames") {
  struct Row {
    int config;
    std::int64_t us;
  };
  for (const Row& row :
       {Row{0, 10'000}, Row{1, 20'000}, Row{2, 40'000}, Row{3, 60'000}, Row{8, 10'000},
        Row{11, 60'000}, Row{12, 10'000}, Row{13, 20'000}, Row{15, 20'000}, Row{16, 2'500},
        Row{17, 5'000}, Row{30, 10'000}, Row{31, 20'000}}) {
    const auto toc = static_cast<std::uint8_t>(row.config << 3);
    INFO(row.config);
    CHECK(OpusPacketSpan(Bytes{toc}).value() == TimeDelta::Micros(row.us));
    const auto two = static_cast<std::uint8_t>(toc | 2);
    CHECK(OpusPacketSpan(Bytes{two}).value() == TimeDelta::Micros(2 * row.us));
  }
  CHECK(OpusPacketSpan(Bytes{0x83, 48}).value() == TimeDelta::Millis(120));  // 48 of 2.5 ms.
}

TEST_CASE("A packet without frames or with more than 120 ms has no span") {
  CHECK_FALSE(OpusPacketSpan({}));
  CHECK_FALSE(OpusPacketSpan(Bytes{0x83}));      // Its count is missing.
  CHECK_FALSE(OpusPacketSpan(Bytes{0x83, 0}));   // None.
  CHECK_FALSE(OpusPacketSpan(Bytes{0x83, 49}));  // 122.5 ms.
  CHECK_FALSE(OpusPacketSpan(Bytes{0x1b, 3}));   // Three of 60 ms.
}

}  // namespace
}  // namespace onair::codec
