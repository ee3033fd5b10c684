// SPDX-License-Identifier: Apache-2.0
#include "core/playout/target_delay.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair::playout {
namespace {

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + Ms(ms);
}

TEST_CASE("Realtime asks for next to nothing on a line without jitter") {
  TargetDelay target(BufferMode::kRealtime, TimeDelta::Zero());
  CHECK(target.At(At(0)) == Ms(10));
  for (int i = 0; i < 20; ++i) target.OnWorstDelay(Ms(12), At(500 * i));
  CHECK(target.current() <= Ms(15));
}

TEST_CASE("Realtime follows jitter up at once and down by 100 ms a second") {
  TargetDelay target(BufferMode::kRealtime, TimeDelta::Zero());
  for (int i = 0; i < 20; ++i) target.OnWorstDelay(Ms(120), At(500 * i));
  const TimeDelta high = target.current();
  CHECK(high >= Ms(120));
  CHECK(high <= Ms(125));
  for (int i = 20; i < 400; ++i) target.OnWorstDelay(Ms(5), At(500 * i));
  CHECK(target.current() <= Ms(20));
}

TEST_CASE("Realtime waits for sound that is late now and then, not for such pictures") {
  TargetDelay pictures(BufferMode::kRealtime, TimeDelta::Zero());
  TargetDelay sound(BufferMode::kRealtime, TimeDelta::Zero());
  for (int i = 0; i < 60; ++i) {
    const TimeDelta late = i % 8 == 0 ? Ms(80) : Ms(20);
    pictures.OnSlot({.worst = late, .sound = Ms(20)}, At(500 * i));
    sound.OnSlot({.worst = late, .sound = late}, At(500 * i));
  }
  CHECK(pictures.current() <= Ms(25));
  CHECK(sound.current() >= Ms(80));
}

TEST_CASE("What the opening of a realtime line cost is forgotten when it is over") {
  TargetDelay target(BufferMode::kRealtime, TimeDelta::Zero());
  // Told from half a second after the first picture on.
  for (int i = 1; i < 4; ++i) target.OnWorstDelay(Ms(450), At(500 * i));
  CHECK(target.current() >= Ms(450));
  target.OnWorstDelay(Ms(12), At(2'000));
  CHECK(target.current() <= Ms(20));  // Not at 100 ms a second.
}

TEST_CASE("A stall of a realtime line adds 30 ms at least and 200 ms at most") {
  TargetDelay target(BufferMode::kRealtime, TimeDelta::Zero());
  target.OnStall(Ms(5), At(0));
  CHECK(target.current() == Ms(40));
  target.OnStall(Ms(900), At(100));
  CHECK(target.current() == Ms(210));
}

TEST_CASE("What stalls added to a realtime line is kept for 3 s and gone 4 s later") {
  TargetDelay target(BufferMode::kRealtime, TimeDelta::Zero());
  target.OnStall(Ms(500), At(0));
  CHECK(target.current() == Ms(210));
  CHECK(target.At(At(3'000)) == Ms(210));
  CHECK(target.At(At(5'000)) < Ms(130));
  CHECK(target.At(At(7'100)) == Ms(10));
}

TEST_CASE("An outage is not waited for as if it were jitter") {
  const struct {
    BufferMode mode;
    TimeDelta most;
  } rows[] = {{BufferMode::kFast, Ms(500)},
              {BufferMode::kAuto, Ms(1'500)},
              {BufferMode::kSmooth, Ms(4'000)},
              {BufferMode::kRealtime, Ms(500)}};
  for (const auto& row : rows) {
    TargetDelay target(row.mode, TimeDelta::Zero());
    for (int i = 0; i < 40; ++i) target.OnWorstDelay(Ms(4'700), At(500 * i));
    CHECK(target.current() == row.most);
  }
}

TEST_CASE("The sender's range holds in every adaptive mode, its lower end first") {
  TargetDelay target(BufferMode::kRealtime, TimeDelta::Zero());
  target.SetRange(Ms(60), Ms(100));
  CHECK(target.At(At(0)) == Ms(60));
  for (int i = 0; i < 20; ++i) target.OnWorstDelay(Ms(300), At(500 * i));
  CHECK(target.current() == Ms(100));
  target.SetRange(Ms(0), Ms(40));
  CHECK(target.At(At(10'001)) == Ms(40));
  target.SetRange(Ms(70), Ms(40));
  CHECK(target.At(At(10'002)) == Ms(70));
  target.SetRange(TimeDelta::Seconds(40), TimeDelta::Seconds(40));
  CHECK(target.At(At(10'003)) == TimeDelta::Seconds(5));

  TargetDelay fixed(BufferMode::kFixed, Ms(500));
  fixed.SetRange(Ms(0), Ms(0));
  CHECK(fixed.At(At(0)) == Ms(500));
}

}  // namespace
}  // namespace onair::playout
