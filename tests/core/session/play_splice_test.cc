// SPDX-License-Identifier: Apache-2.0
//
// The media of a second session takes over from the first one's: frames counted, sound measured.
#include <catch2/catch.hpp>

#include "tests/core/session/splice_rig.h"

namespace onair::session {
namespace {

// Two renditions of one source: 25 pictures a second, a key frame each second, sound each 20 ms.
struct Renditions {
  std::int64_t next_origin_ms = 0;  // What its positions are ahead by.
  std::int64_t lag_ms = 0;          // What it comes later by; in steps of 20.
  std::int64_t next_gop_ms = 1000;
  bool is_present_alive = true;
};

void Send(SpliceRig& rig, const Renditions& r, std::int64_t from_ms, std::int64_t until_ms) {
  for (std::int64_t ms = from_ms; ms < until_ms; ms += 20) {
    const auto kind = [&](std::int64_t at, std::int64_t gop) {
      return at % gop == 0 ? FrameKind::kKey : FrameKind::kReference;
    };
    if (r.is_present_alive) {
      if (ms % 40 == 0) rig.ToPresent(kind(ms, 1000), ms);
      rig.ToPresent(FrameKind::kAudio, ms);
    }
    const std::int64_t late = ms - r.lag_ms;
    if ((rig.splice || rig.is_joined) && late >= 0) {
      if (late % 40 == 0) rig.ToNext(kind(late, r.next_gop_ms), late + r.next_origin_ms);
      rig.ToNext(FrameKind::kAudio, late + r.next_origin_ms);
    }
    rig.WaitMs(20);
  }
}

// What the server had of the GOP comes at once.
void Burst(SpliceRig& rig, const Renditions& r, std::int64_t from_ms, std::int64_t until_ms) {
  for (std::int64_t ms = from_ms; ms < until_ms; ms += 20) {
    const auto kind = ms % r.next_gop_ms == 0 ? FrameKind::kKey : FrameKind::kReference;
    if (ms % 40 == 0) rig.ToNext(kind, ms + r.next_origin_ms);
    rig.ToNext(FrameKind::kAudio, ms + r.next_origin_ms);
  }
}

void ExpectEach(const std::vector<std::int64_t>& shown, std::int64_t step) {
  REQUIRE(shown.size() > 10);
  for (std::size_t i = 1; i < shown.size(); ++i) {
    INFO("behind " << shown[i - 1]);
    REQUIRE(shown[i] - shown[i - 1] == step);
  }
}

TEST_CASE(
    "A rendition of the same clock takes over at a key frame, and no frame is lost or twice") {
  SpliceRig rig;
  const Renditions same;
  Send(rig, same, 0, 3480);
  rig.OpenNext();
  Burst(rig, same, 3000, 3480);
  CHECK_FALSE(rig.is_joined);
  Send(rig, same, 3480, 6000);

  REQUIRE(rig.is_joined);
  ExpectEach(rig.ShownMs(TrackKind::kVideo), 40);
  ExpectEach(rig.ShownMs(TrackKind::kAudio), 20);
  CHECK(rig.ShownMs(TrackKind::kVideo).back() >= 5800);
  CHECK(rig.states == std::vector{PlayState::kConnecting, PlayState::kPlaying});
  CHECK(rig.flushes == 0);
  CHECK_FALSE(rig.has_line_jumped);
  CHECK(rig.next.session.stats().stalls == 0);
  CHECK(rig.next.session.stats().frames_dropped == 0);
}

TEST_CASE(
    "What is decoded after the joint is the second rendition's, told before its first frame") {
  SpliceRig rig;
  const Renditions same;
  Send(rig, same, 0, 2400);
  rig.OpenNext();
  Burst(rig, same, 2000, 2400);
  Send(rig, same, 2400, 2960);
  CHECK_FALSE(rig.is_joined);
  Send(rig, same, 2960, 3080);
  REQUIRE(rig.is_joined);

  const auto shown = rig.ShownMs(TrackKind::kVideo);
  Send(rig, same, 3080, 4000);
  ExpectEach(rig.ShownMs(TrackKind::kVideo), 40);
}

TEST_CASE("Every frame comes in time over a joint: none is due before it is decoded") {
  SpliceRig rig;
  const Renditions same;
  Send(rig, same, 0, 2400);
  rig.OpenNext();
  Send(rig, same, 2400, 6000);

  REQUIRE(rig.is_joined);
  for (const auto& one : rig.decoded) {
    if (one.frame.pts <= MediaTime::Millis(500)) continue;  // The opening.
    INFO(one.frame.pts.ms());
    CHECK(one.render_at > one.at);
  }
}

TEST_CASE("A rendition that lies behind takes over once the line has given the delay it needs") {
  SpliceRig rig;
  const Renditions late{.lag_ms = 400};
  Send(rig, late, 0, 2000);
  rig.OpenNext();
  Send(rig, late, 2000, 2100);
  CHECK_FALSE(rig.is_joined);
  Send(rig, late, 2100, 16000);

  REQUIRE(rig.is_joined);
  ExpectEach(rig.ShownMs(TrackKind::kVideo), 40);
  ExpectEach(rig.ShownMs(TrackKind::kAudio), 20);
  CHECK_FALSE(rig.has_line_jumped);
  CHECK(rig.next.session.stats().stalls == 0);
  for (const auto& one : rig.decoded) {
    if (one.frame.pts <= MediaTime::Millis(500)) continue;
    INFO(one.frame.pts.ms());
    CHECK(one.render_at > one.at);
  }
}

TEST_CASE("A rendition that never catches up is given up, and the present one has lost nothing") {
  PlaySessionConfig fixed;
  fixed.buffer = BufferMode::kFixed;
  fixed.fixed_delay = TimeDelta::Millis(300);
  SpliceRig rig(fixed);
  const Renditions late{.lag_ms = 2000};
  Send(rig, late, 0, 2000);
  rig.OpenNext({.timeout = TimeDelta::Seconds(5)});
  Send(rig, late, 2000, 6980);
  CHECK_FALSE(rig.is_given_up);
  Send(rig, late, 6980, 8000);

  CHECK(rig.is_given_up);
  CHECK_FALSE(rig.is_joined);
  ExpectEach(rig.ShownMs(TrackKind::kVideo), 40);
  ExpectEach(rig.ShownMs(TrackKind::kAudio), 20);
}

TEST_CASE("Streams of two clocks are laid on one line by when their pictures were captured") {
  SpliceRig rig;
  const Renditions other{.next_origin_ms = 700'000, .next_gop_ms = 1000};
  Send(rig, other, 0, 2400);
  rig.OpenNext();
  rig.StampPresent(2000, 50'000);
  rig.StampNext(702'000, 50'001);
  Send(rig, other, 2400, 5000);

  REQUIRE(rig.is_joined);
  const auto shown = rig.ShownMs(TrackKind::kVideo);
  REQUIRE(shown.size() > 100);
  for (std::size_t i = 1; i < shown.size(); ++i) {
    CHECK(std::abs(shown[i] - shown[i - 1] - 40) <= 2);
  }
  CHECK(rig.flushes == 0);
  CHECK_FALSE(rig.has_line_jumped);
}

TEST_CASE(
    "Streams that nothing compares are cut at a fresh key frame, right behind what is there") {
  SpliceRig rig;
  const Renditions other{.next_origin_ms = 700'000};
  Send(rig, other, 0, 2400);
  rig.OpenNext();
  Burst(rig, other, 1000, 2400);
  Send(rig, other, 2400, 3000);
  CHECK_FALSE(rig.is_joined);  // All key frames so far have too much behind them.
  Send(rig, other, 3000, 5000);

  REQUIRE(rig.is_joined);
  CHECK(rig.next.session.stats().buffered < TimeDelta::Millis(400));
  ExpectEach(rig.ShownMs(TrackKind::kVideo), 40);
  CHECK(rig.flushes == 0);
}

TEST_CASE("After a loss the second stream goes on within its GOP, and no picture is shown twice") {
  SpliceRig rig;
  const Renditions same;
  Send(rig, same, 0, 2400);
  rig.present.Closed(ErrorCode::kConnectionLost);
  rig.is_present = Present::kLost;
  const Renditions alone{.is_present_alive = false};
  rig.WaitMs(100);
  rig.OpenNext();
  Burst(rig, same, 2000, 2500);
  REQUIRE(rig.is_joined);
  Send(rig, alone, 2500, 5000);

  ExpectEach(rig.ShownMs(TrackKind::kVideo), 40);
  ExpectEach(rig.ShownMs(TrackKind::kAudio), 20);
  CHECK(rig.states.back() == PlayState::kPlaying);
  CHECK(rig.next.session.stats().stalls == 0);
  CHECK(rig.flushes == 0);
}

// A second stream whose server moves its cached group to now, as ours does over WebRTC.
TEST_CASE("After a loss no picture of a group that its server moved is shown again, nor delayed") {
  SpliceRig rig;
  Send(rig, {}, 0, 2400);
  const TimeDelta before =
      rig.decoded.back().render_at -
      (Timestamp::Zero() + TimeDelta::Millis(rig.decoded.back().frame.pts.ms()));
  rig.present.Closed(ErrorCode::kConnectionLost);
  rig.is_present = Present::kLost;
  rig.WaitMs(600);
  rig.OpenNext();
  for (std::int64_t ms = 2000; ms < 2400; ms += 40) rig.StampPresent(ms, ms);
  std::int64_t first_new = 0;
  for (std::int64_t ms = 2000; ms < 3000; ms += 40) {
    const std::int64_t moved = 3000 + (ms - 2000) / 40;
    if (first_new == 0 && ms > 2360) first_new = moved;
    rig.StampNext(moved, ms);
    rig.ToNext(ms == 2000 ? FrameKind::kKey : FrameKind::kReference, moved);
  }
  for (std::int64_t ms = 3040; ms < 6000; ms += 20) {
    rig.WaitMs(20);
    if (ms % 40 == 0) rig.StampNext(ms, ms);
    if (ms % 40 == 0) rig.ToNext(FrameKind::kReference, ms);
    rig.ToNext(FrameKind::kAudio, ms);
  }
  REQUIRE(rig.is_joined);
  const auto shown = rig.ShownMs(TrackKind::kVideo);
  const auto next = std::ranges::find(shown, 2360) + 1;
  REQUIRE(next != shown.end());
  CHECK(*next == first_new);
  const auto& last = rig.decoded.back();
  const TimeDelta after =
      last.render_at - (Timestamp::Zero() + TimeDelta::Millis(last.frame.pts.ms()));
  CHECK(after - before < TimeDelta::Millis(100));
}

TEST_CASE("Where nothing played yet the second stream begins, with its own stages of the opening") {
  SpliceRig rig;
  rig.is_present = Present::kLost;
  rig.OpenNext();
  const Renditions alone{.is_present_alive = false};
  Burst(rig, alone, 0, 400);
  REQUIRE(rig.is_joined);
  Send(rig, alone, 400, 2000);
  ExpectEach(rig.ShownMs(TrackKind::kVideo), 40);
  CHECK(rig.states == std::vector{PlayState::kConnecting, PlayState::kPlaying});
  CHECK(rig.next.session.stats().opening.first_key_frame.has_value());
}

TEST_CASE("Counts go on over a joint") {
  SpliceRig rig;
  const Renditions same;
  Send(rig, same, 0, 2400);
  const auto before = rig.present.session.stats();
  rig.OpenNext();
  Send(rig, same, 2400, 5000);
  REQUIRE(rig.is_joined);
  const auto after = rig.next.session.stats();
  CHECK(after.video_frames_received > before.video_frames_received + 60);
  CHECK(after.bytes_received > before.bytes_received);
  CHECK(after.opening.first_key_frame == before.opening.first_key_frame);
  CHECK(after.reconnects == 0);
}

}  // namespace
}  // namespace onair::session
