// SPDX-License-Identifier: Apache-2.0
#include "core/playout/play_line.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/base/rng.h"
#include "tests/support/print_units.h"

namespace onair::playout {
namespace {

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + Ms(ms);
}

constexpr LatencyControl::Slack kSlack{TimeDelta::Millis(20), 8};

LatencyDecision Ask(LatencyControl& control, std::int64_t at_ms, std::int64_t delay_ms,
                    std::int64_t target_ms) {
  return control.OnReport({At(at_ms), Ms(delay_ms), Ms(target_ms)});
}

TEST_CASE("Latency control leaves the speed at one inside its dead band") {
  LatencyControl control(kSlack);
  for (const int delay : {80, 99, 61, 100, 60}) {
    const auto decision = Ask(control, 0, delay, 80);
    CHECK(decision.playback_rate == 1.0);
    CHECK(decision.move == LatencyDecision::Move::kRun);
    CHECK(decision.decide_again_at == At(250));
  }
}

TEST_CASE("Latency control with little slack corrects what more slack lets be") {
  LatencyControl control({Ms(10), 16});
  CHECK(Ask(control, 0, 89, 80).playback_rate == 1.0);
  CHECK(Ask(control, 250, 92, 80).playback_rate > 1.0);
  LatencyControl far({Ms(10), 16});
  CHECK(Ask(far, 0, 335, 320).playback_rate == 1.0);
  CHECK(Ask(far, 250, 345, 320).playback_rate > 1.0);
}

TEST_CASE("What is a little off is corrected as slowly as sound follows without its stretcher") {
  const LatencyControl::Slack slack{Ms(10), 16, 1.0, Ms(40)};
  for (const std::int64_t off : {-39, -20, 20, 39}) {
    LatencyControl control(slack);
    for (int i = 0; i < 8; ++i) {
      CHECK(std::abs(Ask(control, 250 * i, 100 + off, 100).playback_rate - 1.0) <= 0.01001);
    }
    CHECK(control.playback_rate() != 1.0);
  }
  LatencyControl far(slack);
  double rate = 1.0;
  for (int i = 0; i < 8; ++i) rate = Ask(far, 250 * i, 150, 100).playback_rate;
  CHECK(rate == Approx(1.05));
}

TEST_CASE("Latency control speeds up in proportion, in small steps, within its bounds") {
  LatencyControl control(kSlack);
  CHECK(Ask(control, 0, 280, 80).playback_rate == Approx(1.02));
  CHECK(Ask(control, 250, 280, 80).playback_rate == Approx(1.04));
  for (int i = 0; i < 10; ++i) static_cast<void>(Ask(control, 500, 980, 80));
  CHECK(control.playback_rate() == Approx(1.10));
  for (int i = 0; i < 10; ++i) static_cast<void>(Ask(control, 500, 130, 80));
  CHECK(control.playback_rate() == Approx(1.025));

  LatencyControl slow(kSlack);
  for (int i = 0; i < 10; ++i) static_cast<void>(Ask(slow, 500, 80, 800));
  CHECK(slow.playback_rate() == Approx(0.95));
}

TEST_CASE("Latency control goes on until it is close and then lets go") {
  LatencyControl control(kSlack);
  static_cast<void>(Ask(control, 0, 110, 80));
  CHECK(Ask(control, 0, 90, 80).playback_rate > 1.0);
  CHECK(Ask(control, 0, 84, 80).playback_rate == 1.0);
  CHECK(Ask(control, 0, 95, 80).playback_rate == 1.0);
}

TEST_CASE("Latency control jumps only when more than a second behind, and never back") {
  LatencyControl control(kSlack);
  CHECK(Ask(control, 0, 1080, 80).move == LatencyDecision::Move::kRun);
  CHECK(Ask(control, 0, 1081, 80).move == LatencyDecision::Move::kJump);
  CHECK(control.playback_rate() == 1.0);
  // A jump back would stand still for as long.
  for (int i = 0; i < 10; ++i) {
    CHECK(Ask(control, 0, 100, 3000).move == LatencyDecision::Move::kRun);
  }
  CHECK(control.playback_rate() == Approx(0.95));
}

TEST_CASE("Latency control that leaves nothing out plays faster instead, by a fifth at most") {
  LatencyControl control(kSlack, CatchUp::kSpeed);
  for (int i = 0; i < 10; ++i) {
    CHECK(Ask(control, 0, 3000, 80).move == LatencyDecision::Move::kRun);
  }
  CHECK(control.playback_rate() == Approx(1.20));
}

TEST_CASE("Latency control that leaves nothing out jumps when further behind than is buffered") {
  LatencyControl control(kSlack, CatchUp::kSpeed, Ms(4000));
  CHECK(Ask(control, 0, 4080, 80).move == LatencyDecision::Move::kRun);
  CHECK(Ask(control, 250, 4081, 80).move == LatencyDecision::Move::kJump);
  CHECK(control.playback_rate() == 1.0);
}

TEST_CASE("Latency control plays slower while a stall is ahead, and as before when it is not") {
  LatencyControl control(kSlack);
  const auto ask = [&](std::int64_t dry_in_ms) {
    return control.OnReport({At(0), Ms(80), Ms(80), Ms(dry_in_ms)});
  };
  CHECK(ask(2001).playback_rate == 1.0);
  CHECK(ask(1999).playback_rate == Approx(0.90));
  CHECK(ask(100'000).playback_rate == 1.0);
  // Far behind there is enough to play: no stall is ahead, whatever comes.
  CHECK(control.OnReport({At(0), Ms(2000), Ms(80), Ms(100)}).move == LatencyDecision::Move::kJump);
}

// Frames each 20 ms; `arrival` tells when the frame of a media position comes in.
template <typename Arrival>
void Feed(PlayLine& line, std::int64_t from_ms, std::int64_t to_ms, Arrival arrival) {
  for (std::int64_t ms = from_ms; ms < to_ms; ms += 20) {
    const Timestamp at = arrival(ms);
    while (line.decide_at() <= at) line.OnTime(line.decide_at());
    line.OnArrival(TrackKind::kVideo, MediaTime::Millis(ms), at);
  }
}
// How far behind the fastest arrival of media at `ms` the line shows it.
TimeDelta DelayOf(const PlayLine& line, std::int64_t ms, Timestamp fastest_arrival) {
  return line.map()->AtOf(MediaTime::Millis(ms)) - fastest_arrival;
}

TEST_CASE("Play line follows a burst of old media at once and ends at its target") {
  PlayLine line(BufferMode::kFast, Ms(0));
  // Two seconds of cached media within 100 ms, then live.
  Feed(line, 0, 2000, [](std::int64_t ms) { return At(5000 + ms / 20); });
  CHECK(DelayOf(line, 1980, At(5099)) == Ms(40));
  CHECK_FALSE(line.HasSettled(At(5099)));
  CHECK(line.HasSettled(line.settles_at()));

  Feed(line, 2000, 4000, [](std::int64_t ms) { return At(5100 + ms - 2000); });
  CHECK(std::abs((DelayOf(line, 3980, At(7080)) - Ms(40)).us()) <= 25'000);
}

TEST_CASE("Play line does not creep in two hours of a clock that is 100 ppm off") {
  for (const double ppm : {100.0, -100.0}) {
    PlayLine line(BufferMode::kAuto, Ms(0));
    Rng rng(7);
    const auto sent = [&](std::int64_t ms) {
      return Timestamp::Zero() + Ms(ms).Scaled(1.0 + ppm * 1e-6);
    };
    const auto arrival = [&](std::int64_t ms) {
      return sent(ms) + TimeDelta::Micros(static_cast<std::int64_t>(rng.Below(15'000)));
    };
    TimeDelta least = Ms(10'000), most = Ms(0);
    constexpr std::int64_t kTwoHours = 7'200'000;
    for (std::int64_t ms = 0; ms < kTwoHours; ms += 1000) {
      Feed(line, ms, ms + 1000, arrival);
      if (ms < 10'000) continue;
      const TimeDelta delay = DelayOf(line, ms + 980, sent(ms + 980));
      least = std::min(least, delay);
      most = std::max(most, delay);
    }
    INFO("ppm " << ppm);
    CHECK(least >= Ms(55));
    CHECK(most <= Ms(110));
  }
}

TEST_CASE("Play line goes back at once when everything comes late for good") {
  PlayLine line(BufferMode::kAuto, Ms(0));
  Feed(line, 0, 5000, [](std::int64_t ms) { return At(ms); });
  const auto later = [](std::int64_t ms) { return At(ms + 400); };
  Feed(line, 5000, 5200, later);

  CHECK(DelayOf(line, 5180, At(5580)) >= Ms(80));
}

TEST_CASE("Play line does not move for one late frame") {
  PlayLine line(BufferMode::kAuto, Ms(0));
  Feed(line, 0, 5000, [](std::int64_t ms) { return At(ms); });
  const auto before = line.map()->AtOf(MediaTime::Millis(5000));
  line.OnArrival(TrackKind::kVideo, MediaTime::Millis(5000), At(5300));
  line.OnArrival(TrackKind::kVideo, MediaTime::Millis(5280), At(5300));

  CHECK(line.map()->AtOf(MediaTime::Millis(5000)) == before);
}

TEST_CASE("Play line after a stall starts from the next arrival with more delay") {
  PlayLine line(BufferMode::kAuto, Ms(0));
  Feed(line, 0, 5000, [](std::int64_t ms) { return At(ms); });
  line.OnStall(At(5400));
  CHECK(line.decide_at() == Timestamp::PlusInfinity());

  line.OnArrival(TrackKind::kVideo, MediaTime::Millis(5000), At(8000));

  // The picture moves on at once; the rest of the target comes by slower playing.
  CHECK(DelayOf(line, 5000, At(8000)) == Ms(120));
  CHECK(line.target() == Ms(180));
  Feed(line, 5020, 9000, [](std::int64_t ms) { return At(ms + 3000); });
  CHECK(DelayOf(line, 8980, At(11'980)) >= Ms(180));
  CHECK(DelayOf(line, 8980, At(11'980)) <= line.target() + Ms(10));
}

TEST_CASE("Play line that is to leave nothing out stays where a burst of old media began") {
  PlayLine line(BufferMode::kAuto, Ms(0), CatchUp::kSpeed);
  // 1.5 s of cached media at once, then live.
  Feed(line, 0, 1500, [](std::int64_t ms) { return At(5000 + ms / 20); });
  CHECK(line.map()->AtOf(MediaTime::Zero()) == At(5080));
  CHECK(line.HasSettled(At(5020)));
  double fastest = 1.0;
  const auto live = [](std::int64_t ms) { return At(5075 + ms - 1500); };
  std::int64_t ms = 1500;
  for (; ms < 30'000 && DelayOf(line, ms, live(ms)) > Ms(110); ms += 20) {
    Feed(line, ms, ms + 20, live);
    fastest = std::max(fastest, line.playback_rate());
  }
  CHECK(fastest <= 1.2);
  // 1.5 s at a fifth more take 7.5 s; the speed comes and goes in steps.
  CHECK(ms - 1500 >= 7000);
  CHECK(ms - 1500 <= 14'000);
}

TEST_CASE("Play line goes on where a full buffer begins, and never back") {
  PlayLine line(BufferMode::kAuto, Ms(0), CatchUp::kSpeed);
  Feed(line, 0, 5000, [](std::int64_t) { return At(5000); });
  CHECK(line.map()->MediaOf(At(5000)) == MediaTime::Millis(-80));
  CHECK(line.OnOverflow(MediaTime::Millis(4000), At(5000)).kind == LineChange::Kind::kMoved);
  CHECK(line.map()->MediaOf(At(5000)) == MediaTime::Millis(4000));
  CHECK(line.OnOverflow(MediaTime::Millis(3000), At(5000)).kind == LineChange::Kind::kNone);
  // What follows does not bring the first arrival's place back.
  line.SetAudioLead(Ms(100));
  line.OnArrival(TrackKind::kAudio, MediaTime::Millis(4900), At(5000));
  CHECK(line.map()->MediaOf(At(5000)) >= MediaTime::Millis(3800));
  // The newest is due after what an interruption costs anyway, not at once.
  CHECK(line.OnOverflow(MediaTime::Millis(60'000), At(5000)).kind == LineChange::Kind::kMoved);
  CHECK(line.map()->MediaOf(At(5000)) <= MediaTime::Millis(4980));
}

TEST_CASE("Play line slows down before media that comes too slowly runs out") {
  PlayLine line(BufferMode::kFixed, Ms(1000));
  Feed(line, 0, 5000, [](std::int64_t ms) { return At(ms); });
  // Each second of media takes 1.4 s to come.
  const auto slow = [](std::int64_t ms) { return At(ms + (ms - 5000) * 2 / 5); };
  Feed(line, 5000, 6300, slow);
  CHECK(line.playback_rate() == Approx(0.90));
  CHECK(line.map()->AtOf(MediaTime::Millis(6300)) > slow(6300));  // Nothing was late yet.
  Feed(line, 6300, 10'000, [&](std::int64_t ms) { return At(std::max<std::int64_t>(ms, 6820)); });
  CHECK(line.playback_rate() >= 0.99);
}

TEST_CASE("Play line jumps to the target when timestamps leap ahead") {
  PlayLine line(BufferMode::kAuto, Ms(0));
  Feed(line, 0, 5000, [](std::int64_t ms) { return At(ms); });
  Feed(line, 65'000, 66'000, [](std::int64_t ms) { return At(ms - 60'000); });

  CHECK(std::abs((DelayOf(line, 65'980, At(5980)) - Ms(80)).us()) <= 5'000);
}

TEST_CASE("Play line waits for a track that is late by its making, from the first frames on") {
  PlayLine line(BufferMode::kFast, Ms(0));
  line.SetAudioLead(Ms(20));
  // Sound comes 50 ms after the picture of the same position; nobody has jitter.
  for (std::int64_t ms = 0; ms <= 100; ms += 20) {
    line.OnArrival(TrackKind::kVideo, MediaTime::Millis(ms), At(ms));
    line.OnArrival(TrackKind::kAudio, MediaTime::Millis(ms - 50), At(ms));
  }
  // 50 ms late and wanted 20 ms early: due before 70 ms, and little more than that.
  CHECK(DelayOf(line, 100, At(100)) >= Ms(70));
  CHECK(DelayOf(line, 100, At(100)) <= Ms(90));
}

TEST_CASE("Play line counts the lead of the audio device into its target") {
  PlayLine line(BufferMode::kFast, Ms(0));
  line.SetAudioLead(Ms(100));
  for (std::int64_t ms = 0; ms < 10'000; ms += 20) {
    line.OnArrival(TrackKind::kVideo, MediaTime::Millis(ms), At(ms));
    line.OnArrival(TrackKind::kAudio, MediaTime::Millis(ms), At(ms));
  }
  CHECK(line.Target(At(10'000)) >= Ms(100));
  CHECK(line.Target(At(10'000)) <= Ms(110));
}

TEST_CASE(
    "Play line stays where it is when its mode changes, and keeps the new one's delay in time") {
  PlayLine line(BufferMode::kSmooth, Ms(0));
  for (std::int64_t ms = 0; ms < 5'000; ms += 20) {
    line.OnArrival(TrackKind::kVideo, MediaTime::Millis(ms), At(ms));
    line.OnTime(At(ms));
  }
  const MediaTime before = line.map()->MediaOf(At(5'000));
  line.SetMode(BufferMode::kFast, Ms(0));
  CHECK(line.map()->MediaOf(At(5'000)) == before);
  CHECK(line.Target(At(5'000)) == Ms(300));  // Nothing is known of the new one yet.
  for (std::int64_t ms = 5'000; ms < 18'000; ms += 20) {
    line.OnArrival(TrackKind::kVideo, MediaTime::Millis(ms), At(ms));
    CHECK(line.OnTime(At(ms)).kind != LineChange::Kind::kJumped);
  }
  CHECK(line.Target(At(18'000)) < Ms(50));  // 20 ms a second.
  CHECK(DelayOf(line, 18'000, At(18'000)) < Ms(80));
}

TEST_CASE("What another connection brings later than the one before is no jitter of its own") {
  PlayLine line(BufferMode::kRealtime, Ms(0));
  for (std::int64_t ms = 0; ms < 4'000; ms += 20) {
    line.OnArrival(TrackKind::kVideo, MediaTime::Millis(ms), At(ms));
    line.OnTime(At(ms));
  }
  line.SetDelayRange(Ms(300), Ms(300));
  for (std::int64_t ms = 4'000; ms < 12'000; ms += 20) {
    line.OnArrival(TrackKind::kVideo, MediaTime::Millis(ms), At(ms));
    line.OnTime(At(ms));
  }
  line.SetDelayRange(Ms(0), TimeDelta::PlusInfinity());
  line.SetMode(BufferMode::kAuto, Ms(0));
  static_cast<void>(line.OnTime(At(12'100)));  // Before anything came.
  // 200 ms behind the other.
  for (std::int64_t ms = 12'200; ms < 20'000; ms += 20) {
    line.OnArrival(TrackKind::kVideo, MediaTime::Millis(ms - 200), At(ms));
    line.OnTime(At(ms));
    CHECK(DelayOf(line, ms - 200, At(ms)) < Ms(115));
    CHECK(line.Target(At(ms)) < Ms(115));
  }
  CHECK(line.Target(At(20'000)) == Ms(80));
}

TEST_CASE("The delay that a sender asks for outlives a change of mode") {
  PlayLine line(BufferMode::kAuto, Ms(0));
  line.OnArrival(TrackKind::kVideo, MediaTime::Zero(), At(0));
  line.SetMode(BufferMode::kRealtime, Ms(0));
  line.SetDelayRange(Ms(200), Ms(400));
  line.OnArrival(TrackKind::kVideo, MediaTime::Millis(40), At(40));
  CHECK(line.Target(At(40)) == Ms(200));
}

TEST_CASE("What overflows before another connection's first arrival is not waited for") {
  PlayLine line(BufferMode::kRealtime, Ms(0));
  for (std::int64_t ms = 0; ms < 2'000; ms += 40) {
    line.OnArrival(TrackKind::kVideo, MediaTime::Millis(ms), At(ms));
  }
  line.SetMode(BufferMode::kAuto, Ms(0));
  const auto change = line.OnOverflow(MediaTime::Millis(6'000), At(2'000));
  CHECK(change.kind == LineChange::Kind::kMoved);
  CHECK(line.map()->AtOf(MediaTime::Millis(6'000)) <= At(2'200));
}

}  // namespace
}  // namespace onair::playout
