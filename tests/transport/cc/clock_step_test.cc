// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/clock_step.h"

#include <vector>

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

constexpr TimeDelta kBase = TimeDelta::Millis(25);
constexpr std::int64_t kHour = 3'600'000;

// A packet each 10 ms, told of at 1000 ms, each `delays_ms` on its way by the receiver's clock.
std::optional<ClockStep> Found(const std::vector<std::int64_t>& delays_ms) {
  std::vector<PacketFate> packets;
  for (std::size_t i = 0; i < delays_ms.size(); ++i) {
    const std::int64_t sent = 900 + 10 * static_cast<std::int64_t>(i);
    packets.push_back({.sent_at = At(sent),
                       .arrived_at = At(sent + delays_ms[i]),
                       .size = DataSize::Bytes(1000)});
  }
  return FindClockStep({.at = At(1000), .packets = packets}, kBase);
}

}  // namespace

TEST_CASE("Waits and ways as they happen are no step of a clock") {
  CHECK(!Found({}));
  CHECK(!Found({25, 25, 80}));
  CHECK(!Found({25, 2000}));
  CHECK(!Found({25, -1900}));
}

TEST_CASE("A clock that is set counts from the first packet by it, with the least of its delays") {
  for (const std::int64_t by : {kHour, -kHour}) {
    const auto step = Found({25, 30, by + 60, by + 40, by + 50});
    REQUIRE(step);
    CHECK(step->first == 2);
    CHECK(step->least == TimeDelta::Millis(by + 40));
  }
}

TEST_CASE("Of two steps in one report the last one counts") {
  const auto step = Found({25, kHour + 25, 2 * kHour + 30, 2 * kHour + 25});
  REQUIRE(step);
  CHECK(step->first == 2);
  CHECK(step->least == TimeDelta::Millis(2 * kHour + 25));
}

TEST_CASE("A clock that was set and set back within a report made no step") {
  CHECK(!Found({25, kHour + 25, 25}));
}

}  // namespace onair::cc
