// SPDX-License-Identifier: Apache-2.0
#include "core/machine/timer_table.h"

#include <catch2/catch.hpp>
#include <string>

#include "core/machine/trace.h"
#include "tests/support/print_units.h"

namespace onair {
namespace {

enum class Timer { kConnect, kPing, kStall };
using Table = TimerTable<Timer, 3>;
Table MakeTable() {
  return Table({"t.connect", "t.ping", "t.stall"});
}

constexpr Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

TEST_CASE("An empty table never wakes anybody") {
  const Table table = MakeTable();
  CHECK_FALSE(table.Next().wake_at.is_finite());
  CHECK(table.Next().timer.empty());
}

TEST_CASE("The earliest deadline is told with its name") {
  Table table = MakeTable();
  table.Set(Timer::kStall, At(30));
  table.Set(Timer::kPing, At(20));
  CHECK(table.Next().wake_at == At(20));
  CHECK(table.Next().timer == "t.ping");

  table.Stop(Timer::kPing);
  CHECK(table.Next().wake_at == At(30));
  CHECK(table.Next().timer == "t.stall");
}

TEST_CASE("Of two equal deadlines the first in the enum is told") {
  Table table = MakeTable();
  table.Set(Timer::kStall, At(20));
  table.Set(Timer::kConnect, At(20));
  CHECK(table.Next().timer == "t.connect");
}

TEST_CASE("A due timer is given once, at its deadline and not before") {
  Table table = MakeTable();
  table.Set(Timer::kPing, At(20));
  CHECK_FALSE(table.TakeDue(Timer::kPing, At(19)));
  CHECK(table.is_set(Timer::kPing));
  CHECK(table.TakeDue(Timer::kPing, At(20)));
  CHECK_FALSE(table.TakeDue(Timer::kPing, At(21)));
  CHECK_FALSE(table.is_set(Timer::kPing));
  CHECK_FALSE(table.TakeDue(Timer::kStall, Timestamp::PlusInfinity()));
}

TEST_CASE("Setting a timer again moves it") {
  Table table = MakeTable();
  table.Set(Timer::kPing, At(20));
  table.Set(Timer::kPing, At(50));
  CHECK_FALSE(table.TakeDue(Timer::kPing, At(49)));
  CHECK(table.deadline(Timer::kPing) == At(50));
}

TEST_CASE("StopAll leaves nothing to wake for") {
  Table table = MakeTable();
  table.Set(Timer::kConnect, At(1));
  table.Set(Timer::kStall, At(2));
  table.StopAll();
  CHECK_FALSE(table.Next().wake_at.is_finite());
}

TEST_CASE("The earlier of two answers wins and the first when they are equal") {
  const Idle early{At(10), "early"};
  const Idle late{At(20), "late"};
  CHECK(Earlier(late, early).timer == "early");
  CHECK(Earlier(early, late).timer == "early");
  CHECK(Earlier(early, Idle{}).timer == "early");
  CHECK(Earlier(Idle{}, early).timer == "early");
  CHECK(Earlier(Idle{At(10), "a"}, Idle{At(10), "b"}).timer == "a");
}

TEST_CASE("The null trace takes everything and is one for all") {
  TraceSink& trace = NullTrace();
  trace.Number(At(0), "room.thing", 1.0);
  trace.Decision(At(0), "room.thing", "up", "because");
  trace.Span(At(0), At(1), "room.stage");
  CHECK(&trace == &NullTrace());
}

}  // namespace
}  // namespace onair
