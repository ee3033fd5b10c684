// SPDX-License-Identifier: Apache-2.0
#include "core/units/data.h"

#include <catch2/catch.hpp>
#include <type_traits>

#include "tests/support/print_units.h"

namespace onair {
namespace {

static_assert(!std::is_default_constructible_v<DataRate>);
static_assert(!std::is_convertible_v<DataSize, DataRate>);

constexpr DataRate k8Mbps = DataRate::KilobitsPerSec(8000);

TEST_CASE("Size, time and rate make a triangle") {
  const DataSize size = DataSize::Bytes(1'000'000);
  CHECK(size / TimeDelta::Seconds(1) == k8Mbps);
  CHECK(size / k8Mbps == TimeDelta::Seconds(1));
  CHECK(k8Mbps * TimeDelta::Seconds(1) == size);
  CHECK(DataSize::Bytes(1) / k8Mbps == TimeDelta::Micros(1));
  CHECK(k8Mbps * TimeDelta::Micros(1) == DataSize::Bytes(1));
}

TEST_CASE("Sizes and rates add, subtract and scale") {
  CHECK(DataSize::Kibibytes(1) + DataSize::Bytes(1) == DataSize::Bytes(1025));
  CHECK(DataSize::Mebibytes(1) - DataSize::Kibibytes(1) == DataSize::Kibibytes(1023));
  CHECK(DataSize::Zero() - DataSize::Bytes(5) == DataSize::Bytes(-5));
  CHECK(k8Mbps.Scaled(0.5) == DataRate::KilobitsPerSec(4000));
  CHECK(k8Mbps - DataRate::KilobitsPerSec(3000) == DataRate::KilobitsPerSec(5000));
  CHECK(k8Mbps.kbps_f() == 8000.0);
  DataSize sum = DataSize::Bytes(1);
  sum += DataSize::Bytes(2);
  sum -= DataSize::Bytes(4);
  CHECK(sum == DataSize::Bytes(-1));
}

TEST_CASE("Dividing by what is not positive gives zero rate or endless time") {
  CHECK(DataSize::Bytes(10) / TimeDelta::Zero() == DataRate::Zero());
  CHECK(DataSize::Bytes(10) / TimeDelta::Millis(-1) == DataRate::Zero());
  CHECK(DataSize::Bytes(10) / DataRate::Zero() == TimeDelta::PlusInfinity());
  CHECK(DataSize::Bytes(10) / DataRate::BitsPerSec(-1) == TimeDelta::PlusInfinity());
}

TEST_CASE("Amounts that are too large saturate") {
  const DataSize huge = DataSize::Bytes(units_internal::kMax - 1);
  CHECK(huge + huge == DataSize::Bytes(units_internal::kMax));
  CHECK(huge / TimeDelta::Micros(1) == DataRate::BitsPerSec(units_internal::kMax));
  CHECK(huge / DataRate::BitsPerSec(1) == TimeDelta::PlusInfinity());
  CHECK(DataRate::BitsPerSec(units_internal::kMax - 1) * TimeDelta::Seconds(3600) ==
        DataSize::Bytes(units_internal::kMax));
  CHECK(DataSize::Mebibytes(units_internal::kMax / 1024) == DataSize::Bytes(units_internal::kMax));
  CHECK(DataSize::Kibibytes(units_internal::kMin / 2) == DataSize::Bytes(units_internal::kMin));
  CHECK(DataRate::KilobitsPerSec(units_internal::kMax / 10) ==
        DataRate::BitsPerSec(units_internal::kMax));
  CHECK(DataRate::BitsPerSec(units_internal::kMax - 1).Scaled(2) ==
        DataRate::BitsPerSec(units_internal::kMax));
}

TEST_CASE("A live hour at 50 Mbit/s is exact") {
  const DataRate rate = DataRate::KilobitsPerSec(50'000);
  const DataSize hour = rate * TimeDelta::Seconds(3600);
  CHECK(hour == DataSize::Bytes(22'500'000'000));
  CHECK(hour / rate == TimeDelta::Seconds(3600));
}

}  // namespace
}  // namespace onair
