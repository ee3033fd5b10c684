// SPDX-License-Identifier: Apache-2.0
//
// Reports that no honest driver gives. Each controller must stay within its limits and name a
// later moment.
#include <vector>

#include "tests/transport/cc/words.h"
#include "transport/cc/reading.h"

namespace onair::cc {
namespace {

constexpr ControllerConfig kConfig =
    Limits(DataRate::BitsPerSec(100'500), Kbps(700), DataRate::BitsPerSec(1'999'999), Kbps(128));

std::vector<std::int64_t> EndsOfNumbers() {
  return {INT64_MIN, INT64_MIN + 1,     -1'000'000'000'000, -1,       0,
          1,         1'000'000'000'000, INT64_MAX - 1,      INT64_MAX};
}

TcpReport Extreme(Timestamp at, std::int64_t counters, std::int64_t state) {
  return {.at = at,
          .written = DataSize::Bytes(counters),
          .socket = {.unsent = DataSize::Bytes(state),
                     .unacked = DataSize::Bytes(state),
                     .bytes_acked = DataSize::Bytes(counters),
                     .rtt = TimeDelta::Micros(state),
                     .min_rtt = TimeDelta::Micros(state),
                     .delivery_rate = DataRate::BitsPerSec(state)},
          .queue_span = TimeDelta::Micros(state),
          .queue_size = DataSize::Bytes(state),
          .queue_frames = state,
          .frames_written = counters,
          .frames_dropped = counters};
}

void CheckBounded(const CongestionDecision& decision, Timestamp now) {
  CHECK(decision.target_rate >= kConfig.min_rate);
  CHECK(decision.target_rate <= kConfig.max_rate);
  CHECK(decision.decide_again_at.is_finite());
  CHECK(decision.decide_again_at > now);
  CHECK(decision.decide_again_at <= now + TimeDelta::Seconds(10));
  CHECK(decision.reason != nullptr);
}

}  // namespace

TEST_CASE("Controllers answer the ends of numbers within their limits") {
  for (const std::string_view name : ControllerNames()) {
    auto controller = Made(name, kConfig);
    Timestamp now = At(0);
    for (const std::int64_t counters : EndsOfNumbers()) {
      for (const std::int64_t state : EndsOfNumbers()) {
        now += TimeDelta::Millis(1700);
        INFO(name << " " << counters << " " << state);
        CheckBounded(controller->OnReport(Extreme(now, counters, state)), now);
        CheckBounded(controller->OnReport(Extreme(now, state, counters)), now);
      }
    }
  }
}

TEST_CASE("Controllers answer times that go back or have no end by the latest time seen") {
  for (const std::string_view name : ControllerNames()) {
    INFO(name);
    auto controller = Made(name, kConfig);
    const Timestamp now = At(60'000);
    CheckBounded(controller->OnReport(TcpReport{.at = now}), now);
    for (const Timestamp at : {At(0), At(-60'000), Timestamp::PlusInfinity(),
                               Timestamp::MinusInfinity(), Timestamp::Micros(INT64_MAX - 1)}) {
      CheckBounded(controller->OnReport(Extreme(at, 5, 5)), now);
      CheckBounded(controller->OnReport(FeedbackReport{.at = at, .packets = {}}), now);
    }
    const Timestamp last = ReportClock::kLatest;
    CheckBounded(controller->OnReport(TcpReport{.at = last}), last);
  }
}

TEST_CASE("Controllers answer packets of any size and time within their limits") {
  std::vector<PacketFate> fates;
  for (const std::int64_t number : EndsOfNumbers()) {
    fates.push_back({.sent_at = Timestamp::Micros(number),
                     .arrived_at = Timestamp::Micros(~number),
                     .size = DataSize::Bytes(number),
                     .ecn = Ecn::kCe});
    fates.push_back({.sent_at = Timestamp::Micros(number), .size = DataSize::Bytes(number)});
  }

  for (const std::string_view name : ControllerNames()) {
    INFO(name);
    auto controller = Made(name, kConfig);
    for (int i = 0; i < 20; ++i) {
      const Timestamp now = At(i * 300);
      CheckBounded(controller->OnReport(FeedbackReport{.at = now, .packets = fates}), now);
    }
  }
}

}  // namespace onair::cc
