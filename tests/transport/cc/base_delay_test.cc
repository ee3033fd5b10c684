// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/base_delay.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}

}  // namespace

TEST_CASE("The base delay is the least of the last 10 s and forgets after 20") {
  BaseDelay base;
  base.Add(Ms(40), At(0));
  base.Add(Ms(25), At(1000));
  for (int i = 2; i < 11; ++i) base.Add(Ms(60), At(i * 1000));
  CHECK(base.least() == Ms(25));

  for (int i = 11; i < 22; ++i) base.Add(Ms(60), At(i * 1000));
  CHECK(base.least() == Ms(60));
}

TEST_CASE("The base delay follows clocks that drift apart for an hour") {
  BaseDelay base;
  TimeDelta delay = Ms(25);
  for (int i = 0; i < 36'000; ++i) {
    delay += TimeDelta::Micros(10);  // 100 millionths.
    base.Add(delay, At(i * 100));
  }
  CHECK(delay - base.least() <= TimeDelta::Micros(2000));
}

TEST_CASE("The base delay is kept as long as the line is known not to be empty") {
  BaseDelay base;
  base.Add(Ms(25), At(0));
  for (int i = 1; i < 120; ++i) {
    base.Hold(At(i * 1000));
    base.Add(Ms(300), At(i * 1000));
  }
  CHECK(base.least() == Ms(25));
}

TEST_CASE("A longer way begins a new base delay") {
  BaseDelay base;
  base.Add(Ms(25), At(0));
  base.Restart(Ms(125), At(100));
  CHECK(base.least() == Ms(125));
}

}  // namespace onair::cc
