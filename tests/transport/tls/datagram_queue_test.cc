// SPDX-License-Identifier: Apache-2.0
#include "transport/tls/datagram_queue.h"

#include <catch2/catch.hpp>

namespace onair::dtls {
namespace {

Bytes Taken(DatagramQueue& queue) {
  const auto view = queue.Take();
  REQUIRE(view);
  return Bytes(view->begin(), view->end());
}

TEST_CASE("a datagram queue keeps order and borders") {
  DatagramQueue queue(100);
  REQUIRE(queue.Push(Bytes{1, 2}));
  REQUIRE(queue.Push(Bytes{3}));

  CHECK(Taken(queue) == Bytes{1, 2});
  CHECK(Taken(queue) == Bytes{3});
  CHECK_FALSE(queue.Take());
}

TEST_CASE("a full datagram queue takes nothing until it was emptied") {
  DatagramQueue queue(4);
  REQUIRE(queue.Push(Bytes(3)));

  CHECK_FALSE(queue.Push(Bytes(2)));
  CHECK_FALSE(queue.PushJoined(Bytes(2), 100));
  CHECK(Taken(queue).size() == 3);
  CHECK_FALSE(queue.Take());
  CHECK(queue.Push(Bytes(4)));
}

TEST_CASE("a datagram queue joins records only up to a datagram") {
  DatagramQueue queue(100);
  REQUIRE(queue.PushJoined(Bytes(5, 1), 10));
  REQUIRE(queue.PushJoined(Bytes(5, 2), 10));
  REQUIRE(queue.PushJoined(Bytes(1, 3), 10));

  CHECK(Taken(queue).size() == 10);
  CHECK(Taken(queue) == Bytes{3});
}

TEST_CASE("a datagram queue never joins to what was taken") {
  DatagramQueue queue(100);
  REQUIRE(queue.Push(Bytes{1}));
  CHECK(Taken(queue) == Bytes{1});
  REQUIRE(queue.PushJoined(Bytes{2}, 10));

  CHECK(Taken(queue) == Bytes{2});
}

}  // namespace
}  // namespace onair::dtls
