// SPDX-License-Identifier: Apache-2.0
#include "core/session/play.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/core/session/play_rig.h"
#include "tests/support/print_units.h"

namespace onair::session {
namespace {

using enum FrameKind;

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + Ms(ms);
}

TEST_CASE("Play records when each stage of opening was done") {
  PlayRig rig({}, "tests://live.example/x");
  rig.Start();
  rig.WaitMs(5);
  rig.session.HandleResolved(rig.now);
  rig.WaitMs(20);
  rig.session.HandleTcpConnected(rig.now);
  rig.WaitMs(20);
  rig.Connected();
  rig.WaitMs(30);
  rig.Reply('A');
  rig.Tracks(true, true);
  rig.WaitMs(10);
  rig.Frame(kKey, 0);

  const auto opening = rig.session.stats().opening;
  CHECK(opening.started == At(0));
  CHECK(opening.resolved == At(5));
  CHECK(opening.connected == At(25));
  CHECK(opening.secured == At(45));
  CHECK(opening.requested == At(45));
  CHECK(opening.first_byte == At(75));
  CHECK(opening.first_key_frame == At(85));
  REQUIRE(rig.sent.size() == 1);
  CHECK(rig.sent[0].type == 'G');
}

TEST_CASE("Play shows the first key frame at once and drops what comes before it") {
  PlayRig rig;
  rig.Open();
  rig.Frame(kReference, 960);
  CHECK(rig.Decoded(TrackKind::kVideo).empty());

  rig.WaitMs(7);
  rig.Frame(kKey, 1000);

  const auto decoded = rig.Decoded(TrackKind::kVideo);
  REQUIRE(decoded.size() == 1);
  CHECK(decoded[0].frame.dts == MediaTime::Millis(1000));
  CHECK(decoded[0].render_at == At(7));
  CHECK(rig.state() == PlayState::kPlaying);
  CHECK(rig.session.stats().frames_dropped == 1);
  // The line itself stands at the target behind it.
  REQUIRE_FALSE(rig.All<Play::LineChanged>().empty());
  CHECK(rig.All<Play::LineChanged>().back().line.AtOf(MediaTime::Millis(1000)) == At(7 + 80));
}

TEST_CASE("Play tells tracks, then the line, before the first frame") {
  PlayRig rig;
  rig.Open();
  rig.Frame(kKey, 0);
  std::vector<std::size_t> order;
  for (const auto& event : rig.events) order.push_back(event.index());
  const auto find = [&](std::size_t index) {
    return std::find(order.begin(), order.end(), index) - order.begin();
  };
  CHECK(find(2) < find(4));  // TracksChanged, LineChanged
  CHECK(find(4) < find(3));  // LineChanged, DecodeFrame
}

TEST_CASE("Play decodes video 60 ms and sound 120 ms before their time on the line") {
  PlaySessionConfig config;
  config.buffer = BufferMode::kFixed;
  config.fixed_delay = Ms(500);
  PlayRig rig(config);
  rig.Open();
  rig.Live(0, 50);
  rig.events.clear();
  const Timestamp began = rig.now;
  rig.Live(2000, 1);
  rig.WaitMs(2000);

  const auto video = rig.Decoded(TrackKind::kVideo);
  const auto found = std::find_if(video.begin(), video.end(), [](const auto& d) {
    return d.frame.dts == MediaTime::Millis(2000);
  });
  REQUIRE(found != video.end());
  CHECK(found->render_at - began == Ms(500));
}

TEST_CASE("Play decodes each frame in order and in time on a steady stream") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 100);

  Timestamp last = Timestamp::MinusInfinity();
  const auto video = rig.Decoded(TrackKind::kVideo);
  for (const auto& decode : video) {
    CHECK(decode.render_at >= last);
    last = decode.render_at;
  }
  CHECK(video.size() >= 98);
  CHECK(rig.session.stats().stalls == 0);
  CHECK(rig.session.stats().frames_dropped == 0);
  CHECK(rig.session.stats().audio_frames_dropped == 0);
  CHECK(rig.session.stats().playback_rate == 1.0);
}

TEST_CASE("Play decodes a cached GOP behind the line at once and does not plan to show it") {
  PlayRig rig;
  rig.Open();
  for (std::int64_t ms = 0; ms < 2000; ms += 40) rig.Frame(ms == 0 ? kKey : kReference, ms);

  const auto video = rig.Decoded(TrackKind::kVideo);
  REQUIRE(video.size() >= 48);
  CHECK(video[0].render_at == At(0));
  for (std::size_t i = 1; i < 45; ++i) {
    INFO("picture " << i);
    CHECK(rig.All<Play::LineChanged>().back().line.AtOf(video[i].frame.pts) < At(0));
  }
  CHECK(rig.All<Play::LineChanged>().back().line.AtOf(MediaTime::Millis(1960)) == At(80));
}

TEST_CASE("Play skips pictures that nothing refers to while it is behind, and no others") {
  PlayRig rig;
  rig.Open();
  onair::Bytes burst;
  for (int i = 0; i < 50; ++i) {
    const FrameKind kind = i == 0 ? kKey : i % 2 == 1 ? kDroppable : kReference;
    const auto frame = wire::PutFrame(wire::MakeFrame(kind, i * 40));
    burst.insert(burst.end(), frame.begin(), frame.end());
  }
  rig.Bytes(burst);
  rig.WaitMs(200);
  // Live again: each of them is decoded.
  rig.Frame(kDroppable, 2120);
  rig.Frame(kReference, 2160);
  rig.WaitMs(100);
  CHECK(rig.Decoded(TrackKind::kVideo).back().frame.pts == MediaTime::Millis(2160));
  CHECK((rig.Decoded(TrackKind::kVideo).end() - 2)->frame.pts == MediaTime::Millis(2120));

  int references = 0;
  for (const auto& decode : rig.Decoded(TrackKind::kVideo)) {
    references += decode.frame.kind == kReference ? 1 : 0;
    // Of what came before it was clear that old media comes in.
    if (decode.frame.kind == kDroppable && decode.frame.pts < MediaTime::Millis(2000)) {
      CHECK(decode.frame.pts <= MediaTime::Millis(120));
    }
  }
  CHECK(references == 25);
  CHECK(rig.session.stats().frames_dropped >= 22);
  CHECK(rig.Decoded(TrackKind::kVideo).size() + rig.session.stats().frames_dropped == 52);
}

TEST_CASE("Play that is to leave nothing out shows a cached GOP whole, faster than it was made") {
  PlaySessionConfig config;
  config.catch_up = CatchUp::kSpeed;
  PlayRig rig(config);
  rig.Open();
  for (std::int64_t ms = 0; ms < 1500; ms += 40) rig.Frame(ms == 0 ? kKey : kReference, ms);
  rig.Live(1520, 300);

  double fastest = 1.0;
  for (const auto& changed : rig.All<Play::LineChanged>()) {
    fastest = std::max(fastest, changed.line.rate);
  }
  CHECK(fastest > 1.15);
  CHECK(fastest <= 1.2);
  CHECK(rig.session.stats().jumps == 0);
  CHECK(rig.session.stats().frames_dropped == 0);
  for (const auto& decode : rig.Decoded(TrackKind::kVideo)) CHECK(decode.render_at >= At(0));
}

// The longest that one thing stood still from `from` to `to`.
TimeDelta LongestStill(const std::vector<Play::DecodeFrame>& decoded, Timestamp from,
                       Timestamp to) {
  TimeDelta longest = TimeDelta::Zero();
  Timestamp last = from;
  for (const auto& decode : decoded) {
    if (decode.render_at < last) continue;
    longest = std::max(longest, decode.render_at - last);
    last = decode.render_at;
  }
  return std::max(longest, to - last);
}

PlayRig RigThatLeavesNothingOut() {
  PlaySessionConfig config;
  config.catch_up = CatchUp::kSpeed;
  config.stall_timeout = TimeDelta::Seconds(20);  // An outage is waited for.
  return PlayRig(config);
}

void Burst(PlayRig& rig, std::int64_t from_ms, std::int64_t to_ms, std::int64_t group_ms) {
  for (std::int64_t ms = from_ms; ms < to_ms; ms += 40) {
    rig.Frame(ms % group_ms == 0 ? kKey : kReference, ms);
    rig.Frame(kAudio, ms);
    rig.Frame(kAudio, ms + 20);
  }
}

TEST_CASE("Play that is to leave nothing out goes on at once after more than its buffer holds") {
  PlayRig rig = RigThatLeavesNothingOut();
  rig.Open();
  rig.Live(0, 50);
  rig.WaitMs(8000);
  const Timestamp back = rig.now;
  Burst(rig, 2000, 10'000, 1000);
  rig.Live(10'000, 250);

  CHECK(LongestStill(rig.Decoded(TrackKind::kVideo), back, rig.now) <= Ms(250));
  CHECK(LongestStill(rig.Decoded(TrackKind::kAudio), back, rig.now) <= Ms(250));
  CHECK(rig.session.stats().jumps >= 1);
}

TEST_CASE("Play that is to leave nothing out goes on at once when timestamps leap ahead") {
  PlayRig rig = RigThatLeavesNothingOut();
  rig.Open();
  rig.Live(0, 50);
  const Timestamp leapt = rig.now;
  // 62'040: the next key frame is nearly a second away.
  rig.Live(62'040, 100);

  CHECK(LongestStill(rig.Decoded(TrackKind::kAudio), leapt, rig.now) <= Ms(250));
  CHECK(LongestStill(rig.Decoded(TrackKind::kVideo), leapt, rig.now) <= Ms(1250));
  CHECK(rig.session.stats().buffered < Ms(500));
}

TEST_CASE("Play that is to leave nothing out does not wait for a group longer than its buffer") {
  PlayRig rig = RigThatLeavesNothingOut();
  rig.Open();
  SECTION("with sound") {
    Burst(rig, 0, 10'000, 10'000);
    const Timestamp opened = rig.now;
    rig.Live(10'000, 250);
    CHECK(LongestStill(rig.Decoded(TrackKind::kAudio), opened, rig.now) <= Ms(250));
    // Of the pictures the group's are gone; the next key frame follows the sound.
    CHECK(LongestStill(rig.Decoded(TrackKind::kVideo), opened, rig.now) <= Ms(4500));
  }
  SECTION("pictures alone") {
    for (std::int64_t ms = 0; ms < 10'000; ms += 40) rig.Frame(ms == 0 ? kKey : kReference, ms);
    const Timestamp opened = rig.now;
    for (std::int64_t ms = 10'000; ms < 20'000; ms += 40) {
      rig.Frame(ms % 1000 == 0 ? kKey : kReference, ms);
      rig.WaitMs(40);
    }
    CHECK(LongestStill(rig.Decoded(TrackKind::kVideo), opened, rig.now) <= Ms(1000));
  }
}

TEST_CASE("Play with a cache of several GOPs starts where the newest late one does") {
  PlayRig rig;
  rig.Open();
  onair::Bytes burst;
  for (std::int64_t ms = 0; ms < 4000; ms += 40) {
    const auto frame = wire::PutFrame(wire::MakeFrame(ms % 2000 == 0 ? kKey : kReference, ms));
    burst.insert(burst.end(), frame.begin(), frame.end());
  }
  rig.Bytes(burst);

  CHECK(rig.All<Play::LineChanged>().size() >= 1);
  CHECK(rig.All<Play::LineChanged>().back().line.AtOf(MediaTime::Millis(3960)) == At(80));
}

TEST_CASE("Play counts a stall, tells it, and resumes with the next picture at once") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 50);
  rig.events.clear();
  rig.WaitMs(1000);
  CHECK(rig.state() == PlayState::kStalled);
  CHECK(rig.session.stats().stalls == 1);

  rig.Frame(kReference, 2000);
  CHECK(rig.state() == PlayState::kPlaying);
  REQUIRE_FALSE(rig.Decoded(TrackKind::kVideo).empty());
  CHECK(rig.Decoded(TrackKind::kVideo).back().render_at == rig.now);
  CHECK(rig.session.stats().stalled_for >= Ms(850));
  CHECK(rig.session.stats().stalled_for <= Ms(1000));
  CHECK(rig.session.stats().target_delay >= Ms(180));
}

TEST_CASE("Play drops to the next key frame after the decoder failed") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 10);
  rig.session.HandleDecodeFailed(rig.now);
  rig.Drain();
  rig.events.clear();
  rig.Live(400, 30);

  const auto video = rig.Decoded(TrackKind::kVideo);
  REQUIRE_FALSE(video.empty());
  CHECK(video[0].frame.is_key());
  CHECK(video[0].frame.dts == MediaTime::Millis(1000));
}

TEST_CASE("Play plays a stream of sound alone and one of video alone") {
  PlayRig rig;
  rig.Start();
  rig.Connected();
  rig.Reply('A');

  SECTION("sound") {
    rig.Tracks(false, true);
    for (int ms = 0; ms < 1000; ms += 20) {
      rig.Frame(kAudio, ms);
      rig.WaitMs(20);
    }
    CHECK(rig.Decoded(TrackKind::kAudio).size() >= 45);
  }
  SECTION("video") {
    rig.Tracks(true, false);
    for (int ms = 0; ms < 1000; ms += 40) {
      rig.Frame(ms == 0 ? kKey : kReference, ms);
      rig.WaitMs(40);
    }
    CHECK(rig.Decoded(TrackKind::kVideo).size() >= 24);
  }
  CHECK(rig.state() == PlayState::kPlaying);
  CHECK(rig.session.stats().stalls == 0);
}

TEST_CASE("Play ends at once in every state and is silent then") {
  PlayRig rig;
  SECTION("before the start") {}
  SECTION("connecting") {
    rig.Start();
  }
  SECTION("playing") {
    rig.Open();
    rig.Live(0, 20);
  }
  SECTION("waiting") {
    rig.Start();
    rig.Closed(ErrorCode::kConnectRefused);
  }
  rig.Stop();
  CHECK(rig.state() == PlayState::kEnded);
  CHECK_FALSE(rig.States().back().error.has_value());
  CHECK_FALSE(rig.idle.wake_at.is_finite());
  rig.events.clear();
  rig.Reply('A');
  rig.Frame(kKey, 0);
  rig.Start();
  CHECK(rig.events.empty());
}

}  // namespace
}  // namespace onair::session
