// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/history.h"

#include <catch2/catch.hpp>

namespace onair::rtp {
namespace {

Timestamp At(int ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

TEST_CASE("History finds a packet from its sending until its age") {
  PacketHistory history({.max_age = TimeDelta::Millis(500)});
  HistorySlot* const slot = history.Add(70'000, At(0));
  REQUIRE(slot != nullptr);
  CHECK(history.Find(70'000, At(1)) == nullptr);
  CHECK(history.FindUnsent(70'000) == slot);

  slot->sent_at = At(2);

  CHECK(history.FindUnsent(70'000) == nullptr);
  CHECK(history.Find(70'000, At(499)) == slot);
  CHECK(history.Find(70'000, At(500)) == nullptr);
  CHECK(history.Find(69'999, At(3)) == nullptr);
  CHECK(history.Find(-1, At(3)) == nullptr);
}

TEST_CASE("History grows to hold its time and then uses its memory again") {
  PacketHistory history({.max_age = TimeDelta::Seconds(1)});
  std::size_t slots_after_two_seconds = 0;
  for (int i = 0; i < 4'000; ++i) {  // 1000 packets a second.
    HistorySlot* const slot = history.Add(i, At(i));
    REQUIRE(slot != nullptr);
    slot->sent_at = At(i);
    if (i >= 999) REQUIRE(history.Find(i - 990, At(i)) != nullptr);
    if (i == 2'000) slots_after_two_seconds = history.slots();
  }
  CHECK(slots_after_two_seconds == 1'024);
  CHECK(history.slots() == slots_after_two_seconds);
  CHECK(history.held() >= DataSize::Kibibytes(1'200));
  CHECK(history.held() <= DataSize::Mebibytes(2));
}

TEST_CASE("A resend that never leaves makes no history grow") {
  PacketHistory history({.max_age = TimeDelta::Seconds(1)});
  for (int i = 0; i < 2'000; ++i) {  // 100 packets a second.
    HistorySlot* const slot = history.Add(i, At(i * 10));
    REQUIRE(slot != nullptr);
    slot->sent_at = At(i * 10);
    slot->is_resend_queued = i == 500;
  }
  CHECK(history.slots() == 128);
}

TEST_CASE("History with all memory in use lets the oldest that was sent go") {
  PacketHistory history(
      {.max_age = TimeDelta::Seconds(10), .max_size = DataSize::Kibibytes(64)});  // 32 slots.
  for (int i = 0; i < 40; ++i) {
    HistorySlot* const slot = history.Add(i, At(0));
    REQUIRE(slot != nullptr);
    slot->sent_at = At(0);
  }
  CHECK(history.slots() == 32);
  CHECK(history.Find(7, At(1)) == nullptr);
  CHECK(history.Find(8, At(1)) != nullptr);
}

TEST_CASE("History refuses new packets while all of its memory waits to be sent") {
  PacketHistory history({.max_size = DataSize::Kibibytes(64)});
  for (int i = 0; i < 32; ++i) REQUIRE(history.Add(i, At(0)) != nullptr);
  CHECK(history.Add(32, At(0)) == nullptr);
  history.FindUnsent(0)->sent_at = At(1);
  CHECK(history.Add(32, At(1)) != nullptr);
}

TEST_CASE("History names the setting that is out of range") {
  CHECK(HistoryConfig{}.Validate());
  CHECK(HistoryConfig{.max_age = TimeDelta::Millis(99)}.Validate().error().detail ==
        "history.max_age");
  CHECK(HistoryConfig{.max_age = TimeDelta::Seconds(11)}.Validate().error().detail ==
        "history.max_age");
  CHECK(HistoryConfig{.max_size = DataSize::Kibibytes(63)}.Validate().error().detail ==
        "history.max_size");
  CHECK(HistoryConfig{.max_size = DataSize::Mebibytes(65)}.Validate().error().detail ==
        "history.max_size");
}

}  // namespace
}  // namespace onair::rtp
