// SPDX-License-Identifier: Apache-2.0
#include "core/session/splice_alignment.h"

#include <catch2/catch.hpp>

namespace onair::session {
namespace {

Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}
Stamped Stamp(std::int64_t pts_ms, std::int64_t captured_ms) {
  return {MediaTime::Millis(pts_ms), UtcTime::Micros(captured_ms * 1000)};
}
PlayoutPosition Arrived(std::int64_t ms) {
  PlayoutPosition at;
  at.video_arrived = MediaTime::Millis(ms);
  return at;
}

// Two cameras' streams of one place, no picture of both: the second's clock is 3 s behind. The
// stamps of picture i, 25 a second, are late by what is given.
struct TwoClocks {
  SpliceAlignment alignment;
  int i = 0;

  void Next(std::int64_t present_late_ms = 0, std::int64_t next_late_ms = 0) {
    const std::int64_t ms = 40 * i++;
    alignment.OnPresentStamp(Stamp(8'000 + ms, 500'000 + ms + present_late_ms));
    alignment.OnPicture(MediaTime::Millis(5'000 + ms), At(ms));
    alignment.OnStamp(Stamp(5'000 + ms, 500'013 + ms + next_late_ms));
    alignment.Find(Arrived(8'000 + ms), true, At(ms));
  }
};

TEST_CASE("A picture captured late does not tell where the streams stand") {
  for (const bool is_present : {true, false}) {
    CAPTURE(is_present);
    TwoClocks streams;
    for (int i = 0; i < 13; ++i) streams.Next();
    CHECK(streams.alignment.alignment() == Alignment::kNone);  // One of both may still come.
    streams.Next(is_present ? 250 : 0, is_present ? 0 : 250);
    CHECK(streams.alignment.alignment() == Alignment::kStamps);
    CHECK(streams.alignment.shift() == TimeDelta::Millis(3'013));
  }
}

TEST_CASE("A picture captured very late does not move what was known") {
  TwoClocks streams;
  for (int i = 0; i < 20; ++i) streams.Next();
  streams.Next(0, 800);
  CHECK(streams.alignment.shift() == TimeDelta::Millis(3'013));
  streams.Next();
  CHECK(streams.alignment.shift() == TimeDelta::Millis(3'013));
}

TEST_CASE("Two pictures that agree do: the second stream's clock moved") {
  TwoClocks streams;
  for (int i = 0; i < 20; ++i) streams.Next();
  for (int i = 0; i < 2; ++i) streams.Next(0, 800);
  CHECK(streams.alignment.shift() == TimeDelta::Millis(3'813));
}

}  // namespace
}  // namespace onair::session
