// SPDX-License-Identifier: Apache-2.0
#include "transport/qos/choice.h"

#include <catch2/catch.hpp>

namespace onair::qos {
namespace {

constexpr DataRate Kbps(std::int64_t k) {
  return DataRate::KilobitsPerSec(k);
}

const cc::ControllerConfig kLimits{
    .min_rate = Kbps(200), .max_rate = Kbps(2000), .start_rate = Kbps(2000)};

TEST_CASE("A choice narrows what the app allows and never widens it") {
  const auto narrowed = [](std::int64_t start, std::int64_t most) {
    return Narrowed(kLimits, {.start_rate = Kbps(start), .max_rate = Kbps(most)});
  };
  CHECK(narrowed(500, 1000).start_rate == Kbps(500));
  CHECK(narrowed(500, 1000).max_rate == Kbps(1000));
  CHECK(narrowed(1500, 1000).start_rate == Kbps(1000));
  CHECK(narrowed(100, 5000).start_rate == Kbps(200));
  CHECK(narrowed(100, 5000).max_rate == Kbps(2000));
  CHECK(narrowed(100, 100).max_rate == Kbps(200));
  CHECK(narrowed(100, 100).Validate());
  // Without a word: as the app says.
  CHECK(Narrowed(kLimits, {}).start_rate == Kbps(2000));
  CHECK(Narrowed(kLimits, {.max_rate = Kbps(900)}).start_rate == Kbps(900));
}

TEST_CASE("A choice without a controller takes the app's, with no parameters") {
  CHECK(MakeController({}, "onair", kLimits));
  CHECK(MakeController({.controller = "gcc", .parameters = {{"pacing", 1.2}}}, "onair", kLimits));
  CHECK_FALSE(MakeController({.controller = "nobody"}, "onair", kLimits));
  CHECK_FALSE(
      MakeController({.controller = "gcc", .parameters = {{"pacing", 9}}}, "onair", kLimits));
}

TEST_CASE("Limits that are no limits are told as ever") {
  const auto made = MakeController({.start_rate = Kbps(300)}, "onair",
                                   {.min_rate = Kbps(500), .max_rate = Kbps(100)});
  REQUIRE_FALSE(made);
  CHECK(made.error().code == ErrorCode::kInvalidConfig);
}

}  // namespace
}  // namespace onair::qos
