// SPDX-License-Identifier: Apache-2.0
#include "core/preload/recent_peak.h"

#include <catch2/catch.hpp>

namespace onair::preload {
namespace {

Timestamp At(std::int64_t seconds) {
  return Timestamp::Zero() + TimeDelta::Seconds(seconds);
}

TEST_CASE("A peak is remembered for a minute at least and two at most") {
  RecentPeak peak;
  CHECK(peak.value() == DataSize::Zero());
  peak.OnSize(DataSize::Bytes(10), At(0));
  peak.OnSize(DataSize::Bytes(900), At(1));
  peak.OnSize(DataSize::Bytes(10), At(2));
  CHECK(peak.value() == DataSize::Bytes(900));
  peak.OnSize(DataSize::Bytes(10), At(61));
  CHECK(peak.value() == DataSize::Bytes(900));
  peak.OnSize(DataSize::Bytes(20), At(121));
  CHECK(peak.value() == DataSize::Bytes(20));
}

TEST_CASE("After a long silence nothing is remembered") {
  RecentPeak peak;
  peak.OnSize(DataSize::Bytes(900), At(0));
  peak.OnSize(DataSize::Bytes(10), At(500));
  CHECK(peak.value() == DataSize::Bytes(10));
}

}  // namespace
}  // namespace onair::preload
