// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/rate_follower.h"

#include <catch2/catch.hpp>

namespace onair::codec {
namespace {

constexpr MediaTime At(std::int64_t ms) {
  return MediaTime::Millis(ms);
}
constexpr DataRate Kbps(std::int64_t k) {
  return DataRate::KilobitsPerSec(k);
}

TEST_CASE("Nothing is planned while nothing changes") {
  RateFollower follower{VideoConfig{}};
  CHECK_FALSE(follower.PlanAt(At(0), 30));
  follower.SetRate(VideoConfig{}.rate);
  CHECK_FALSE(follower.PlanAt(At(33), 30));
}

TEST_CASE("A new rate comes with a tight VBV that widens after a second") {
  RateFollower follower{VideoConfig{}};
  follower.SetRate(Kbps(600));

  const auto tight = follower.PlanAt(At(1000), 30);
  REQUIRE(tight);
  CHECK(tight->rate == Kbps(600));
  CHECK(tight->vbv == TimeDelta::Millis(100));
  CHECK_FALSE(follower.PlanAt(At(1999), 30));

  const auto wide = follower.PlanAt(At(2000), 30);
  REQUIRE(wide);
  CHECK(wide->rate == Kbps(600));
  CHECK(wide->vbv == VideoConfig{}.vbv);
  CHECK_FALSE(follower.PlanAt(At(2033), 30));
}

TEST_CASE("A configured VBV below the tight one is never widened") {
  VideoConfig config;
  config.vbv = TimeDelta::Millis(100);
  RateFollower follower{config};
  follower.SetRate(Kbps(2000));
  CHECK(follower.PlanAt(At(0), 30)->vbv == TimeDelta::Millis(100));
  CHECK_FALSE(follower.PlanAt(At(5000), 30));
}

TEST_CASE("The frame rate is followed only when it really changes") {
  RateFollower follower{VideoConfig{}};
  CHECK_FALSE(follower.PlanAt(At(0), 28));
  const auto plan = follower.PlanAt(At(33), 15);
  REQUIRE(plan);
  CHECK(plan->frame_rate == Approx(15));
  CHECK(plan->rate == VideoConfig{}.rate);
}

}  // namespace
}  // namespace onair::codec
