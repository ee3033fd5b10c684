// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_probe_meter.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

constexpr ProbePlan kPlan = {.rate = Kbps(2400), .size = DataSize::Bytes(6000)};

// A packet of 1200 bytes each 4 ms, 2400 kbit/s, of which one arrives each `arrival_us`.
std::optional<DataRate> Send(GccProbeMeter& meter, int packets, std::int64_t arrival_us,
                             std::uint32_t number, std::int64_t from_ms) {
  std::optional<DataRate> result;
  for (int i = 0; i < packets; ++i) {
    const Timestamp arrived_at = At(from_ms + 900) + TimeDelta::Micros(arrival_us) * i;
    const auto rate = meter.Add({.sent_at = At(from_ms + i * 4),
                                 .arrived_at = arrived_at,
                                 .size = DataSize::Bytes(1200),
                                 .probe = number});
    if (rate) result = rate;
  }
  return result;
}

}  // namespace

TEST_CASE("A probe that arrives as it left shows its own rate") {
  GccProbeMeter meter;
  meter.OnPlanned(kPlan, At(0));
  CHECK(Send(meter, 5, 4000, 1, 0) == Kbps(2400));
}

TEST_CASE("A probe that was slowed down shows a little less than the line") {
  GccProbeMeter meter;
  meter.OnPlanned(kPlan, At(0));
  CHECK(Send(meter, 5, 8000, 1, 0) == Kbps(1140));  // 0.95 * 1200.
}

TEST_CASE("A probe shows nothing before four fifths of it are there") {
  GccProbeMeter meter;
  meter.OnPlanned(kPlan, At(0));
  CHECK_FALSE(Send(meter, 3, 4000, 1, 0));
  meter.OnPlanned({.rate = Kbps(2400), .size = DataSize::Bytes(12'000)}, At(100));
  CHECK_FALSE(Send(meter, 7, 4000, 2, 100));
  CHECK(Send(meter, 8, 4000, 3, 200));
}

TEST_CASE("A probe that was collected on its way shows nothing") {
  GccProbeMeter meter;
  meter.OnPlanned(kPlan, At(0));
  CHECK_FALSE(Send(meter, 5, 100, 1, 0));
  CHECK_FALSE(Send(meter, 5, 0, 2, 100));
}

TEST_CASE("A new transport counts its probes from one again") {
  GccProbeMeter meter;
  meter.OnPlanned(kPlan, At(0));
  CHECK(Send(meter, 5, 4000, 1, 0));
  meter.OnPlanned(kPlan, At(60'000));
  CHECK_FALSE(Send(meter, 3, 4000, 1, 60'000));
}

TEST_CASE("Packets of no probe show nothing") {
  GccProbeMeter meter;
  meter.OnPlanned(kPlan, At(0));
  CHECK_FALSE(Send(meter, 20, 4000, 0, 0));
}

}  // namespace onair::cc
