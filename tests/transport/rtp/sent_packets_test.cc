// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/sent_packets.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/print_units.h"
#include "tests/transport/rtp/rtcp/wire.h"

namespace onair::rtp {
namespace {

Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

// Feedback of `arrivals`, counted from `base`, as it comes from the wire.
struct Feedback {
  Bytes bytes;
  explicit Feedback(std::int64_t base, std::vector<rtcp::Arrival> arrivals)
      : bytes(rtcp::Written([&](SpanWriter& out) {
          REQUIRE(rtcp::WriteTransportFeedback({.base_sequence = base}, arrivals, out) ==
                  arrivals.size());
        })) {}
  rtcp::TransportFeedback get() const { return *rtcp::ReadTransportFeedback(rtcp::First(bytes)); }
};

void Send(SentPackets& sent, int count, std::int64_t first_ms) {
  for (int i = 0; i < count; ++i) sent.OnSent(DataSize::Bytes(1'000 + i), At(first_ms + i));
}

TEST_CASE("Sent packets get their fates in order, each once") {
  SentPackets sent;
  Send(sent, 4, 0);
  CHECK(sent.in_flight() == DataSize::Bytes(4'006));

  const Feedback feedback(1, {{1, At(1'000)}, {3, At(1'003)}});
  const auto fates = sent.OnFeedback(feedback.get(), At(60));

  REQUIRE(fates.size() == 3);
  CHECK(fates[0].sent_at == At(0));
  CHECK(fates[0].size == DataSize::Bytes(1'000));
  REQUIRE(fates[0].arrived_at);
  CHECK_FALSE(fates[1].arrived_at);
  CHECK(*fates[2].arrived_at - *fates[0].arrived_at == TimeDelta::Millis(3));
  CHECK(sent.in_flight() == DataSize::Bytes(1'003));
  CHECK(sent.OnFeedback(feedback.get(), At(61)).empty());
  CHECK(sent.stats().arrived == 2);
  CHECK(sent.stats().lost == 1);
}

TEST_CASE("Feedback about what was never sent is no feedback") {
  SentPackets sent;
  Send(sent, 4, 0);
  CHECK(sent.OnFeedback(Feedback(3, {{3, At(0)}, {9, At(1)}}).get(), At(60)).empty());
  CHECK(sent.OnFeedback(Feedback(20'000, {{20'000, At(0)}}).get(), At(60)).empty());
  CHECK(sent.stats().implausible_feedback == 2);
  CHECK(sent.in_flight() == DataSize::Bytes(4'006));
}

TEST_CASE("Numbers wrap after 65536 packets and go on") {
  SentPackets sent;
  for (int i = 0; i < 65'530; ++i) sent.OnSent(DataSize::Bytes(1), At(i));
  Send(sent, 20, 70'000);
  const Feedback feedback(65'535, {{65'535, At(0)}, {65'536, At(1)}, {65'545, At(2)}});
  const auto fates = sent.OnFeedback(feedback.get(), At(70'050));
  REQUIRE(fates.size() == 11);
  CHECK(fates[0].sent_at == At(70'004));
  CHECK(fates[10].sent_at == At(70'014));
}

TEST_CASE("What nobody tells of is no longer in flight after three seconds") {
  SentPackets sent;
  Send(sent, 10, 0);
  Send(sent, 1, 3'005);
  CHECK(sent.stats().unreported == 6);
  CHECK(sent.in_flight() == DataSize::Bytes(4 * 1'000 + 6 + 7 + 8 + 9 + 1'000));
}

TEST_CASE("More packets than the ring holds lose their fate, not memory") {
  SentPackets sent;
  for (std::size_t i = 0; i < SentPackets::kPackets + 100; ++i) {
    sent.OnSent(DataSize::Bytes(1), At(0));
  }
  CHECK(sent.stats().unreported >= 100);
  CHECK(sent.in_flight() <= DataSize::Bytes(SentPackets::kPackets));
  CHECK(sent.OnFeedback(Feedback(1, {{1, At(0)}}).get(), At(1)).empty());
}

TEST_CASE("Arrival times go on through the wrap of the reference time") {
  SentPackets sent;
  Send(sent, 2, 0);
  const std::int64_t turn_ms = std::int64_t{64} << 24;
  const auto first = sent.OnFeedback(Feedback(1, {{1, At(turn_ms - 64)}}).get(), At(60));
  REQUIRE(first.size() == 1);
  const Timestamp before = *first[0].arrived_at;
  const auto second = sent.OnFeedback(Feedback(2, {{2, At(turn_ms + 64)}}).get(), At(61));
  REQUIRE(second.size() == 1);
  CHECK(*second[0].arrived_at - before == TimeDelta::Millis(128));
}

TEST_CASE("A fate tells of which probe its packet was") {
  SentPackets sent;
  sent.OnSent(DataSize::Bytes(100), At(0));
  sent.OnSent(DataSize::Bytes(100), At(1), 7);
  const Feedback feedback(1, {{1, At(1'000)}, {2, At(1'003)}});
  const auto fates = sent.OnFeedback(feedback.get(), At(60));
  REQUIRE(fates.size() == 2);
  CHECK(fates[0].probe == 0);
  CHECK(fates[1].probe == 7);
}

}  // namespace
}  // namespace onair::rtp
