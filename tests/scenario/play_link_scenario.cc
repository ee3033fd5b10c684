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

// What a viewer saw of a publisher that was away for 3 s from `kLeaves` on.
constexpr Timestamp kLeaves = Timestamp::Zero() + TimeDelta::Millis(15'500);
constexpr TimeDelta kAway = TimeDelta::Seconds(3);

void PlayOverAGap(PlayStage& stage, PlayStage::Ending ending, TimeDelta back) {
  stage.media.Start();
  stage.world.RunFor(Sec(5));
  stage.StartPlaying();
  stage.world.RunUntil(kLeaves);
  stage.PublisherLeaves(ending);
  stage.world.RunFor(kAway);
  CHECK(stage.session.stats().state == PlayState::kAwaitingPublisher);
  stage.PublisherReturns(back);
  stage.world.RunFor(Sec(10));
  stage.PublisherLeaves(ending);
  stage.world.RunFor(Sec(11));
}

// The first picture after the publisher came back.
const PlayStage::Decoded& FirstAfter(const PlayStage& stage) {
  return *std::find_if(stage.decoded.begin(), stage.decoded.end(), [](const auto& d) {
    return d.track == TrackKind::kVideo && d.at > kLeaves + Sec(1);
  });
}

void CheckOneSession(const PlayStage& stage) {
  CHECK(stage.session.stats().publisher_gaps == 2);
  CHECK(stage.session.stats().stalls == 0);
  // Only the last word carries an error, after the second gap was waited for in full.
  for (const auto& [at, state] : stage.states) {
    CHECK(state.error.has_value() == (state.state == PlayState::kEnded));
  }
  const auto& [ended_at, last] = stage.states.back();
  CHECK(last.state == PlayState::kEnded);
  CHECK(last.error->code == ErrorCode::kStreamEnded);
  CHECK(ended_at - (kLeaves + kAway + Sec(20)) >= TimeDelta::Zero());
  CHECK(ended_at - (kLeaves + kAway + Sec(20)) <= Ms(100));
}

TEST_CASE("A server that keeps its viewers: they go on with the publisher's next picture") {
  PlayStage stage({.link = Fast()});
  PlayOverAGap(stage, PlayStage::Ending::kKeepsViewers, TimeDelta::Zero());

  CheckOneSession(stage);
  CHECK(stage.net.attempts() == 1);
  CHECK(stage.flushes == 0);
  const auto& first = FirstAfter(stage);
  CHECK(first.is_key);
  // Captured and sent: shown without another wait.
  CHECK(first.at - (kLeaves + kAway) <= kOneWay + Ms(60));
  std::optional<MediaTime> last;
  for (const auto& d : stage.decoded) {
    if (d.track != TrackKind::kVideo) continue;
    if (last) CHECK(d.pts > *last);
    last = d.pts;
  }
}

TEST_CASE("A server that ends its viewers: they are back within two seconds of the publisher") {
  PlayStage stage({.link = Fast()});
  PlayOverAGap(stage, PlayStage::Ending::kEndsViewers, TimeDelta::Zero());

  CheckOneSession(stage);
  CHECK(FirstAfter(stage).at - (kLeaves + kAway) <= Ms(1500));
  // Each looked for it a few times only.
  CHECK(stage.net.attempts() <= 2 + 4 + 20);
}

TEST_CASE("A publisher whose timestamps begin anew is another source to its viewers") {
  PlayStage stage({.link = Fast()});
  PlayOverAGap(stage, PlayStage::Ending::kKeepsViewers, Sec(18));

  CheckOneSession(stage);
  CHECK(stage.flushes == 1);
  CHECK(FirstAfter(stage).at - (kLeaves + kAway) <= kOneWay + Ms(60));
  CHECK(FirstAfter(stage).pts < MediaTime::Millis(1000));
}

}  // namespace
}  // namespace onair::scenario
