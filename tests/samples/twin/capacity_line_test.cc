// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/capacity_line.h"

#include "tests/samples/twin/push_support.h"
#include "tests/support/print_units.h"

namespace onair::samples {
namespace {

DataSize Bytes(std::int64_t bytes) {
  return DataSize::Bytes(bytes);
}

TEST_CASE("A capacity line adds up the rates of its slots and repeats") {
  const CapacityLine line(
      *TraceOf({{Sec(0), Kbps(800)}, {Sec(2), Kbps(0)}, {Sec(3), Kbps(1600)}}, Sec(4)));
  CHECK(line.BytesBetween(At(0), At(2000)) == Approx(200'000));
  CHECK(line.BytesBetween(At(2000), At(3000)) == Approx(0));
  CHECK(line.BytesBetween(At(1000), At(3500)) == Approx(200'000));
  CHECK(line.BytesBetween(At(0), At(40'000)) == Approx(4'000'000));
  CHECK(line.KbpsOver(At(1950), Ms(100)) == Approx(400));
  CHECK(line.mean() == Kbps(800));
}

TEST_CASE("A capacity line tells when what waits will have left, over gaps and repetitions") {
  const CapacityLine line(
      *TraceOf({{Sec(0), Kbps(800)}, {Sec(2), Kbps(0)}, {Sec(3), Kbps(1600)}}, Sec(4)));
  CHECK(line.FinishOf(Bytes(0), At(2500)) == At(2500));
  CHECK(line.FinishOf(Bytes(100'000), At(0)) == At(1000));
  CHECK(line.FinishOf(Bytes(200'000), At(0)) == At(2000));
  CHECK(line.FinishOf(Bytes(300'000), At(0)) == At(3500));
  CHECK(line.FinishOf(Bytes(400'000), At(0)) == At(4000));
  CHECK(line.FinishOf(Bytes(1'000), At(2500)) == At(3005));
  CHECK(line.FinishOf(Bytes(800'000), At(100'000)) == At(108'000));
}

TEST_CASE("A line that never carries anything never finishes") {
  const CapacityLine line(*TraceOf({{Sec(0), Kbps(0)}}, Sec(1)));
  CHECK(line.FinishOf(Bytes(1), At(0)) == Timestamp::PlusInfinity());
  CHECK(line.FinishOf(Bytes(0), At(0)) == At(0));
  CHECK(line.BytesBetween(At(0), At(10'000)) == 0);
}

TEST_CASE("Opportunities count 1500 bytes each, several of one millisecond together") {
  const CapacityLine line(twin::NetworkTrace(twin::OpportunityTrace{{0, 5, 5, 100}}));
  CHECK(line.BytesBetween(At(0), At(100)) == Approx(6000));
  CHECK(line.BytesBetween(At(10), At(90)) == Approx(0).margin(1e-6));
  CHECK(line.BytesBetween(At(0), At(1000)) == Approx(60'000));
  CHECK(line.FinishOf(Bytes(4500), At(0)) <= At(5));
  CHECK(line.FinishOf(Bytes(4501), At(0)) > At(99));
  CHECK(line.FinishOf(Bytes(1500), At(50)) == At(100));
}

TEST_CASE("What a line finishes is what it carries until then") {
  const CapacityLine line(twin::NetworkTrace(twin::OpportunityTrace{{3, 9, 9, 9, 40, 41, 77}}));
  Rng rng(1);
  for (int i = 0; i < 1000; ++i) {
    const Timestamp from = At(static_cast<std::int64_t>(rng.Below(500)));
    const auto bytes = 1 + static_cast<std::int64_t>(rng.Below(30'000));
    const Timestamp done = line.FinishOf(Bytes(bytes), from);
    REQUIRE(line.BytesBetween(from, done) >= static_cast<double>(bytes) - 1e-3);
    REQUIRE(line.BytesBetween(from, done + TimeDelta::Micros(-2)) < static_cast<double>(bytes));
  }
}

}  // namespace
}  // namespace onair::samples
