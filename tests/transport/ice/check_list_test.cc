// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/check_list.h"

#include <catch2/catch.hpp>
#include <string>

namespace onair::ice {
namespace {

LocalEnd Local(const char* address, std::uint32_t priority, std::uint32_t foundation = 1) {
  LocalEnd end{.address = *SocketAddress::Parse(address)};
  end.base = end.address;
  end.priority = priority;
  end.foundation = foundation;
  return end;
}

RemoteEnd Remote(const std::string& address, std::uint32_t priority, std::uint32_t foundation = 1) {
  RemoteEnd end{.address = *SocketAddress::Parse(address)};
  end.priority = priority;
  end.foundation = foundation;
  return end;
}

TEST_CASE("Pair priorities follow the formula of RFC 8445") {
  CHECK(PairPriority(1, 2) == (1ULL << 32) + 4);
  CHECK(PairPriority(2, 1) == (1ULL << 32) + 5);
  CHECK(PairPriority(0xffffffffU, 0xffffffffU) == (0xffffffffULL << 32) + 0x1fffffffeULL);
}

TEST_CASE("Only addresses that can reach each other are paired") {
  CheckList list(Role::kControlling);
  list.AddLocal(Local("10.0.0.1:1", 5));
  list.AddLocal(Local("[2001:db8::1]:1", 5));
  list.AddLocal(Local("[fe80::1]:1", 5));
  list.AddRemote(Remote("10.0.0.2:1", 5));
  CHECK(list.pairs().size() == 1);
  list.AddRemote(Remote("[2001:db8::2]:1", 5));
  CHECK(list.pairs().size() == 2);
  list.AddRemote(Remote("[fe80::2]:1", 5));
  CHECK(list.pairs().size() == 3);
}

TEST_CASE("Checks go by priority, triggered ones first") {
  CheckList list(Role::kControlling);
  list.AddLocal(Local("10.0.0.1:1", 50));
  list.AddRemote(Remote("10.0.0.2:1", 10, 1));
  list.AddRemote(Remote("10.0.0.3:1", 30, 2));
  list.AddRemote(Remote("10.0.0.4:1", 20, 3));

  Pair* next = list.NextToCheck();
  REQUIRE(next != nullptr);
  CHECK(next->remote.priority == 30);
  list.Trigger(*list.Find(DatagramPath{next->local.address, *SocketAddress::Parse("10.0.0.2:1")}));
  CHECK(list.NextToCheck()->remote.priority == 10);
}

TEST_CASE("Pairs of one foundation are tried one after the other") {
  CheckList list(Role::kControlling);
  list.AddLocal(Local("10.0.0.1:1", 50));
  list.AddRemote(Remote("10.0.0.2:1", 30, 7));
  list.AddRemote(Remote("10.0.0.2:2", 20, 7));
  Pair* first = list.NextToCheck();
  first->state = PairState::kInProgress;
  CHECK(list.NextToCheck() == nullptr);
  first->state = PairState::kFailed;
  REQUIRE(list.NextToCheck() != nullptr);
  CHECK(list.NextToCheck()->remote.priority == 20);
}

TEST_CASE("At the limit of a hundred pairs a higher one takes the place of the lowest") {
  CheckList list(Role::kControlling);
  list.AddLocal(Local("10.0.0.1:1", 1000));
  list.AddLocal(Local("10.0.0.1:2", 1000));
  for (int i = 0; i < 60; ++i) {
    list.AddRemote(Remote("10.0.1.1:" + std::to_string(100 + i), static_cast<unsigned>(100 + i)));
  }
  CHECK(list.pairs().size() == CheckList::kMaxPairs);
  CHECK(list.dropped() == 20);
  unsigned lowest = 1000;
  for (const Pair& pair : list.pairs()) lowest = std::min(lowest, pair.remote.priority);
  CHECK(lowest == 110);
}

TEST_CASE("A change of role turns the priorities round") {
  CheckList list(Role::kControlling);
  list.AddLocal(Local("10.0.0.1:1", 9));
  list.AddRemote(Remote("10.0.0.2:1", 3));
  CHECK(list.pairs()[0].priority == PairPriority(9, 3));
  list.set_role(Role::kControlled);
  CHECK(list.pairs()[0].priority == PairPriority(3, 9));
}

TEST_CASE("A restart keeps one pair and forgets the rest") {
  CheckList list(Role::kControlling);
  list.AddLocal(Local("10.0.0.1:1", 9));
  list.AddRemote(Remote("10.0.0.2:1", 3));
  list.AddRemote(Remote("10.0.0.3:1", 3));
  const std::uint32_t kept = list.pairs()[0].id;
  list.Restart(kept);
  REQUIRE(list.pairs().size() == 1);
  CHECK(list.pairs()[0].id == kept);
  list.AddRemote(Remote("10.0.0.2:1", 3));
  CHECK(list.pairs().size() == 2);  // The same way in a new generation.
  CHECK(list.Find(list.pairs()[0].path())->id != kept);
}

}  // namespace
}  // namespace onair::ice
