// SPDX-License-Identifier: Apache-2.0
//
// What another sender takes over from over WebRTC: the delay that each asks for, key frames.
#include <catch2/catch.hpp>

#include "tests/core/session/realtime_rig.h"
#include "tests/support/print_units.h"

namespace onair::session {
namespace {

using Transport = RealtimeTransport;
using Rig = RealtimeRig;

// Delays that two senders ask for, in milliseconds; nothing: none.
struct Asked {
  std::optional<std::int64_t> first;
  std::optional<std::int64_t> second;
};

void Ask(Rig& rig, const std::optional<std::int64_t>& least_ms) {
  if (!least_ms) return;
  const TimeDelta least = TimeDelta::Millis(*least_ms);
  rig.Says(Transport::PlayoutDelayAsked{least, least + TimeDelta::Millis(200)});
}

// 4 s of the first sender's, then the second's takes over at 4 s, and 8 s of it.
struct Joined {
  Rig first, second;
  TimeDelta target_before = TimeDelta::Zero();

  explicit Joined(const Asked& asked) {
    first.Open();
    Ask(first, asked.first);
    first.Live(0, 100);
    target_before = first.session.stats().target_delay;
    second.now = first.now;
    second.session.StartBeside(second.now);
    second.Drain();
    second.Says(Transport::Ready{});
    second.Says(Transport::TracksChanged{wire::MakeTracks(true, true)});
    Ask(second, asked.second);
    second.Frame(FrameKind::kKey, 4'000);
    HeldMedia held;
    held.joint.key = MediaTime::Millis(4'000);
    held.tracks = wire::MakeTracks(true, true);
    held.frames = std::exchange(second.arrived, {});
    auto progress = first.session.GiveUp(second.now);
    second.lines.assign(first.lines.end() - 1, first.lines.end());
    second.session.TakeOver(std::move(progress), std::move(held), second.now);
    second.Drain();
    for (int i = 1; i <= 200; ++i) {
      second.Frame(FrameKind::kAudio, 3'960 + i * 40);
      second.Wait(20);
      second.Frame(FrameKind::kAudio, 3'980 + i * 40);
      second.Wait(20);
      second.Frame(FrameKind::kReference, 4'000 + i * 40);
      NoteJumps();
    }
  }
  // How long the last picture waited from its coming until it is shown.
  TimeDelta waited() const {
    const auto last = second.Of(TrackKind::kVideo).back();
    return last.render_at - (Timestamp::Zero() + (last.frame.pts - MediaTime::Zero()));
  }
  TimeDelta worst_jump = TimeDelta::Zero();

 private:
  // Of the line, where it was told anew; speed moves it by nothing at that moment.
  void NoteJumps() {
    for (; looked_ + 1 < second.lines.size(); ++looked_) {
      const ClockMap& before = second.lines[looked_];
      const ClockMap& after = second.lines[looked_ + 1];
      const TimeDelta jump = after.MediaOf(second.now) - before.MediaOf(second.now);
      worst_jump = std::max({worst_jump, jump, TimeDelta::Zero() - jump});
    }
  }
  std::size_t looked_ = 0;
};

TEST_CASE("The delay that the second sender asks for holds from the joint on, come to by speed") {
  const Joined joined({.first = {}, .second = 200});

  CHECK(joined.target_before < TimeDelta::Millis(100));
  CHECK(joined.second.session.stats().target_delay == TimeDelta::Millis(200));
  CHECK(joined.waited() >= TimeDelta::Millis(185));
  CHECK(joined.waited() <= TimeDelta::Millis(215));
  CHECK(joined.worst_jump <= TimeDelta::Millis(10));
  CHECK(joined.second.session.stats().stalls == 0);
}

TEST_CASE("The delay that the first sender asked for is over with the joint") {
  const Joined joined({.first = 300, .second = 0});

  CHECK(joined.target_before == TimeDelta::Millis(300));
  CHECK(joined.second.session.stats().target_delay < TimeDelta::Millis(100));
  CHECK(joined.waited() < TimeDelta::Millis(150));
  CHECK(joined.worst_jump <= TimeDelta::Millis(10));
}

TEST_CASE("A sender that asks for nothing inherits nothing from the one before") {
  const Joined joined({.first = 300, .second = {}});

  CHECK(joined.second.session.stats().target_delay < TimeDelta::Millis(100));
}

TEST_CASE("No sound is missing or heard twice over a joint of two senders") {
  const Joined joined({.first = {}, .second = 200});

  std::int64_t expected = 3'980;
  const auto sounds = joined.second.Of(TrackKind::kAudio);
  REQUIRE(sounds.size() > 100);
  for (const auto& sound : sounds) {
    if (sound.frame.pts < MediaTime::Millis(4'000)) continue;
    expected += 20;
    CHECK(sound.frame.pts.ms() == expected);
  }
}

TEST_CASE("A key frame for a joint is asked of the server while media flows, and not else") {
  Rig rig;
  rig.session.StartBeside(rig.now);
  rig.Drain();
  rig.session.RequestKeyFrame(rig.now);
  CHECK(rig.Told("key-asked") == 0);

  rig.Says(Transport::Ready{});
  rig.session.RequestKeyFrame(rig.now);

  CHECK(rig.Told("key-asked") == 1);
}

}  // namespace
}  // namespace onair::session
