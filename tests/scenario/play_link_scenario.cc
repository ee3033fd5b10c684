// SPDX-License-Identifier: Apache-2.0
//
// Whole play sessions: joining in the middle of a GOP, jitter, drift, stalls, lost edges.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/scenario/play_stage.h"
#include "tests/support/print_units.h"

namespace onair::scenario {
namespace {

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
constexpr TimeDelta Sec(std::int64_t s) {
  return TimeDelta::Seconds(s);
}
constexpr TimeDelta kOneWay = TimeDelta::Millis(20);

twin::StreamLink Fast() {
  return twin::StreamLink::Symmetric(twin::RateSchedule(DataRate::KilobitsPerSec(100'000)),
                                     kOneWay);
}

TEST_CASE("A viewer that joins late in a GOP sees the key frame at once and is live 100 ms later") {
  PlaySessionConfig config;
  config.buffer = BufferMode::kFast;
  PlayStage stage({.link = Fast(), .session = config});
  stage.media.Start();
  stage.world.RunFor(TimeDelta::Millis(13'950));  // 1.95 s into a GOP of 2 s.
  const Timestamp began = stage.world.now();
  stage.StartPlaying();
  stage.world.RunFor(Ms(130));

  REQUIRE_FALSE(stage.decoded.empty());
  const auto& first = stage.decoded.front();
  CHECK(first.is_key);
  CHECK(first.at - began <= Ms(130));
  CHECK(first.render_at == first.at);

  stage.world.RunUntil(first.at + Ms(100));
  // Capture to line: one way, one picture's interval of luck, and the target of 40 ms.
  CHECK(stage.DelayNow() <= kOneWay + Ms(40) + Ms(10));
  CHECK(stage.session.stats().stalls == 0);
  // No sound was decoded only to be thrown away.
  for (const auto& d : stage.decoded) {
    if (d.track == TrackKind::kAudio) CHECK(d.render_at + Ms(50) >= d.at);
  }
}

TEST_CASE("Under 60 ms of jitter the delay settles near its target without stalls") {
  PlayStage stage({.link = Fast(), .jitter = Ms(60)});
  stage.media.Start();
  stage.world.RunFor(Sec(5));
  stage.StartPlaying();
  stage.world.RunFor(Sec(120));

  const auto stats = stage.session.stats();
  CHECK(stats.stalls == 0);
  CHECK(stats.target_delay >= Ms(70));
  CHECK(stats.target_delay <= Ms(130));
  // The fastest path is close to one way plus little jitter.
  CHECK(stage.DelayNow() - stats.target_delay >= kOneWay - Ms(25));
  CHECK(stage.DelayNow() - stats.target_delay <= kOneWay + Ms(40));
  std::int64_t late = 0;
  for (const auto& d : stage.decoded)
    late += d.at > d.render_at && d.at > Timestamp::Zero() + Sec(10);
  CHECK(late <= static_cast<std::int64_t>(stage.decoded.size() / 50));
}

TEST_CASE("Two hours against a clock that is 100 ppm off: the delay does not creep") {
  // The slow clock runs for less: the line's own test gives it two hours as well.
  for (const auto& [clock, minutes] : {std::pair{1.0 + 100e-6, 120}, std::pair{1.0 - 100e-6, 10}}) {
    twin::FakeEncoderConfig encoder;
    encoder.rate = DataRate::KilobitsPerSec(50);
    encoder.frame_rate = 5;
    PlayStage stage({.link = Fast(), .encoder = encoder, .clock = clock});
    stage.keeps_decoded = false;
    stage.media.Start();
    stage.world.RunFor(Sec(3));
    stage.StartPlaying();
    stage.world.RunFor(Sec(30));
    TimeDelta least = stage.DelayNow();
    TimeDelta most = least;
    for (int minute = 0; minute < minutes; ++minute) {
      stage.world.RunFor(Sec(60));
      // Against the ideal line of the source: what its own drift makes of pts.
      least = std::min(least, stage.DelayNow());
      most = std::max(most, stage.DelayNow());
    }
    INFO("clock " << clock);
    CHECK(most - least <= Ms(60));
    CHECK(stage.session.stats().stalls == 0);
    CHECK(stage.session.stats().jumps == 0);
    CHECK(stage.line_changes < 2000);
  }
}

TEST_CASE("An edge that is silent for 3 seconds costs one stall, then the viewer is live again") {
  PlayStage stage({.link = Fast()});
  stage.media.Start();
  stage.world.RunFor(Sec(5));
  stage.StartPlaying();
  stage.world.RunFor(Sec(20));
  stage.is_edge_silent = true;
  stage.world.RunFor(Sec(3));
  CHECK(stage.session.stats().state == PlayState::kStalled);
  stage.SpeakAgain();
  stage.world.RunFor(Ms(300));

  CHECK(stage.session.stats().state == PlayState::kPlaying);
  CHECK(stage.DelayNow() <= kOneWay + Ms(80 + 100 + 30));  // Target and the price of the stall.
  stage.world.RunFor(Sec(20));
  CHECK(stage.session.stats().stalls == 1);
  CHECK(stage.session.stats().stalled_for >= Ms(2700));
  CHECK(stage.session.stats().stalled_for <= Ms(3200));
}

TEST_CASE("An edge that closes is found again and playing goes on with a key frame") {
  PlayStage stage({.link = Fast()});
  stage.media.Start();
  stage.world.RunFor(Sec(5));
  stage.StartPlaying();
  stage.world.RunFor(Sec(10));
  const auto before = stage.decoded.size();
  stage.CloseViewers();
  stage.world.RunFor(Sec(2));

  CHECK(stage.session.stats().state == PlayState::kPlaying);
  CHECK(stage.session.stats().reconnects == 1);
  CHECK(stage.flushes == 1);
  const auto next = std::find_if(
      stage.decoded.begin() + static_cast<std::ptrdiff_t>(before), stage.decoded.end(),
      [&](const PlayStage::Decoded& d) { return d.track == TrackKind::kVideo && d.is_key; });
  REQUIRE(next != stage.decoded.end());
  CHECK(stage.DelayNow() <= kOneWay + Ms(80 + 30));
}

}  // namespace
}  // namespace onair::scenario
