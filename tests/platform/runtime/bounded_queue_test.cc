// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/bounded_queue.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "platform/runtime/latest_value.h"

namespace onair::runtime {
namespace {

TEST_CASE("A full queue refuses the new or gives up the oldest, as asked") {
  BoundedQueue<int> refusing({.items = 2}, WhenFull::kRefuse);
  BoundedQueue<int> dropping({.items = 2}, WhenFull::kDropOldest);
  for (const int i : {1, 2}) {
    CHECK(refusing.Push(i));
    CHECK(dropping.Push(i));
  }

  CHECK_FALSE(refusing.Push(3));
  CHECK(dropping.Push(3));

  CHECK(refusing.TryPop() == 1);
  CHECK(dropping.TryPop() == 2);
  CHECK(refusing.stats().dropped == 1);
  CHECK(dropping.stats().dropped == 1);
  CHECK(refusing.stats().pushed == 2);
  CHECK(dropping.stats().pushed == 3);
  CHECK(dropping.stats().waiting_max == 2);
}

TEST_CASE("A queue is bound by the sum of its measure, except for a single item") {
  BoundedQueue<std::string> queue({.items = 100, .measure = 10}, WhenFull::kDropOldest,
                                  [](const std::string& s) { return std::int64_t(s.size()); });
  CHECK(queue.Push("12345"));
  CHECK(queue.Push("12345"));
  CHECK(queue.measure() == 10);

  CHECK(queue.Push("1"));
  CHECK(queue.size() == 2);
  CHECK(queue.measure() == 6);

  CHECK(queue.Push(std::string(50, 'x')));
  CHECK(queue.size() == 1);
  CHECK(queue.stats().dropped == 3);
}

TEST_CASE("Move-only items pass, and what is given up is freed") {
  BoundedQueue<std::shared_ptr<int>> queue({.items = 1}, WhenFull::kDropOldest);
  auto first = std::make_shared<int>(1);
  queue.Push(first);
  queue.Push(std::make_shared<int>(2));
  CHECK(first.use_count() == 1);
  BoundedQueue<std::unique_ptr<int>> unique({.items = 1}, WhenFull::kRefuse);
  CHECK(unique.Push(std::make_unique<int>(5)));
  CHECK(**unique.TryPop() == 5);
}

TEST_CASE("A closed queue gives up what it holds and then nothing, waking who waits") {
  BoundedQueue<int> queue({.items = 4}, WhenFull::kRefuse);
  queue.Push(1);
  std::vector<int> got;
  std::thread reader([&] {
    while (const auto item = queue.PopUntil(Timestamp::PlusInfinity())) got.push_back(*item);
  });
  queue.Push(2);
  queue.Close();
  reader.join();
  CHECK(got == std::vector<int>{1, 2});
  CHECK_FALSE(queue.Push(3));
}

TEST_CASE("Waiting for an item ends at its deadline") {
  BoundedQueue<int> queue({.items = 1}, WhenFull::kRefuse);
  const Timestamp deadline = Now() + TimeDelta::Millis(20);
  CHECK_FALSE(queue.PopUntil(deadline));
  CHECK(Now() >= deadline);
}

TEST_CASE("Between threads nothing is lost, doubled or reordered") {
  BoundedQueue<int> queue({.items = 64}, WhenFull::kRefuse);
  constexpr int kItems = 20'000;
  std::thread writer([&] {
    for (int i = 0; i < kItems;) {
      if (queue.Push(i))
        ++i;
      else
        std::this_thread::yield();
    }
    queue.Close();
  });
  int expected = 0;
  while (const auto item = queue.PopUntil(Timestamp::PlusInfinity())) {
    REQUIRE(*item == expected);
    ++expected;
  }
  writer.join();
  CHECK(expected == kItems);
}

TEST_CASE("A latest value shows only the newest, and tells whether it is new") {
  LatestValue<int> cell(1);
  std::uint64_t seen = 0;
  CHECK_FALSE(cell.GetIfNewer(seen));
  cell.Set(2);
  cell.Set(3);
  CHECK(cell.GetIfNewer(seen) == 3);
  CHECK_FALSE(cell.GetIfNewer(seen));
  CHECK(cell.Get() == 3);
}

TEST_CASE("A latest value is never torn between threads") {
  struct Pair {
    int a, b;
  };
  LatestValue<Pair> cell({0, 0});
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 1; i <= 20'000; ++i) cell.Set({i, -i});
    done = true;
  });
  while (!done) {
    const Pair pair = cell.Get();
    REQUIRE(pair.a == -pair.b);
  }
  writer.join();
  CHECK(cell.Get().a == 20'000);
}

}  // namespace
}  // namespace onair::runtime
