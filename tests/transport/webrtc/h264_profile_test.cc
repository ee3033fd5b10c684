// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/h264_profile.h"

#include <catch2/catch.hpp>
#include <string>

namespace onair::webrtc {
namespace {

RtpCodec With(FormatParameters parameters) {
  RtpCodec codec;
  codec.name = "H264";
  codec.parameters = std::move(parameters);
  return codec;
}

TEST_CASE("Profiles are told from the bits of RFC 6184, table 5") {
  struct Row {
    std::string text;
    H264Profile profile;
    int level;
  };
  const Row row = GENERATE(values<Row>({
      {"42e01f", H264Profile::kConstrainedBaseline, 31},
      {"42c01f", H264Profile::kConstrainedBaseline, 31},
      {"42E028", H264Profile::kConstrainedBaseline, 40},
      {"4d801f", H264Profile::kConstrainedBaseline, 31},
      {"58f01f", H264Profile::kConstrainedBaseline, 31},
      {"42001f", H264Profile::kBaseline, 31},
      {"4d001f", H264Profile::kMain, 31},
      {"4d401f", H264Profile::kMain, 31},
      {"640c1f", H264Profile::kConstrainedHigh, 31},
      {"64001f", H264Profile::kHigh, 31},
      {"42f00b", H264Profile::kConstrainedBaseline, 9},
      {"42e00b", H264Profile::kConstrainedBaseline, 11},
  }));
  INFO(row.text);
  const auto level = ParseH264Level(row.text);
  REQUIRE(level.has_value());
  CHECK(level->profile == row.profile);
  CHECK(level->level == row.level);
  CHECK(ParseH264Level(ToString(*level)) == level);
}

TEST_CASE("Text that is no profile, and profiles not known here, are nothing") {
  const std::string text =
      GENERATE("", "42e01", "42e01ff", "42e0zz", "6e001f", "f4001f", "42e000", "42e0ff", "-2e01f");
  INFO(text);
  CHECK_FALSE(ParseH264Level(text).has_value());
}

TEST_CASE("A missing profile-level-id means Constrained Baseline 3.1") {
  CHECK(H264LevelOf(With({})) == H264Level{H264Profile::kConstrainedBaseline, 31});
  CHECK_FALSE(H264LevelOf(With({{"profile-level-id", "junk"}})).has_value());
}

TEST_CASE("Levels are told apart each way only where the offer allows it") {
  const RtpCodec tied = With({{"profile-level-id", "42e01f"}});
  const RtpCodec free = With({{"profile-level-id", "42e01f"}, {"level-asymmetry-allowed", "1"}});

  CHECK(AnsweredLevel(tied, 40) == 31);
  CHECK(AnsweredLevel(tied, 30) == 30);
  CHECK(AnsweredLevel(free, 40) == 40);
}

TEST_CASE("A missing packetization-mode is mode 0") {
  CHECK(PacketizationModeOf(With({})) == 0);
  CHECK(PacketizationModeOf(With({{"Packetization-Mode", "1"}})) == 1);
  CHECK_FALSE(PacketizationModeOf(With({{"packetization-mode", "7"}})).has_value());
}

}  // namespace
}  // namespace onair::webrtc
