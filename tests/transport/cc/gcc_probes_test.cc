// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_probes.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

using Probing = GccProbes::Probing;

GccProbes Begun() {
  GccProbes probes(Kbps(5000));
  probes.Start(Kbps(300), At(0));
  probes.Take(At(0));
  probes.Take(At(200));
  return probes;
}
// The wait for a result is over.
GccProbes Done() {
  GccProbes probes = Begun();
  probes.OnEstimate(Kbps(1000), Probing::kAllowed, At(300));
  probes.OnTime({}, At(1100));
  return probes;
}

}  // namespace

TEST_CASE("The first probes are 3 and 6 times the start rate, one after the other") {
  GccProbes probes(Kbps(5000));
  CHECK(probes.next_at() == Timestamp::PlusInfinity());
  probes.Start(Kbps(300), At(0));
  const auto first = probes.Take(At(0));
  REQUIRE(first);
  CHECK(first->rate == Kbps(900));
  CHECK(first->size == DataSize::Bytes(6000));
  CHECK_FALSE(probes.Take(At(50)));
  CHECK(probes.next_at() > At(50));
  const auto second = probes.Take(At(54));
  REQUIRE(second);
  CHECK(second->rate == Kbps(1800));
  CHECK_FALSE(probes.Take(At(1000)));
}

TEST_CASE("A probe doubles what was found while that is over 0.7 of what was tried") {
  GccProbes probes = Begun();
  probes.OnEstimate(Kbps(1200), Probing::kAllowed, At(300));
  CHECK_FALSE(probes.Take(At(300)));
  probes.OnEstimate(Kbps(1300), Probing::kAllowed, At(350));
  const auto further = probes.Take(At(350));
  REQUIRE(further);
  CHECK(further->rate == Kbps(2600));
  CHECK(further->size == DataSize::Bytes(6000));
  probes.OnEstimate(Kbps(2500), Probing::kAllowed, At(500));
  CHECK(probes.Take(At(500))->rate == Kbps(5000));
  // No probe is higher than there is use for.
  probes.OnEstimate(Kbps(4900), Probing::kAllowed, At(600));
  CHECK_FALSE(probes.Take(At(600)));
}

TEST_CASE("A result that comes after a second leads to nothing") {
  GccProbes probes = Begun();
  probes.OnTime({}, At(1100));
  probes.OnEstimate(Kbps(1700), Probing::kAllowed, At(1100));
  CHECK_FALSE(probes.Take(At(1100)));
}

TEST_CASE("Twice the estimate is tried each 5 s while the source is limited") {
  GccProbes probes = Done();
  probes.OnTime({}, At(20'000));
  CHECK_FALSE(probes.Take(At(20'000)));
  probes.OnTime(At(20'000), At(24'900));
  CHECK_FALSE(probes.Take(At(24'900)));
  probes.OnTime(At(20'000), At(25'000));
  const auto probe = probes.Take(At(25'000));
  REQUIRE(probe);
  CHECK(probe->rate == Kbps(2000));
  probes.OnTime(At(20'000), At(29'900));
  CHECK_FALSE(probes.Take(At(29'900)));
  probes.OnTime(At(20'000), At(30'000));
  CHECK(probes.Take(At(30'000)));
}

TEST_CASE("After a moment's drop 0.85 of the rate before is tried, where the source was limited") {
  GccProbes probes = Done();
  probes.OnEstimate(Kbps(500), Probing::kAllowed, At(10'000));
  GccProbes busy = probes;
  busy.OnRecovered({}, At(11'000));
  CHECK_FALSE(busy.Take(At(11'000)));

  probes.OnAlrEnded(At(10'500));
  GccProbes late = probes;
  late.OnRecovered(At(14'000), At(15'000));
  CHECK_FALSE(late.Take(At(15'000)));

  probes.OnRecovered({}, At(11'000));
  const auto probe = probes.Take(At(11'000));
  REQUIRE(probe);
  CHECK(probe->rate == Kbps(850));
}

TEST_CASE("Nothing is tried while delay grows or losses limit") {
  GccProbes probes = Done();
  probes.OnEstimate(Kbps(1000), Probing::kForbidden, At(2000));
  probes.OnTime(At(2000), At(9000));
  CHECK_FALSE(probes.Take(At(9000)));
}

}  // namespace onair::cc
