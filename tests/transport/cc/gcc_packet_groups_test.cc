// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_packet_groups.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {

TEST_CASE("Packets that leave within 5 ms are one group, compared when the next but one begins") {
  GccPacketGroups groups;
  CHECK_FALSE(groups.Add(At(0), At(100), At(150)));
  CHECK_FALSE(groups.Add(At(5), At(107), At(150)));
  CHECK_FALSE(groups.Add(At(20), At(125), At(150)));
  const auto deltas = groups.Add(At(40), At(150), At(200));
  REQUIRE(deltas);
  CHECK(deltas->sent == TimeDelta::Millis(15));
  CHECK(deltas->arrived == TimeDelta::Millis(18));
  CHECK(deltas->arrived_at == At(125));
}

TEST_CASE("Packets that arrive in a burst are one group, however far apart they left") {
  GccPacketGroups groups;
  groups.Add(At(0), At(100), At(300));
  groups.Add(At(20), At(140), At(300));  // Held up by 20 ms,
  CHECK_FALSE(groups.Add(At(30), At(141), At(300)));
  CHECK_FALSE(groups.Add(At(40), At(142), At(300)));  // and all that waited behind it.
  const auto deltas = groups.Add(At(60), At(165), At(300));
  REQUIRE(deltas);
  CHECK(deltas->sent == TimeDelta::Millis(40));
  CHECK(deltas->arrived == TimeDelta::Millis(42));
}

TEST_CASE("A packet of a group that is past changes nothing") {
  GccPacketGroups groups;
  groups.Add(At(0), At(100), At(150));
  groups.Add(At(20), At(120), At(150));
  CHECK_FALSE(groups.Add(At(10), At(125), At(150)));
  const auto deltas = groups.Add(At(40), At(140), At(150));
  REQUIRE(deltas);
  CHECK(deltas->arrived == TimeDelta::Millis(20));
}

TEST_CASE("A receiver's clock that was set begins the comparison anew") {
  GccPacketGroups groups;
  groups.Add(At(0), At(100), At(150));
  groups.Add(At(20), At(60'000), At(170));
  CHECK_FALSE(groups.Add(At(40), At(60'020), At(190)));
  CHECK_FALSE(groups.Add(At(60), At(60'040), At(210)));
  CHECK_FALSE(groups.Add(At(80), At(60'060), At(230)));
  CHECK(groups.Add(At(100), At(60'080), At(250)));
}

}  // namespace onair::cc
