// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/nack_requests.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair::rtp {
namespace {

constexpr TimeDelta kRtt = TimeDelta::Millis(50);

Timestamp At(int ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

struct Line {
  NackRequests nack;

  void Come(std::initializer_list<std::int64_t> numbers, int ms) {
    for (const std::int64_t number : numbers) nack.OnPacket(number, kRtt, At(ms));
  }
  std::vector<int> Due(int ms) {
    std::array<std::uint16_t, 2'000> room{};
    const std::size_t count = nack.Take(kRtt, At(ms), room);
    return std::vector<int>(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(count));
  }
};

TEST_CASE("A hole is asked for at once, where packets keep their order") {
  Line line;
  line.Come({100, 101, 104}, 10);
  CHECK(line.nack.wake_at(kRtt) == At(10));
  CHECK(line.Due(10) == std::vector<int>{102, 103});
  CHECK(line.Due(10).empty());
}

TEST_CASE("It is asked for again after each round trip until it comes") {
  Line line;
  line.Come({1, 3}, 0);
  CHECK(line.Due(0).size() == 1);
  CHECK(line.nack.wake_at(kRtt) == At(50));
  CHECK(line.Due(49).empty());
  CHECK(line.Due(50).size() == 1);
  line.Come({2}, 90);
  CHECK(line.Due(200).empty());
  CHECK_FALSE(line.nack.wake_at(kRtt).is_finite());
  CHECK(line.nack.stats().recovered == 1);
  CHECK(line.nack.stats().requests == 2);
}

TEST_CASE("Where packets change places, holes wait as long as they lately did") {
  Line line;
  line.Come({1, 3}, 0);
  CHECK(line.Due(0).size() == 1);
  line.Come({2}, 8);  // Too soon for an answer.
  CHECK(line.nack.stats().reordered == 1);

  line.Come({5}, 20);
  CHECK(line.Due(20).empty());
  CHECK(line.nack.wake_at(kRtt) == At(30));  // 8 ms and a quarter.
  CHECK(line.Due(30) == std::vector<int>{4});
}

TEST_CASE("The wait is forgotten where order returns, and never passes its bound") {
  Line line;
  line.Come({1, 3}, 0);
  line.Come({2}, 400);  // Never asked for: it was not late by an answer.
  line.Come({5}, 410);
  CHECK(line.nack.wake_at(kRtt) == At(410) + NackRequests::kMaxWait);
  for (int i = 0; i < 8; ++i) line.Come({7 + 2 * i}, 10'000 + i * 3'000);
  CHECK(line.nack.wake_at(kRtt) < At(410) + NackRequests::kMaxWait);
}

TEST_CASE("A key frame makes all before it worthless") {
  Line line;
  line.Come({1, 10, 20}, 0);
  line.nack.OnKeyFrame(15);
  CHECK(line.Due(0) == std::vector<int>{15, 16, 17, 18, 19});
}

TEST_CASE("A list that is too long is thrown away, and that is told once") {
  Line line;
  line.Come({1, 900}, 0);
  CHECK_FALSE(line.nack.TakeOverflow());
  line.Come({1'100}, 1);
  CHECK(line.nack.TakeOverflow());
  CHECK_FALSE(line.nack.TakeOverflow());
  CHECK(line.nack.missing() == 0);
  CHECK(line.nack.stats().overflows == 1);
  line.Come({1'102}, 2);
  CHECK(line.Due(2) == std::vector<int>{1'101});
}

TEST_CASE("A packet is given up after its retries and by age") {
  Line line;
  line.Come({1, 3}, 0);
  int asked = 0;
  for (int ms = 0; ms < 20'000; ms += 50) asked += static_cast<int>(line.Due(ms).size());
  CHECK(asked == kMaxNackRetries);
  CHECK_FALSE(line.nack.wake_at(kRtt).is_finite());
  line.Come({4}, 20'000);
  CHECK(line.nack.stats().given_up == 1);

  Line other;
  other.Come({1, 3}, 0);
  for (std::int64_t i = 4; i <= 3 + kMaxNackAge; ++i) other.Come({i}, 1);
  CHECK(other.nack.missing() == 0);
}

TEST_CASE("No more is asked for than there is room, the rest stays due") {
  Line line;
  line.Come({1, 12}, 0);
  std::array<std::uint16_t, 4> room{};
  CHECK(line.nack.Take(kRtt, At(0), room) == 4);
  CHECK(line.nack.wake_at(kRtt) == At(0));
  CHECK(line.Due(0).size() == 6);
}

}  // namespace
}  // namespace onair::rtp
