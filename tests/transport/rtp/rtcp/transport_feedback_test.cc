// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp/transport_feedback.h"

#include <vector>

#include "core/base/rng.h"
#include "tests/support/print_units.h"
#include "tests/support/seed.h"
#include "tests/transport/rtp/rtcp/wire.h"

namespace onair::rtp::rtcp {
namespace {

struct Told {
  std::uint16_t sequence;
  std::optional<TimeDelta> at;
};

std::vector<Told> Statuses(const TransportFeedback& feedback) {
  std::vector<Told> out;
  feedback.ForEach([&](std::uint16_t sequence, std::optional<TimeDelta> at) {
    out.push_back({sequence, at});
  });
  return out;
}

Timestamp At(std::int64_t us) {
  return Timestamp::Micros(us);
}

Bytes Feedback(std::vector<Arrival> arrivals, std::int64_t base) {
  return Written([&](SpanWriter& out) {
    CHECK(WriteTransportFeedback(
              {.sender_ssrc = 1, .media_ssrc = 2, .base_sequence = base, .feedback_count = 3},
              arrivals, out) == arrivals.size());
  });
}

TEST_CASE("Feedback of three packets has the bytes of the draft") {
  // 2 x 64 ms + 1 ms; + 2 ms; a hole; - 1 ms.
  const Bytes bytes = Feedback({{10, At(129'000)}, {11, At(131'000)}, {13, At(130'000)}}, 10);
  CHECK(bytes ==
        Bytes{0x8f, 205, 0,    6,    0, 0, 0, 1, 0,    0,    0, 2,  //
              0,    10,  0,    4,    0, 0, 2, 3, 0xd4, 0x80,  // Small, small, not received, large.
              4,    8,   0xff, 0xfc, 0, 0});
}

TEST_CASE("Feedback told by a stranger is read by its chunks") {
  // A run of 3 small, one-bit vector 10100000000000, two-bit vector small, large, none x 5.
  const Bytes bytes{0x8f, 205,  0,    8,    0,    0,    0,    1,    0, 0, 0, 2,  //
                    0xff, 0xff, 0,    24,   0x00, 0x00, 0x10, 9,                 //
                    0x20, 0x03, 0xa8, 0x00, 0xd8, 0x00,                          //
                    0,    1,    2,    3,    4,    5,    0x01, 0x00, 0, 0};
  const auto got = ReadTransportFeedback(First(bytes));
  REQUIRE(got);
  CHECK(got->reference_time == 16);
  CHECK(got->feedback_count == 9);
  const auto told = Statuses(*got);
  REQUIRE(told.size() == 24);
  CHECK(told[0].sequence == 65535);
  CHECK(told[1].sequence == 0);
  CHECK(told[2].at == kDeltaTick * 3);
  CHECK(told[3].at == kDeltaTick * 6);
  CHECK_FALSE(told[4].at);
  CHECK(told[5].at == kDeltaTick * 10);
  CHECK(told[17].at == kDeltaTick * 15);
  CHECK(told[18].at == kDeltaTick * 271);
  CHECK_FALSE(told[23].at);
}

TEST_CASE("Feedback comes back for any pattern of loss, delay and reordering") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  Rng rng(seed);
  for (int round = 0; round < 300; ++round) {
    const double loss = rng.Fraction();
    const std::uint64_t spread = rng.Below(3) == 0 ? 48'000 : 20'000;
    std::vector<Arrival> arrivals;
    std::int64_t at = static_cast<std::int64_t>(rng.Below(1U << 30));
    const auto base = static_cast<std::int64_t>(65'500 + rng.Below(100));
    for (std::int64_t sequence = base; sequence < base + 300; ++sequence) {
      at += static_cast<std::int64_t>(rng.Below(spread)) - 4'000;
      if (rng.Fraction() >= loss) arrivals.push_back({sequence, At(at)});
    }
    if (arrivals.empty()) continue;
    const Bytes bytes = Feedback(arrivals, base);
    const auto got = ReadTransportFeedback(First(bytes));
    REQUIRE(got);
    REQUIRE(got->base_sequence == (base & 0xffff));
    const Timestamp reference = At(static_cast<std::int64_t>(got->reference_time) * 64'000);
    std::size_t next = 0;
    std::int64_t sequence = base;
    for (const Told& told : Statuses(*got)) {
      const bool came = next < arrivals.size() && arrivals[next].sequence == sequence;
      REQUIRE(told.at.has_value() == came);
      if (came) {
        const TimeDelta error = arrivals[next].at - (reference + *told.at);
        REQUIRE(error >= TimeDelta::Zero());
        REQUIRE(error < kDeltaTick);
        ++next;
      }
      ++sequence;
    }
    REQUIRE(next == arrivals.size());
  }
}

TEST_CASE("Feedback that does not fit tells of the first packets and how many they were") {
  std::vector<Arrival> arrivals;
  for (int i = 0; i < 200; ++i) arrivals.push_back({70'000 + i, At(i * 1'000)});
  std::array<std::uint8_t, 100> room{};
  SpanWriter out(room);
  const std::size_t told = WriteTransportFeedback({.base_sequence = 70'000}, arrivals, out);
  CHECK(told > 40);
  CHECK(told < 80);
  REQUIRE(out.ok());
  const auto got = ReadTransportFeedback(First(Bytes(out.view().begin(), out.view().end())));
  REQUIRE(got);
  CHECK(got->status_count == told);
}

TEST_CASE("Feedback ends before a step of time that no delta holds, and before a long hole") {
  std::array<std::uint8_t, 200> room{};
  SpanWriter first(room);
  const Arrival late[] = {{1, At(0)}, {2, At(9'000'000)}};
  CHECK(WriteTransportFeedback({.base_sequence = 1}, late, first) == 1);
  SpanWriter second(room);
  const Arrival far[] = {{1, At(0)}, {5'000, At(1'000)}};
  CHECK(WriteTransportFeedback({.base_sequence = 1}, far, second) == 1);
  SpanWriter third(room);
  CHECK(WriteTransportFeedback({.base_sequence = 1}, std::span(far).subspan(1), third) == 0);
  CHECK(third.size() == 0);
}

TEST_CASE("Feedback that lies is refused as a whole") {
  const auto with_chunks = [](std::uint16_t count, Bytes rest) {
    Block block{.type = 205, .count = 15, .body = {}};
    static Bytes body;
    body = {0,
            0,
            0,
            1,
            0,
            0,
            0,
            2,
            0,
            0,
            static_cast<std::uint8_t>(count >> 8),
            static_cast<std::uint8_t>(count),
            0,
            0,
            0,
            0};
    body.insert(body.end(), rest.begin(), rest.end());
    block.body = body;
    return ReadTransportFeedback(block);
  };
  CHECK(with_chunks(2, {0x20, 0x02, 1, 2}));
  CHECK_FALSE(with_chunks(2, {0x20, 0x02, 1}));               // A delta is missing.
  CHECK_FALSE(with_chunks(3, {0x20, 0x02, 1, 2}));            // A chunk is missing, deltas too.
  CHECK_FALSE(with_chunks(2, {0x40, 0x02, 1, 2}));            // Large deltas are two bytes.
  CHECK_FALSE(with_chunks(1, {0xf0, 0x00, 1, 2, 3, 4}));      // The reserved symbol.
  CHECK_FALSE(with_chunks(1, {0x60, 0x01, 1, 2, 3, 4}));      // A run of it.
  CHECK_FALSE(with_chunks(65535, {0x20, 0x00, 0x20, 0x00}));  // Runs of none.
  CHECK(with_chunks(8191, {0x1f, 0xff}));                     // All lost.
  CHECK(with_chunks(0, {}));
}

}  // namespace
}  // namespace onair::rtp::rtcp
