// SPDX-License-Identifier: Apache-2.0
#include "core/units/time.h"

#include <catch2/catch.hpp>
#include <limits>
#include <type_traits>

#include "core/units/data.h"
#include "tests/support/print_units.h"

namespace onair {
namespace {

constexpr TimeDelta kForever = TimeDelta::PlusInfinity();

static_assert(!std::is_default_constructible_v<Timestamp>);
static_assert(!std::is_default_constructible_v<TimeDelta>);
static_assert(!std::is_convertible_v<std::int64_t, TimeDelta>);
static_assert(!std::is_convertible_v<Timestamp, TimeDelta>);
template <typename A, typename B>
concept Addable = requires(A a, B b) {
  a + b;
};
static_assert(Addable<Timestamp, TimeDelta>);
static_assert(!Addable<Timestamp, Timestamp>, "a moment plus a moment means nothing");
static_assert(!Addable<TimeDelta, DataSize>);

TEST_CASE("Time converts between its units towards zero") {
  CHECK(TimeDelta::Millis(3) == TimeDelta::Micros(3000));
  CHECK(TimeDelta::Seconds(2) == TimeDelta::Millis(2000));
  CHECK(TimeDelta::Micros(1999).ms() == 1);
  CHECK(TimeDelta::Micros(-1999).ms() == -1);
  CHECK(TimeDelta::Micros(1500).ms_f() == 1.5);
  CHECK(TimeDelta::Millis(1500).seconds_f() == 1.5);
  CHECK(TimeDelta::SecondsF(0.25) == TimeDelta::Millis(250));
}

TEST_CASE("Moments and spans add and subtract") {
  const Timestamp at = Timestamp::Micros(1'000'000);
  CHECK(at + TimeDelta::Millis(5) == Timestamp::Micros(1'005'000));
  CHECK(at - TimeDelta::Millis(5) == Timestamp::Micros(995'000));
  CHECK((at + TimeDelta::Seconds(1)) - at == TimeDelta::Seconds(1));
  CHECK(-TimeDelta::Millis(5) == TimeDelta::Millis(-5));
  CHECK(TimeDelta::Millis(5) * 3 == TimeDelta::Millis(15));
  CHECK(TimeDelta::Millis(5) / 2 == TimeDelta::Micros(2500));
  CHECK(TimeDelta::Millis(10).Scaled(0.3) == TimeDelta::Millis(3));
  TimeDelta span = TimeDelta::Millis(1);
  span += TimeDelta::Millis(2);
  span -= TimeDelta::Millis(4);
  CHECK(span == TimeDelta::Millis(-1));
}

TEST_CASE("Infinite times stay infinite whatever is done to them") {
  CHECK(kForever + TimeDelta::Seconds(1) == kForever);
  CHECK(kForever - TimeDelta::Seconds(1) == kForever);
  CHECK(kForever.Scaled(0.001) == kForever);
  CHECK(-kForever == TimeDelta::MinusInfinity());
  CHECK(-TimeDelta::MinusInfinity() == kForever);
  CHECK(Timestamp::PlusInfinity() - TimeDelta::Seconds(9) == Timestamp::PlusInfinity());
  CHECK(Timestamp::MinusInfinity() + TimeDelta::Seconds(9) == Timestamp::MinusInfinity());
  CHECK(Timestamp::Zero() + kForever == Timestamp::PlusInfinity());
  CHECK(Timestamp::Zero() - kForever == Timestamp::MinusInfinity());
  CHECK(Timestamp::Micros(-5) + kForever == Timestamp::PlusInfinity());
  CHECK(kForever / 2 == kForever);
  CHECK_FALSE(kForever.is_finite());
  CHECK_FALSE(Timestamp::MinusInfinity().is_finite());
  CHECK(Timestamp::Zero().is_finite());
}

TEST_CASE("Times that are too large become infinite and do not wrap") {
  const TimeDelta huge = TimeDelta::Micros(units_internal::kMax - 1);
  CHECK(huge + TimeDelta::Seconds(1) == kForever);
  CHECK(-huge - TimeDelta::Seconds(1) == TimeDelta::MinusInfinity());
  CHECK(huge * 2 == kForever);
  CHECK(huge * -2 == TimeDelta::MinusInfinity());
  CHECK(TimeDelta::Seconds(units_internal::kMax / 1000) == kForever);
  CHECK(TimeDelta::Millis(units_internal::kMin / 10) == TimeDelta::MinusInfinity());
}

TEST_CASE("Scaling and seconds beyond the range saturate") {
  CHECK(TimeDelta::Micros(units_internal::kMax - 1).Scaled(3.0) == kForever);
  CHECK(TimeDelta::Micros(units_internal::kMax - 1).Scaled(-3.0) == TimeDelta::MinusInfinity());
  CHECK(TimeDelta::SecondsF(1e30) == kForever);
  CHECK(TimeDelta::SecondsF(std::numeric_limits<double>::quiet_NaN()) == TimeDelta::Zero());
  CHECK(TimeDelta::SecondsF(-1e30) == TimeDelta::MinusInfinity());
}

TEST_CASE("An infinite span times a negative number turns round") {
  CHECK(kForever * -1 == TimeDelta::MinusInfinity());
  CHECK(kForever * 2 == kForever);
}

TEST_CASE("The difference of equal infinities is no finite span") {
  CHECK_FALSE((Timestamp::PlusInfinity() - Timestamp::Zero()).is_finite());
  CHECK_FALSE((Timestamp::Zero() - Timestamp::PlusInfinity()).is_finite());
}

}  // namespace
}  // namespace onair
