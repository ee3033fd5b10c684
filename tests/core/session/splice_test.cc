// SPDX-License-Identifier: Apache-2.0
#include "core/session/splice.h"

#include <catch2/catch.hpp>

#include "tests/support/record_wire.h"

namespace onair::session {
namespace {

using Kind = SpliceDecision::Kind;

constexpr Timestamp kStart = Timestamp::Zero();

Timestamp At(std::int64_t ms) {
  return kStart + TimeDelta::Millis(ms);
}
EncodedFrame Frame(FrameKind kind, std::int64_t ms, std::size_t size = 100) {
  return wire::MakeFrame(kind, ms, size);
}

// A present stream of 25 pictures a second that has come to `arrived`, and decoded to `released`.
PlayoutPosition Playing(std::int64_t arrived, std::int64_t released) {
  PlayoutPosition at;
  at.video_arrived = at.video_decoding = MediaTime::Millis(arrived);
  at.video_released = MediaTime::Millis(released);
  at.sound_arrived = MediaTime::Millis(arrived);
  at.video_interval = TimeDelta::Millis(40);
  at.sound_interval = TimeDelta::Millis(20);
  at.video_ahead = TimeDelta::Millis(60);
  return at;
}

TEST_CASE("A splice waits for the present stream to come to the key frame that it holds") {
  Splice splice({}, kStart);
  splice.OnFrame(Frame(FrameKind::kKey, 5000), At(10));
  CHECK(splice.Decide(Playing(4900, 4800), Present::kPlaying, At(10)).kind == Kind::kWait);
  CHECK(splice.Decide(Playing(4960, 4860), Present::kPlaying, At(70)).kind == Kind::kJoin);
  const auto media = splice.Take();
  CHECK(media.joint.key == MediaTime::Millis(5000));
  CHECK(media.joint.shift == TimeDelta::Zero());
  CHECK(media.frames.size() == 1);
}

TEST_CASE("A splice may replace what waits for the decoder, never what is in it") {
  Splice splice({}, kStart);
  splice.OnFrame(Frame(FrameKind::kKey, 5000), At(10));
  CHECK(splice.Decide(Playing(5200, 5040), Present::kPlaying, At(10)).kind == Kind::kWait);
  CHECK(splice.Decide(Playing(5200, 5000), Present::kPlaying, At(10)).kind == Kind::kWait);
  CHECK(splice.Decide(Playing(5200, 4960), Present::kPlaying, At(10)).kind == Kind::kJoin);
}

TEST_CASE("With reordered pictures a splice waits until the present stream has decoded that far") {
  Splice splice({}, kStart);
  splice.OnFrame(Frame(FrameKind::kKey, 5000), At(10));
  PlayoutPosition at = Playing(4960, 4800);
  at.is_reordered = true;
  at.video_decoding = MediaTime::Millis(4880);  // Two pictures in front of the key frame to come.
  CHECK(splice.Decide(at, Present::kPlaying, At(10)).kind == Kind::kWait);
  at.video_decoding = MediaTime::Millis(5000);
  CHECK(splice.Decide(at, Present::kPlaying, At(10)).kind == Kind::kJoin);
}

TEST_CASE("A stream that was lost is followed from within the GOP that it was in") {
  Splice splice({}, kStart);
  splice.OnFrame(Frame(FrameKind::kKey, 5000), At(10));
  splice.OnFrame(Frame(FrameKind::kReference, 5040), At(10));
  const PlayoutPosition at = Playing(5080, 5080);
  CHECK(splice.Decide(at, Present::kLost, At(10)).kind == Kind::kWait);
  splice.OnFrame(Frame(FrameKind::kReference, 5080), At(10));
  CHECK(splice.Decide(at, Present::kLost, At(10)).kind == Kind::kWait);
  splice.OnFrame(Frame(FrameKind::kReference, 5120), At(10));
  CHECK(splice.Decide(at, Present::kPlaying, At(10)).kind == Kind::kWait);
  CHECK(splice.Decide(at, Present::kLost, At(10)).kind == Kind::kJoin);
}

TEST_CASE(
    "A splice asks for the delay by which the second stream lies behind, and no more over time") {
  Splice splice({}, kStart);
  splice.OnFrame(Frame(FrameKind::kKey, 5000), At(0));
  splice.OnFrame(Frame(FrameKind::kReference, 5400), At(600));
  const auto first = splice.Decide(Playing(5800, 5700), Present::kPlaying, At(600));
  CHECK(first.kind == Kind::kWait);
  // Its lag, a picture, what pictures are ahead of their time, and a margin.
  CHECK(first.least_delay == TimeDelta::Millis(400 + 40 + 60 + 50));
  splice.OnFrame(Frame(FrameKind::kReference, 5440), At(640));
  const auto second = splice.Decide(Playing(5840, 5740), Present::kPlaying, At(640));
  CHECK(second.least_delay == first.least_delay);
}

// A second stream beside one that is `lead_ms` ahead of it: stamped, its last key frame long ago.
// When it asks for a key frame, of `seconds`.
std::vector<std::int64_t> AskedAt(std::int64_t lead_ms, std::int64_t seconds, bool is_stamped) {
  Splice splice({.timeout = TimeDelta::Seconds(60)}, kStart);
  std::vector<std::int64_t> asked;
  const auto stamp = [](std::int64_t ms) {
    return Stamped{MediaTime::Millis(ms), UtcTime::Micros(ms * 1000)};
  };
  for (std::int64_t ms = 0; ms < seconds * 1000; ms += 40) {
    const std::int64_t next = ms == 0 ? 4'500 : 5'000 + ms;
    const std::int64_t released = 5'000 + ms + lead_ms;
    if (is_stamped) splice.OnPresentStamp(stamp(released));
    if (is_stamped) splice.OnStamp(stamp(next));
    splice.OnFrame(Frame(ms == 0 ? FrameKind::kKey : FrameKind::kReference, next), At(ms));
    const auto decision =
        splice.Decide(Playing(released + 100, released), Present::kPlaying, At(ms));
    REQUIRE(decision.kind == Kind::kWait);
    if (decision.asks_for_key) asked.push_back(ms);
  }
  return asked;
}

TEST_CASE("A splice that waits for a key frame asks for one, ever more seldom and four times") {
  CHECK(AskedAt(-80, 1, true).empty());  // Its own is waited for.
  CHECK(AskedAt(-80, 30, true) == std::vector<std::int64_t>{2'000, 3'000, 5'000, 9'000});
}

TEST_CASE("A splice asks for no key frame that would come too late, nor without stamps") {
  CHECK(AskedAt(+200, 30, true).empty());
  CHECK(AskedAt(-80, 30, false).empty());
}

TEST_CASE("A splice asks for no key frame while it holds one that it waits to come to") {
  Splice splice({}, kStart);
  splice.OnPresentStamp({MediaTime::Millis(4000), UtcTime::Micros(4'000'000)});
  splice.OnStamp({MediaTime::Millis(5000), UtcTime::Micros(5'000'000)});
  splice.OnFrame(Frame(FrameKind::kKey, 5000), At(0));
  CHECK_FALSE(splice.Decide(Playing(4100, 4000), Present::kPlaying, At(3000)).asks_for_key);
}

// What a server answers with whose publisher cannot be asked.
TEST_CASE("A picture of the cached group that comes once more, at another place, is no joint") {
  Splice splice({}, kStart);
  const auto at = [](std::int64_t pts, std::int64_t captured) {
    return Stamped{MediaTime::Millis(pts), UtcTime::Micros(captured * 1000)};
  };
  splice.OnPresentStamp(at(7000, 7000));
  splice.OnStamp(at(7000, 7000));
  splice.OnFrame(Frame(FrameKind::kReference, 7000), At(0));
  splice.OnStamp(at(7100, 5000));  // Captured two seconds ago, squeezed to behind the newest.
  splice.OnFrame(Frame(FrameKind::kKey, 7100), At(10));
  CHECK(splice.Decide(Playing(7080, 7040), Present::kPlaying, At(10)).kind == Kind::kWait);
}

// A server that squeezes: its cached group at positions of now, then what is captured.
struct Squeezed {
  std::int64_t pts;
  std::int64_t captured;
};

// What a splice decides at each of them, the present stream lost with 7000 shown.
Kind DecideLost(Splice& splice, const std::vector<Squeezed>& pictures) {
  const auto stamp = [](std::int64_t pts, std::int64_t captured) {
    return Stamped{MediaTime::Millis(pts), UtcTime::Micros(captured * 1000)};
  };
  for (const std::int64_t ms : {6920, 6960, 7000}) splice.OnPresentStamp(stamp(ms, ms));
  SpliceDecision decision;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const auto [pts, captured] = pictures[i];
    splice.OnStamp(stamp(pts, captured));
    splice.OnFrame(Frame(i == 0 ? FrameKind::kKey : FrameKind::kReference, pts), At(pts - 7400));
    decision = splice.Decide(Playing(7000, 7000), Present::kLost, At(pts - 7400));
    if (i + 1 < pictures.size()) REQUIRE(decision.kind == Kind::kWait);
  }
  return decision.kind;
}

TEST_CASE(
    "A stream that was lost is followed from a key frame that it showed, wherever it stands") {
  Splice splice({}, kStart);
  // No picture of one is in the other: they were captured 20 ms apart.
  const auto kind = DecideLost(splice, {{7400, 5000}, {7401, 6980}, {7440, 7420}, {7480, 7460}});
  REQUIRE(kind == Kind::kJoin);
  const auto media = splice.Take();
  CHECK(media.frames.size() == 4);
  CHECK(media.joint.shift == TimeDelta::Zero());
  CHECK(media.joint.key == MediaTime::Millis(7400));
  CHECK(media.joint.shown_until == MediaTime::Millis(7401));
}

TEST_CASE("A picture of both that a server moved does not move what comes behind it") {
  Splice splice({}, kStart);
  const auto kind = DecideLost(splice, {{7400, 5000}, {7450, 7000}, {7520, 7520}, {7560, 7560}});
  REQUIRE(kind == Kind::kJoin);
  const auto media = splice.Take();
  CHECK(media.joint.shift == TimeDelta::Zero());
  CHECK(media.joint.shown_until == MediaTime::Millis(7450));
}

// 2 s of cached group on a line that carries 1.5 times the stream: it would take 4 s to be live.
TEST_CASE("A lost stream waits half a second at most for the other to have caught up") {
  Splice splice({}, kStart);
  splice.OnPresentStamp({MediaTime::Millis(4980), UtcTime::Micros(4'980'000)});
  std::int64_t ms = 0;
  for (; ms < 2000; ms += 40) {
    const std::int64_t captured = 5000 + ms * 3 / 2;
    splice.OnStamp({MediaTime::Millis(7000 + ms), UtcTime::Micros(captured * 1000)});
    splice.OnFrame(Frame(ms == 0 ? FrameKind::kKey : FrameKind::kReference, 7000 + ms), At(ms));
    if (splice.Decide(Playing(4980, 4980), Present::kLost, At(ms)).kind == Kind::kJoin) break;
  }
  CHECK(ms >= 480);
  CHECK(ms <= 560);
}

TEST_CASE("What a splice asks for in delay has a bound") {
  Splice splice({}, kStart);
  splice.OnFrame(Frame(FrameKind::kKey, 5000), At(0));
  const auto decision = splice.Decide(Playing(14'000, 13'900), Present::kPlaying, At(600));
  CHECK(decision.least_delay == TimeDelta::Seconds(3));
}

TEST_CASE("A splice gives up at its deadline, exactly") {
  Splice splice({.timeout = TimeDelta::Seconds(5)}, kStart);
  CHECK(splice.decide_at() == At(5000));
  CHECK(splice.Decide(Playing(0, 0), Present::kPlaying, At(4999)).kind == Kind::kWait);
  const auto none = splice.Decide(Playing(0, 0), Present::kPlaying, At(5000));
  CHECK(none.kind == Kind::kGiveUp);
  CHECK(std::string(none.reason) == "no media");
}

TEST_CASE("What a splice holds is bounded in time and bytes, and what it drops is counted") {
  Splice splice({.held_span = TimeDelta::Seconds(2), .held_size = DataSize::Kibibytes(64)}, kStart);
  for (std::int64_t ms = 0; ms < 60'000; ms += 40) {
    splice.OnFrame(Frame(ms % 1000 == 0 ? FrameKind::kKey : FrameKind::kReference, ms, 1000),
                   At(ms));
    CHECK(splice.held_span() <= TimeDelta::Seconds(2));
    CHECK(splice.held() <= DataSize::Kibibytes(64));
  }
  CHECK(splice.stats().frames_dropped > 1'000);
  // What is held begins with a key frame: it can still take over.
  CHECK(splice.Decide(Playing(59'960, 58'000), Present::kPlaying, At(60'000)).kind !=
        Kind::kGiveUp);

  Splice endless({.held_size = DataSize::Kibibytes(64)}, kStart);
  endless.OnFrame(Frame(FrameKind::kKey, 0, 1000), At(0));
  for (std::int64_t ms = 40; ms < 9'000; ms += 40) {
    endless.OnFrame(Frame(FrameKind::kReference, ms, 1000), At(ms));
    CHECK(endless.held() <= DataSize::Kibibytes(64));
  }
}

TEST_CASE("Stamps settle which line a stream is on, before positions that only look alike do") {
  Splice splice({}, kStart);
  splice.OnStamp({MediaTime::Millis(5000), UtcTime::Micros(100'000'000)});
  splice.OnFrame(Frame(FrameKind::kKey, 5000), At(0));
  // Near, but the present one's stamp is on its way.
  CHECK(splice.Decide(Playing(4980, 4900), Present::kPlaying, At(0)).kind == Kind::kWait);
  CHECK(splice.alignment() == Alignment::kNone);
  splice.OnPresentStamp({MediaTime::Millis(4900), UtcTime::Micros(96'900'000)});
  CHECK(splice.Decide(Playing(4980, 4900), Present::kPlaying, At(10)).kind == Kind::kWait);
  CHECK(splice.alignment() == Alignment::kNone);  // One picture of both may still tell exactly.
  CHECK(splice.Decide(Playing(5520, 5400), Present::kPlaying, At(600)).kind == Kind::kWait);
  CHECK(splice.alignment() == Alignment::kStamps);
  // 3.1 s of capture lie between them: its 5.0 s is the present one's 8.0 s.
  CHECK(splice.Decide(Playing(7960, 7900), Present::kPlaying, At(3000)).kind == Kind::kJoin);
  CHECK(splice.Take().joint.key == MediaTime::Millis(8000));
}

TEST_CASE("After its connection was lost a second stream begins anew in a splice") {
  Splice splice({}, kStart);
  splice.OnFrame(Frame(FrameKind::kKey, 5000), At(0));
  splice.OnLost();
  CHECK(splice.held() == DataSize::Zero());
  splice.OnFrame(Frame(FrameKind::kReference, 5040), At(40));
  CHECK(splice.stats().frames_dropped == 1);
  CHECK(splice.Decide(Playing(4960, 4900), Present::kPlaying, At(40)).kind == Kind::kWait);
}

TEST_CASE("Streams of sound alone are spliced where sound goes on") {
  Splice splice({}, kStart);
  splice.OnTracks(wire::MakeTracks(false, true));
  splice.OnFrame(Frame(FrameKind::kAudio, 5000), At(0));
  PlayoutPosition at;
  at.sound_arrived = MediaTime::Millis(5020);
  CHECK(splice.Decide(at, Present::kPlaying, At(0)).kind == Kind::kJoin);
  const auto media = splice.Take();
  CHECK_FALSE(media.joint.key);
  CHECK(media.frames.size() == 1);
}

TEST_CASE(
    "One picture in both streams tells the difference exactly, however late it was captured") {
  Splice splice({}, kStart);
  // The present stream's clock is 3 s ahead; its newest picture was captured 200 ms late.
  splice.OnPresentStamp({MediaTime::Millis(7960), UtcTime::Micros(100'000'000)});
  splice.OnPresentStamp({MediaTime::Millis(8000), UtcTime::Micros(100'240'000)});
  splice.OnStamp({MediaTime::Millis(4960), UtcTime::Micros(100'000'000)});
  splice.OnFrame(Frame(FrameKind::kKey, 5040), At(0));
  CHECK(splice.Decide(Playing(8000, 7960), Present::kPlaying, At(0)).kind == Kind::kJoin);
  CHECK(splice.Take().joint.key == MediaTime::Millis(8040));
}

}  // namespace
}  // namespace onair::session
