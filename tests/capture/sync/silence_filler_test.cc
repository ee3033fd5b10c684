// SPDX-License-Identifier: Apache-2.0
#include "capture/sync/silence_filler.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>

using namespace onair;
using namespace onair::capture;

namespace {

AudioBlock Tone(MediaTime pts, int rate, int frames) {
  return {{rate, 2},
          std::vector<float>(static_cast<std::size_t>(2 * frames), 0.5F),
          pts,
          Timestamp::Zero()};
}

}  // namespace

TEST_CASE("Without a source silence keeps the line whole at every rate, drift free") {
  for (const int rate : {8000, 22050, 44100, 48000}) {
    SilenceFiller filler({rate, 2}, MediaTime::Millis(250), Timestamp::Micros(9'250'000));
    std::int64_t frames = 0;
    MediaTime end = MediaTime::Millis(250);
    for (int now = 250; now < 60'250; now += 17) {
      while (auto block = filler.At(MediaTime::Millis(now))) {
        REQUIRE(std::abs((block->pts - end).us()) <= 1);
        REQUIRE(block->frames() <= static_cast<std::size_t>(rate / 100));
        REQUIRE(std::all_of(block->samples.begin(), block->samples.end(),
                            [](float s) { return s == 0; }));
        REQUIRE(block->captured_at.us() - 9'000'000 == block->pts.us());
        frames += static_cast<std::int64_t>(block->frames());
        end = filler.end();
      }
      REQUIRE(MediaTime::Millis(now) - filler.end() < TimeDelta::Millis(100));
      REQUIRE(filler.end() <= MediaTime::Millis(std::max(250, now)));
    }
    CAPTURE(rate, frames);
    CHECK(end.us() == 250'000 + frames * 1'000'000 / rate);
    CHECK(filler.skipped() == TimeDelta::Zero());
  }
}

TEST_CASE("Sound in time is left alone; a hole before it is filled to the sample") {
  SilenceFiller filler({48000, 2}, MediaTime::Zero(), Timestamp::Zero());
  for (int n = 0; n < 100; ++n) {
    const AudioBlock block = Tone(MediaTime::Millis(n * 10), 48000, 480);
    CHECK_FALSE(filler.Before(block));
    filler.OnBlock(block);
    CHECK_FALSE(filler.At(MediaTime::Millis(n * 10 + 60)));
  }
  const AudioBlock late = Tone(MediaTime::Millis(1'037), 48000, 480);
  std::size_t frames = 0;
  while (auto block = filler.Before(late)) frames += block->frames();
  CHECK(frames == 37 * 48);
  CHECK(filler.end() == late.pts);
  filler.OnBlock(late);
  CHECK(filler.end() == MediaTime::Millis(1'047));
  CHECK_FALSE(filler.Before(Tone(MediaTime::Micros(1'047'900), 48000, 480)));
}

TEST_CASE("A driver that slept gets a moment of silence, not hours of it") {
  SilenceFiller filler({48000, 2}, MediaTime::Zero(), Timestamp::Zero());
  int blocks = 0;
  while (filler.At(MediaTime::Millis(3'600'000))) REQUIRE(++blocks < 100);
  CHECK(blocks >= 1);
  CHECK(filler.skipped() > TimeDelta::Seconds(3'599));
  CHECK(MediaTime::Millis(3'600'000) - filler.end() < TimeDelta::Millis(100));
}
