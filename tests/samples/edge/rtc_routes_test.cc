// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/rtc_routes.h"

#include <catch2/catch.hpp>

namespace onair::edge {
namespace {

Timestamp When(int ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}
DatagramPath From(std::uint16_t port) {
  return {{IpAddress::V4(192, 0, 2, 1), 6000}, {IpAddress::V4(10, 0, 0, 1), port}};
}

TEST_CASE("Routes know a session by its name and by where it was checked from") {
  RtcRoutes<int> routes;
  routes.Add("abcd", 1);
  routes.Add("efgh", 2);
  REQUIRE(routes.ByName("abcd") != nullptr);
  CHECK(*routes.ByName("abcd") == 1);
  CHECK(routes.ByName("abc") == nullptr);
  CHECK(routes.ByPath(From(5000)) == nullptr);

  routes.Learn(From(5000), 1, When(0));
  routes.Learn(From(5001), 2, When(0));
  CHECK(*routes.ByPath(From(5000)) == 1);
  routes.Learn(From(5000), 2, When(6'900));  // Somebody who writes a false address.
  CHECK(*routes.ByPath(From(5000)) == 1);
  routes.Learn(From(5000), 2, When(7'100));  // A port that somebody else got.
  CHECK(*routes.ByPath(From(5000)) == 2);

  routes.Remove("abcd", 1);
  CHECK(routes.ByName("abcd") == nullptr);
  CHECK(*routes.ByPath(From(5000)) == 2);
  routes.Remove("efgh", 2);
  CHECK(routes.paths() == 0);
}

TEST_CASE("A path that was lost and taken back is held once") {
  RtcRoutes<int> routes;
  routes.Learn(From(5000), 1, When(0));
  routes.Learn(From(5000), 2, When(8'000));
  routes.Learn(From(5000), 1, When(16'000));
  for (std::uint16_t port = 1; port < RtcRoutes<int>::kMostPaths; ++port) {
    routes.Learn(From(port), 1, When(16'000));
  }
  REQUIRE(routes.ByPath(From(5000)) != nullptr);
  CHECK(*routes.ByPath(From(5000)) == 1);
}

TEST_CASE("A session that comes from ever new addresses holds no more than its bound") {
  RtcRoutes<int> routes;
  routes.Add("abcd", 1);
  for (std::uint16_t port = 1; port <= 1'000; ++port) routes.Learn(From(port), 1, When(port));
  CHECK(routes.paths() == RtcRoutes<int>::kMostPaths);
  CHECK(routes.ByPath(From(1'000)) != nullptr);
  CHECK(routes.ByPath(From(1)) == nullptr);
}

}  // namespace
}  // namespace onair::edge
