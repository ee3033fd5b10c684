// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/ring_queue.h"

#include <catch2/catch.hpp>

namespace onair::rtp {
namespace {

TEST_CASE("RingQueue gives back in order through growth and wraps") {
  RingQueue<int> queue(1'000);
  int in = 0;
  int out = 0;
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 30; ++i) REQUIRE(queue.Push(in++));
    for (int i = 0; i < 17; ++i) {
      REQUIRE(queue.front() == out++);
      queue.Pop();
    }
  }
  CHECK(queue.size() == static_cast<std::size_t>(in - out));
}

TEST_CASE("RingQueue refuses what is over its limit and takes again after a Pop") {
  RingQueue<int> queue(3);
  for (int i = 0; i < 3; ++i) CHECK(queue.Push(i));
  CHECK_FALSE(queue.Push(3));
  CHECK(queue.front() == 0);
  queue.Pop();
  CHECK(queue.Push(4));
  CHECK(queue.size() == 3);
}

}  // namespace
}  // namespace onair::rtp
