// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/loop.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include "platform/runtime/clock.h"
#include "platform/runtime/machine_timer.h"
#include "tests/platform/runtime/runtime_world.h"

namespace onair::runtime {
namespace {

using test::Awaited;

std::ptrdiff_t Count(const char* folder) {
  return std::distance(std::filesystem::directory_iterator(folder), {});
}

TEST_CASE("Tasks of one thread run in posting order on the loop's thread") {
  Loop loop("test.loop");
  REQUIRE(loop.Start());
  std::vector<int> order;
  bool all_current = true;
  for (int i = 0; i < 1000; ++i) {
    loop.Post([&, i] {
      order.push_back(i);
      all_current = all_current && loop.is_current();
    });
  }
  REQUIRE(loop.RunAndWait([] {}));
  CHECK(all_current);
  CHECK_FALSE(loop.is_current());
  REQUIRE(order.size() == 1000);
  CHECK(std::ranges::is_sorted(order));
}

TEST_CASE("Tasks posted from many threads all run, once") {
  Loop loop("test.loop");
  REQUIRE(loop.Start());
  constexpr int kThreads = 8;
  constexpr int kEach = 2000;
  int runs = 0;  // Loop thread only: the sanitizer checks that claim.
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        loop.Post([&] { ++runs; });
        if (i % 50 == 0) loop.Cancel(loop.PostAfter(TimeDelta::Seconds(100), [] {}));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  REQUIRE(loop.RunAndWait([] {}));
  CHECK(runs == kThreads * kEach);
}

TEST_CASE("What was posted before Stop runs, what is posted later is dropped and counted") {
  Loop loop("test.loop");
  REQUIRE(loop.Start());
  std::atomic<int> runs = 0;
  for (int i = 0; i < 100; ++i) loop.Post([&] { ++runs; });
  loop.Stop();
  CHECK(runs == 100);

  auto held = std::make_shared<int>(1);
  CHECK_FALSE(loop.Post([held] {}));
  CHECK(held.use_count() == 1);
  CHECK_FALSE(loop.RunAndWait([&] { ++runs; }));
  CHECK(loop.PostAfter(TimeDelta::Zero(), [&] { ++runs; }) == TimerId::kNone);
  CHECK(loop.stats().tasks_dropped == 3);
  CHECK(runs == 100);
}

TEST_CASE("A task that posts itself for ever cannot keep the loop from stopping") {
  Loop loop("test.loop");
  REQUIRE(loop.Start());
  std::function<void()> again = [&] { loop.Post(again); };
  loop.Post(again);
  loop.RunAndWait([] {});
  loop.Stop();
  CHECK(loop.stats().tasks_dropped >= 1);
}

TEST_CASE("Timers fire in the order of their times and never early") {
  Loop loop("test.loop");
  REQUIRE(loop.Start());
  struct Fired {
    int name;
    TimeDelta late;
  };
  Awaited<std::vector<Fired>> fired;
  const Timestamp start = Now();
  for (const int ms : {30, 10, 20, 0}) {
    const Timestamp at = start + TimeDelta::Millis(ms);
    loop.PostAt(at, [&fired, ms, at] {
      fired.Set([&](auto& all) { all.push_back({ms, Now() - at}); });
    });
  }
  REQUIRE(fired.Wait([](const auto& all) { return all.size() == 4; }));
  std::vector<int> names;
  for (const Fired& one : fired.Get()) {
    names.push_back(one.name);
    CHECK(one.late >= TimeDelta::Zero());
  }
  CHECK(names == std::vector<int>{0, 10, 20, 30});
}

TEST_CASE("A cancelled timer does not fire and frees what it held") {
  Loop loop("test.loop");
  REQUIRE(loop.Start());
  auto held = std::make_shared<int>(0);
  const TimerId timer = loop.PostAfter(TimeDelta::Seconds(100), [held] { ++*held; });
  CHECK(held.use_count() == 2);
  CHECK(loop.Cancel(timer));
  CHECK(held.use_count() == 1);
  CHECK_FALSE(loop.Cancel(timer));
  CHECK_FALSE(loop.Cancel(TimerId::kNone));
}

TEST_CASE("A timer that sets itself in the past leaves the loop's tasks their turns") {
  Loop loop("test.loop");
  REQUIRE(loop.Start());
  std::function<void()> again = [&] { loop.PostAt(Timestamp::Zero(), again); };
  loop.Post(again);
  for (int i = 0; i < 100; ++i) REQUIRE(loop.RunAndWait([] {}));
  loop.Stop();
}

TEST_CASE("Timers that never fired die with the loop") {
  auto held = std::make_shared<int>(0);
  {
    Loop loop("test.loop");
    REQUIRE(loop.Start());
    loop.PostAfter(TimeDelta::Seconds(100), [held] {});
  }
  CHECK(held.use_count() == 1);
}

TEST_CASE("A loop can run on the caller's thread until a task stops it") {
  Loop loop("test.loop");
  int runs = 0;
  loop.Post([&] { ++runs; });
  loop.PostAfter(TimeDelta::Millis(1), [&] {
    ++runs;
    loop.Stop();
  });
  REQUIRE(loop.Run());
  CHECK(runs == 2);
  CHECK(loop.is_stopped());
  CHECK(loop.Run().error().code == ErrorCode::kInvalidState);
  CHECK(loop.Start().error().code == ErrorCode::kInvalidState);
}

TEST_CASE("Several threads may stop a loop at once") {
  for (int round = 0; round < 50; ++round) {
    Loop loop("test.loop");
    REQUIRE(loop.Start());
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { loop.Stop(); });
    for (auto& thread : threads) thread.join();
  }
}

TEST_CASE("An executor outlives its loop and is silent then") {
  Executor executor;
  Awaited<int> runs;
  {
    Loop loop("test.loop");
    REQUIRE(loop.Start());
    executor = loop.executor();
    executor([&] { runs.Set([](int& n) { ++n; }); });
    REQUIRE(runs.Wait([](int n) { return n == 1; }));
  }
  executor([&] { runs.Set([](int& n) { ++n; }); });
  CHECK(runs.Get() == 1);
}

TEST_CASE("Two hundred loops leave no thread and no descriptor behind") {
  {
    Loop warm("test.loop");
    REQUIRE(warm.Start());
  }
  const auto threads = Count("/proc/self/task");
  const auto descriptors = Count("/proc/self/fd");
  for (int i = 0; i < 200; ++i) {
    Loop loop("test.loop");
    REQUIRE(loop.Start());
    loop.Post([] {});
    loop.PostAfter(TimeDelta::Seconds(1), [] {});
  }
  CHECK(Count("/proc/self/task") <= threads);
  CHECK(Count("/proc/self/fd") <= descriptors);
}

TEST_CASE("A machine whose deadline stays in the past wakes at most once a millisecond") {
  Loop loop("test.loop");
  REQUIRE(loop.Start());
  Awaited<int> fired;
  std::unique_ptr<MachineTimer> timer;
  const Timestamp start = Now();
  loop.RunAndWait([&] {
    timer = std::make_unique<MachineTimer>(loop, [&](Timestamp) {
      fired.Set([](int& n) { ++n; });
      timer->Arm(Idle{Timestamp::Zero(), "test.spin"});
    });
    timer->Arm(Idle{Timestamp::Zero(), "test.spin"});
  });
  REQUIRE(fired.Wait([](int n) { return n >= 20; }));
  CHECK(Now() - start >= TimeDelta::Millis(19));
  loop.RunAndWait([&] {
    CHECK(timer->wake_ups().rows()[0].timer == "test.spin");
    CHECK(timer->wake_ups().total() >= 20);
    timer.reset();
  });
}

TEST_CASE("The list of wake-ups keeps its size") {
  WakeUps wake_ups;
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    for (int i = 0; i < 40; ++i) names.push_back("timer." + std::to_string(i));
    return names;
  }();
  for (const auto& name : kNames) wake_ups.Count(name);
  for (const auto& name : kNames) wake_ups.Count(name);
  CHECK(wake_ups.rows().size() == 16);
  CHECK(wake_ups.total() == 80);
  CHECK(wake_ups.rows()[0].count == 2);
  CHECK(wake_ups.rows()[15].timer == "other");
}

}  // namespace
}  // namespace onair::runtime
