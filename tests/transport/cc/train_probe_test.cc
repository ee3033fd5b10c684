// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/train_probe.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

// The planned train over a line of `kbps`; those for which `is_lost` says so do not arrive.
std::optional<TrainProbe::Result> Sent(
    TrainProbe& probe, const ProbePlan& plan, double kbps,
    bool (*is_lost)(int) = [](int) { return false; }) {
  constexpr DataSize kPacket = DataSize::Bytes(250);
  const DataRate line = DataRate::BitsPerSec(static_cast<std::int64_t>(kbps * 1e3));
  Timestamp sent = At(1000);
  Timestamp free_at = At(0);
  DataSize left = plan.size;
  for (int i = 0; left > DataSize::Zero(); ++i) {
    free_at = std::max(free_at, sent) + kPacket / line;
    PacketFate fate{.sent_at = sent, .size = kPacket, .probe = 1};
    if (!is_lost(i)) fate.arrived_at = free_at;
    probe.Add(fate);
    left -= kPacket;
    sent += kPacket / plan.rate;
  }
  return probe.Take();
}

}  // namespace

TEST_CASE("A probe that comes out as it went in says that the line takes it") {
  TrainProbe probe;
  const ProbePlan plan = probe.Plan(2e6, At(1000));
  CHECK(plan.rate == Kbps(2000));
  CHECK(plan.size == DataSize::Bytes(3750));  // 15 ms.
  const auto result = Sent(probe, plan, 10'000);
  REQUIRE(result);
  CHECK(result->bps == Approx(2e6).epsilon(0.02));
  CHECK_FALSE(result->is_line);
}

TEST_CASE("A probe that was drawn apart says what the line carries") {
  TrainProbe probe;
  const auto result = Sent(probe, probe.Plan(6e6, At(1000)), 4000);
  REQUIRE(result);
  CHECK(result->bps == Approx(4e6).epsilon(0.02));
  CHECK(result->is_line);
}

TEST_CASE("A probe of which half was lost says no more than what arrived") {
  TrainProbe probe;
  const auto result =
      Sent(probe, probe.Plan(6e6, At(1000)), 20'000, [](int i) { return i % 2 == 1; });
  REQUIRE(result);
  CHECK(result->bps < 3.4e6);
}

TEST_CASE("A probe of which too little arrived says nothing, and its result is told once") {
  TrainProbe probe;
  CHECK_FALSE(Sent(probe, probe.Plan(2e6, At(1000)), 10'000, [](int i) { return i > 2; }));
  CHECK(Sent(probe, probe.Plan(2e6, At(1000)), 10'000));
  CHECK_FALSE(probe.Take());
}

TEST_CASE("A probe that its sender did not number is known by its time") {
  TrainProbe probe;
  (void)probe.Plan(2e6, At(1000));
  for (int i = 0; i < 20; ++i) {
    probe.Add({.sent_at = At(1000 + i), .arrived_at = At(1025 + i), .size = DataSize::Bytes(250)});
  }
  const auto result = probe.Take();
  REQUIRE(result);
  CHECK(result->bps == Approx(2e6).epsilon(0.1));
}

TEST_CASE("A probe that never left is waited for no longer than 400 ms") {
  TrainProbe probe;
  (void)probe.Plan(2e6, At(1000));
  CHECK(probe.is_under_way(At(1300)));
  CHECK_FALSE(probe.is_under_way(At(1400)));
}

}  // namespace onair::cc
