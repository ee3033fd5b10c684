// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/record_line.h"

#include <catch2/catch.hpp>

namespace onair::devices {
namespace {

EncodedFrame Frame(FrameKind kind, std::int64_t dts_ms, std::int64_t composition_ms = 0) {
  return {Buffer(), kind, MediaTime::Millis(dts_ms + composition_ms), MediaTime::Millis(dts_ms),
          Timestamp::Zero()};
}

TEST_CASE("A line with video begins at the first key frame") {
  RecordLine line;
  line.ExpectVideo();
  CHECK_FALSE(line.Place(Frame(FrameKind::kAudio, 990)));
  CHECK_FALSE(line.Place(Frame(FrameKind::kReference, 1000)));
  const auto key = line.Place(Frame(FrameKind::kKey, 1033, 40));
  REQUIRE(key);
  CHECK(key->dts == TimeDelta::Zero());
  CHECK(key->pts == TimeDelta::Millis(40));
  CHECK_FALSE(line.Place(Frame(FrameKind::kAudio, 1020)));
  CHECK(line.Place(Frame(FrameKind::kAudio, 1041))->pts == TimeDelta::Millis(8));
}

TEST_CASE("A line without video begins at its first frame") {
  RecordLine line;
  CHECK(line.Place(Frame(FrameKind::kAudio, 500))->pts == TimeDelta::Zero());
  CHECK(line.end() == TimeDelta::Zero());
  CHECK(line.Place(Frame(FrameKind::kAudio, 521))->pts == TimeDelta::Millis(21));
  CHECK(line.end() == TimeDelta::Millis(21));
}

TEST_CASE("Video that is announced later does not stop a line that runs") {
  RecordLine line;
  REQUIRE(line.Place(Frame(FrameKind::kAudio, 500)));
  line.ExpectVideo();
  CHECK(line.Place(Frame(FrameKind::kAudio, 521)));
}

TEST_CASE("Times that do not rise are moved behind the one before, per track") {
  RecordLine line;
  line.ExpectVideo();
  REQUIRE(line.Place(Frame(FrameKind::kKey, 0)));
  REQUIRE(line.Place(Frame(FrameKind::kReference, 66)));
  const auto again = line.Place(Frame(FrameKind::kReference, 33));
  REQUIRE(again);
  CHECK(again->dts == TimeDelta::Millis(67));
  CHECK(again->pts == TimeDelta::Millis(67));
  CHECK(line.Place(Frame(FrameKind::kAudio, 10))->dts == TimeDelta::Millis(10));
}

}  // namespace
}  // namespace onair::devices
