// SPDX-License-Identifier: Apache-2.0
#include "core/session/fallback.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair::session {
namespace {

using Wish = Fallback::Wish;

constexpr Timestamp kStart = Timestamp::Zero();
const Error kLost{ErrorCode::kConnectionLost, ""};

Timestamp At(double seconds) {
  return kStart + TimeDelta::SecondsF(seconds);
}
Fallback Make() {
  return Fallback({}, Rng(1), kStart);
}
// When the next wish comes, to a millisecond.
Timestamp NextWish(const Fallback& fallback) {
  const Timestamp at = fallback.decide_at();
  CHECK(fallback.Decide(at - TimeDelta::Millis(1)) == Wish::kNone);
  CHECK(fallback.Decide(at) != Wish::kNone);
  return at;
}

TEST_CASE("A realtime stream that shows nothing falls back exactly when its time is over") {
  Fallback fallback = Make();
  fallback.OnState(PlayState::kConnecting, std::nullopt, At(0));
  CHECK(fallback.Decide(At(1.499)) == Wish::kNone);
  CHECK(fallback.Decide(At(1.5)) == Wish::kFallBack);
}

TEST_CASE("A realtime stream that plays in time does not fall back") {
  Fallback fallback = Make();
  fallback.OnState(PlayState::kPlaying, std::nullopt, At(1));
  CHECK(fallback.decide_at() == Timestamp::PlusInfinity());
  CHECK(fallback.Decide(At(3600)) == Wish::kNone);
}

TEST_CASE("An error falls back at once, a stall when it lasts") {
  Fallback fallback = Make();
  fallback.OnState(PlayState::kPlaying, std::nullopt, At(1));
  fallback.OnState(PlayState::kStalled, std::nullopt, At(10));
  CHECK(fallback.Decide(At(11)) == Wish::kNone);
  fallback.OnState(PlayState::kReconnecting, kLost, At(11));
  CHECK(fallback.Decide(At(11)) == Wish::kFallBack);

  fallback.OnState(PlayState::kPlaying, std::nullopt, At(12));
  CHECK(fallback.Decide(At(12)) == Wish::kNone);
  fallback.OnState(PlayState::kStalled, std::nullopt, At(20));
  CHECK(fallback.Decide(At(21.49)) == Wish::kNone);
  CHECK(fallback.Decide(At(21.5)) == Wish::kFallBack);
}

TEST_CASE(
    "What was made ready ahead is left for the realtime stream once it plays, or later if that "
    "fails") {
  Fallback fallback = Make();
  fallback.OnAhead();
  fallback.OnState(PlayState::kConnecting, std::nullopt, At(0));
  CHECK(fallback.Decide(At(0.02)) == Wish::kNone);
  fallback.OnState(PlayState::kPlaying, std::nullopt, At(0.02));
  CHECK(fallback.Decide(At(0.02)) == Wish::kReturn);

  fallback.OnFailed(At(1));
  CHECK(fallback.Decide(At(1)) == Wish::kNone);
  const Timestamp again = NextWish(fallback);
  CHECK(again >= At(9));
  CHECK(fallback.Decide(again) == Wish::kReturn);
  fallback.OnReturned(again);
  CHECK(fallback.Decide(again + TimeDelta::Seconds(600)) == Wish::kNone);
}

TEST_CASE("A server that takes leave of its viewers is left for the fallback") {
  Fallback fallback = Make();
  fallback.OnState(PlayState::kPlaying, std::nullopt, At(1));
  fallback.OnState(PlayState::kAwaitingPublisher, std::nullopt, At(10));
  CHECK(NextWish(fallback) == At(11.5));
}

TEST_CASE("A fallback that fails is tried again, ever more rarely and for ever") {
  Fallback fallback = Make();
  fallback.OnState(PlayState::kReconnecting, kLost, At(0));
  Timestamp now = At(0);
  TimeDelta last = TimeDelta::Zero();
  for (int i = 0; i < 12; ++i) {
    fallback.OnFailed(now);
    const Timestamp next = NextWish(fallback);
    CHECK(next - now <= TimeDelta::Seconds(15));
    if (i < 4) CHECK(next - now > last);
    last = next - now;
    now = next;
  }
  CHECK(last >= TimeDelta::Seconds(12));
}

TEST_CASE("The way back is tried ever more rarely while it fails, within bounds") {
  Fallback fallback = Make();
  fallback.OnState(PlayState::kReconnecting, kLost, At(0));
  fallback.OnFellBack(At(1));
  fallback.OnState(PlayState::kPlaying, std::nullopt, At(1));
  Timestamp now = At(1);
  std::vector<double> waits;
  for (int i = 0; i < 9; ++i) {
    const Timestamp next = NextWish(fallback);
    waits.push_back((next - now).seconds_f());
    now = next;
    fallback.OnFailed(now);
  }
  CHECK(waits[0] >= 8);
  CHECK(waits[0] <= 10);
  CHECK(waits[1] > waits[0]);
  CHECK(waits[3] >= 64);
  CHECK(waits.back() <= 300);
  CHECK(waits.back() >= 240);
}

TEST_CASE("A return that does not last makes the next one wait longer, one that lasts does not") {
  Fallback fallback = Make();
  fallback.OnState(PlayState::kReconnecting, kLost, At(0));
  fallback.OnFellBack(At(0));
  fallback.OnReturned(At(10));
  CHECK_FALSE(fallback.has_fallen_back());
  fallback.OnState(PlayState::kPlaying, std::nullopt, At(10));
  fallback.OnState(PlayState::kReconnecting, kLost, At(15));
  fallback.OnFellBack(At(15));
  CHECK(NextWish(fallback) >= At(15 + 16));

  fallback.OnReturned(At(40));
  fallback.OnState(PlayState::kPlaying, std::nullopt, At(40));
  fallback.OnState(PlayState::kReconnecting, kLost, At(120));
  fallback.OnFellBack(At(120));
  CHECK(NextWish(fallback) <= At(120 + 10));
}

TEST_CASE("Where the fallback fails too, the realtime stream is tried at once") {
  Fallback fallback = Make();
  fallback.OnState(PlayState::kReconnecting, kLost, At(0));
  fallback.OnFellBack(At(1));
  fallback.OnState(PlayState::kPlaying, std::nullopt, At(1));
  fallback.OnState(PlayState::kReconnecting, kLost, At(3));
  CHECK(fallback.Decide(At(3)) == Wish::kReturn);
}

// Media each `gap` from second 0 to `until`.
void Flow(Fallback& fallback, double until, double gap = 0.05) {
  fallback.OnState(PlayState::kPlaying, std::nullopt, At(0));
  for (double t = 0; t <= until + 1e-9; t += gap) fallback.OnMedia(At(t));
}

TEST_CASE("A realtime stream that falls silent has the other opened before its buffer ends") {
  Fallback fallback = Make();
  Flow(fallback, 5);
  CHECK(fallback.Decide(At(5.19)) == Wish::kNone);
  CHECK(fallback.Decide(At(5.21)) == Wish::kFallBack);
  // A stall of it changes nothing, media does.
  fallback.OnState(PlayState::kStalled, std::nullopt, At(5.3));
  CHECK(fallback.Decide(At(5.3)) == Wish::kFallBack);
  fallback.OnState(PlayState::kPlaying, std::nullopt, At(5.4));
  fallback.OnMedia(At(5.4));
  CHECK(fallback.Decide(At(5.4)) == Wish::kNone);
}

TEST_CASE("Silences that are usual mean nothing, and those that were nothing raise what is usual") {
  Fallback slow = Make();
  Flow(slow, 10, 0.5);
  CHECK(slow.Decide(At(10.9)) == Wish::kNone);
  CHECK(slow.Decide(At(11.1)) == Wish::kFallBack);

  Fallback fallback = Make();
  Flow(fallback, 5);
  CHECK(fallback.Decide(At(5.25)) == Wish::kFallBack);
  fallback.OnMedia(At(5.3));
  fallback.OnFailed(At(5.3));
  CHECK(fallback.Decide(At(5.85)) == Wish::kNone);  // Twice as long as that one, and 2 s later.
  for (double t = 5.35; t <= 10; t += 0.05) fallback.OnMedia(At(t));
  CHECK(fallback.Decide(At(10.3)) == Wish::kNone);
  CHECK(fallback.Decide(At(10.6)) == Wish::kFallBack);
}

TEST_CASE("A stream that has just begun, or whose publisher left, may be silent") {
  Fallback fresh = Make();
  Flow(fresh, 1);
  CHECK(fresh.Decide(At(1.9)) == Wish::kNone);
  Fallback left = Make();
  Flow(left, 5);
  left.OnState(PlayState::kAwaitingPublisher, std::nullopt, At(5));
  CHECK(left.Decide(At(6.4)) == Wish::kNone);
  CHECK(left.Decide(At(6.6)) == Wish::kFallBack);
}

}  // namespace
}  // namespace onair::session
