// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/connect_race.h"

#include <catch2/catch.hpp>
#include <string>

namespace onair::runtime {
namespace {

constexpr Timestamp kStart = Timestamp::Zero();
constexpr TimeDelta kDelay = TimeDelta::Millis(250);
constexpr TimeDelta kTimeout = TimeDelta::Seconds(10);

std::vector<IpAddress> Addresses(const std::vector<std::string>& texts) {
  std::vector<IpAddress> addresses;
  for (const auto& text : texts) addresses.push_back(*ParseAddress(text));
  return addresses;
}

Error Refused() {
  return Error{ErrorCode::kConnectRefused, "refused", 111};
}
Error NoRoute() {
  return Error{ErrorCode::kUnreachable, "no route", 101};
}

TEST_CASE("Address families take turns, beginning with the preferred one") {
  CHECK(InterleaveFamilies(Addresses({"2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1"})) ==
        Addresses({"2001:db8::1", "192.0.2.1", "2001:db8::2", "2001:db8::3"}));
  CHECK(InterleaveFamilies(Addresses({"192.0.2.1", "192.0.2.2", "2001:db8::1"})) ==
        Addresses({"192.0.2.1", "2001:db8::1", "192.0.2.2"}));
  CHECK(InterleaveFamilies({}).empty());
}

TEST_CASE("From a local address only servers of its family can be reached") {
  const auto both = Addresses({"2001:db8::1", "192.0.2.1", "2001:db8::2"});
  CHECK(OfFamily(both, IpAddress::Family::kV4) == Addresses({"192.0.2.1"}));
  CHECK(OfFamily(both, IpAddress::Family::kV6) == Addresses({"2001:db8::1", "2001:db8::2"}));
  CHECK(OfFamily(Addresses({"192.0.2.1"}), IpAddress::Family::kV6).empty());
}

TEST_CASE("Attempts start one attempt delay apart") {
  ConnectRace race(Addresses({"192.0.2.1", "192.0.2.2"}), kDelay, kTimeout, kStart);

  REQUIRE(race.NextAttempt(kStart));
  CHECK_FALSE(race.NextAttempt(kStart));
  CHECK(race.wake_at() == kStart + kDelay);
  CHECK_FALSE(race.NextAttempt(kStart + kDelay - TimeDelta::Micros(1)));
  const auto second = race.NextAttempt(kStart + kDelay);
  REQUIRE(second);
  CHECK(second->index == 1);
  CHECK(ToString(second->address) == "192.0.2.2");
  CHECK(race.wake_at() == kStart + kTimeout);
}

TEST_CASE("A failed attempt lets the next start at once") {
  ConnectRace race(Addresses({"192.0.2.1", "192.0.2.2"}), kDelay, kTimeout, kStart);
  REQUIRE(race.NextAttempt(kStart));

  race.HandleFailed(0, Refused(), kStart + TimeDelta::Millis(3));

  CHECK(race.NextAttempt(kStart + TimeDelta::Millis(3)));
  CHECK_FALSE(race.Lost(kStart + TimeDelta::Millis(3)));
}

TEST_CASE("The race is lost when all failed, with the error that tells most") {
  ConnectRace race(Addresses({"2001:db8::1", "192.0.2.1", "2001:db8::2"}), kDelay, kTimeout,
                   kStart);
  for (std::size_t i = 0; i < 3; ++i) {
    REQUIRE(race.NextAttempt(kStart));
    race.HandleFailed(i, i == 1 ? Refused() : NoRoute(), kStart);
  }
  REQUIRE(race.Lost(kStart));
  CHECK(race.Lost(kStart)->code == ErrorCode::kConnectRefused);
  CHECK(race.Lost(kStart)->native_code == 111);
}

TEST_CASE("The race is lost by time while an attempt still hangs") {
  ConnectRace race(Addresses({"192.0.2.1"}), kDelay, kTimeout, kStart);
  REQUIRE(race.NextAttempt(kStart));

  CHECK_FALSE(race.Lost(kStart + kTimeout - TimeDelta::Micros(1)));
  REQUIRE(race.Lost(kStart + kTimeout));
  CHECK(race.Lost(kStart + kTimeout)->code == ErrorCode::kConnectTimeout);
}

TEST_CASE("At most sixteen addresses race") {
  std::vector<IpAddress> many(100, *IpAddress::Parse("192.0.2.1"));
  ConnectRace race(many, TimeDelta::Millis(10), kTimeout, kStart);
  int started = 0;
  for (Timestamp at = kStart; at < kStart + kTimeout; at += TimeDelta::Millis(10)) {
    if (race.NextAttempt(at)) ++started;
  }
  CHECK(started == 16);
}

TEST_CASE("Literal addresses are told from names") {
  CHECK(ToString(*IpAddress::Parse("2001:db8::1")) == "2001:db8::1");
  CHECK(ToString(*IpAddress::Parse("127.0.0.1")) == "127.0.0.1");
  for (const char* name : {"", "localhost", "1.2.3", "1.2.3.4.5", "[::1]", "::g", "127.1 "}) {
    INFO(name);
    CHECK_FALSE(ParseAddress(name));
  }
}

}  // namespace
}  // namespace onair::runtime
