// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/poor_network.h"

#include <catch2/catch.hpp>

namespace onair {
namespace {

constexpr Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

TEST_CASE("A network is poor for long when it has been for the whole time") {
  PoorNetwork network(TimeDelta::Seconds(5));
  network.OnQuality(0, NetworkQuality::kPoor, At(1000));
  CHECK_FALSE(network.IsPoorForLong(At(5999)));
  CHECK(network.IsPoorForLong(At(6000)));
  network.OnQuality(0, NetworkQuality::kGood, At(7000));
  CHECK_FALSE(network.IsPoorForLong(At(7000)));
}

TEST_CASE("The time runs from the first destination's trouble to the end of the last one's") {
  PoorNetwork network(TimeDelta::Seconds(5));
  network.OnQuality(0, NetworkQuality::kPoor, At(1000));
  network.OnQuality(3, NetworkQuality::kPoor, At(4000));
  network.OnQuality(0, NetworkQuality::kGood, At(5000));
  CHECK(network.IsPoorForLong(At(6000)));
  network.OnState(3, PublishState::kReconnecting, At(8000));
  CHECK_FALSE(network.IsPoorForLong(At(20'000)));
}

}  // namespace
}  // namespace onair
