// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/arrival_log.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/print_units.h"
#include "tests/transport/rtp/rtcp/wire.h"

namespace onair::rtp {
namespace {

Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}
constexpr DataSize kSize = DataSize::Bytes(1'200);

// Which packets one feedback says have come.
struct Told {
  int base = 0;
  int statuses = 0;
  std::vector<int> came;
};

Told Write(ArrivalLog& log, Timestamp now) {
  const Bytes bytes = rtcp::Written([&](SpanWriter& out) { REQUIRE(log.Write(1, 2, now, out)); });
  const auto feedback = rtcp::ReadTransportFeedback(rtcp::First(bytes));
  REQUIRE(feedback);
  Told told{.base = feedback->base_sequence, .statuses = feedback->status_count, .came = {}};
  feedback->ForEach([&](std::uint16_t sequence, std::optional<TimeDelta> at) {
    if (at) told.came.push_back(sequence);
  });
  return told;
}

TEST_CASE("Feedback tells of all since the last one, holes at its seam too") {
  ArrivalLog log;
  for (const int sequence : {65'534, 65'535, 1}) {
    log.OnPacket(static_cast<std::uint16_t>(sequence), kSize, At(sequence & 7));
  }
  const Told first = Write(log, At(60));
  CHECK(first.base == 65'534);
  CHECK(first.came == std::vector<int>{65'534, 65'535, 1});
  CHECK_FALSE(log.wake_at().is_finite());

  log.OnPacket(4, kSize, At(70));
  const Told second = Write(log, At(120));
  CHECK(second.base == 2);
  CHECK(second.statuses == 3);
  CHECK(second.came == std::vector<int>{4});
}

TEST_CASE("What a full packet has no room for is told of in the next one") {
  ArrivalLog log;
  for (const int sequence : {1, 2, 3})
    log.OnPacket(static_cast<std::uint16_t>(sequence), kSize, At(1));
  std::array<std::uint8_t, 8> full{};
  SpanWriter out(full);
  CHECK_FALSE(log.Write(1, 2, At(60), out));
  CHECK(out.size() == 0);
  CHECK(log.wake_at() == At(60) + ArrivalLog::kMinInterval);
  CHECK(Write(log, At(110)).came == std::vector<int>{1, 2, 3});
}

TEST_CASE("Packets that come late are told of, twice are not") {
  ArrivalLog log;
  for (const int sequence : {10, 12, 11, 12}) {
    log.OnPacket(static_cast<std::uint16_t>(sequence), kSize, At(1));
  }
  CHECK(log.stats().duplicates == 1);
  CHECK(Write(log, At(60)).came == std::vector<int>{10, 11, 12});
  log.OnPacket(9, kSize, At(61));
  const Told late = Write(log, At(120));
  CHECK(late.base == 9);
  CHECK(late.came == std::vector<int>{9});
}

TEST_CASE("Feedback is due each 50 ms on a fast line and each 100 ms on a slow one") {
  ArrivalLog fast;
  ArrivalLog slow;
  std::uint16_t sequence = 0;
  for (int ms = 0; ms < 500; ++ms) {
    fast.OnPacket(sequence, kSize, At(ms));
    if (ms % 25 == 0)
      slow.OnPacket(static_cast<std::uint16_t>(ms / 25), DataSize::Bytes(60), At(ms));
    ++sequence;
    if (fast.wake_at() <= At(ms)) Write(fast, At(ms));
    if (slow.wake_at() <= At(ms)) Write(slow, At(ms));
  }
  CHECK(fast.stats().feedbacks >= 9);
  CHECK(fast.stats().feedbacks <= 11);
  CHECK(slow.stats().feedbacks >= 4);
  CHECK(slow.stats().feedbacks <= 6);
}

TEST_CASE("A small packet that comes first does not put off the feedback of pictures behind it") {
  ArrivalLog log;
  log.OnPacket(1, kSize, At(0));
  Write(log, At(0));
  log.OnPacket(2, DataSize::Bytes(80), At(20));
  CHECK(log.wake_at() == At(100));
  log.OnPacket(3, kSize, At(30));
  log.OnPacket(4, kSize, At(31));
  CHECK(log.wake_at() == At(50));
  log.OnPacket(5, kSize, At(60));
  CHECK(log.wake_at() == At(60));
}

TEST_CASE("A flood is told of at once and never held beyond the bound") {
  ArrivalLog log;
  for (int i = 0; i < 5'000; ++i) log.OnPacket(static_cast<std::uint16_t>(i), kSize, At(1));
  CHECK(log.wake_at() == At(1));
  int told = 0;
  for (int i = 0; i < 20 && log.wake_at() <= At(1); ++i) {
    told += static_cast<int>(Write(log, At(1)).came.size());
  }
  CHECK(told > 500);
  CHECK(told <= static_cast<int>(rtcp::kMaxStatuses));
  CHECK_FALSE(log.wake_at().is_finite());
}

TEST_CASE("A jump of the numbers ends in feedback, not in a stuck log") {
  ArrivalLog log;
  log.OnPacket(0, kSize, At(0));
  log.OnPacket(20'000, kSize, At(1));
  CHECK(Write(log, At(60)).came == std::vector<int>{0});
  CHECK(log.wake_at() == At(60));
  CHECK(Write(log, At(60)).came == std::vector<int>{20'000});
  log.OnPacket(100, kSize, At(61));
  CHECK(log.stats().too_late == 1);
}

}  // namespace
}  // namespace onair::rtp
