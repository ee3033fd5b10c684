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
    for (const std::int64_t number : numbers) {
      nack.OnPacket(number, Arrived::kItself, kRtt, At(ms));
    }
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

TEST_CASE("It is asked for twice in each round trip until it comes") {
  Line line;
  line.Come({1, 3}, 0);
  std::vector<int> asked_at;
  for (int ms = 0; ms < 130; ++ms) {
    if (!line.Due(ms).empty()) asked_at.push_back(ms);
  }
  // A quarter of a round trip, then a whole one with the margin.
  CHECK(asked_at == std::vector<int>{0, 13, 60, 73, 120});
  line.Come({2}, 130);
  CHECK(line.Due(400).empty());
  CHECK_FALSE(line.nack.wake_at(kRtt).is_finite());
  CHECK(line.nack.stats().recovered == 1);
  CHECK(line.nack.stats().requests == 5);
}

TEST_CASE("A resend that comes right after a second request is no disorder") {
  Line line;
  line.Come({1, 3}, 0);
  for (const int ms : {0, 13, 60}) CHECK(line.Due(ms).size() == 1);
  line.Come({2}, 65);  // The answer to the first.
  line.Come({5}, 70);
  CHECK(line.nack.wake_at(kRtt) == At(70));
  CHECK(line.Due(70).size() == 1);
  line.nack.OnPacket(4, Arrived::kAsRepair, kRtt, At(71));  // By FEC, quick as it is.
  line.Come({7}, 80);
  CHECK(line.nack.wake_at(kRtt) == At(80));
  CHECK(line.nack.stats().reordered == 0);
  CHECK(line.nack.stats().recovered == 2);
}

TEST_CASE("What a repair tells of is missing before anything came behind it") {
  Line line;
  line.nack.OnSent(7, At(0));  // The stream is not known yet.
  CHECK(line.nack.missing() == 0);
  line.Come({10, 11}, 0);
  line.nack.OnSent(11, At(1));
  CHECK(line.Due(1).empty());
  line.nack.OnSent(13, At(2));
  CHECK(line.Due(2) == std::vector<int>{12, 13});
  line.Come({13}, 30);
  line.Come({14}, 31);
  CHECK(line.nack.missing() == 1);
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
