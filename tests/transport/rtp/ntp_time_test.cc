// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/ntp_time.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair::rtp {
namespace {

TEST_CASE("NTP time counts from 1900") {
  CHECK(NtpTime::Of(UtcTime::Micros(0)).bits() == 0x83aa7e8000000000);
  CHECK(NtpTime::Of(UtcTime::Micros(500'000)).bits() == 0x83aa7e8080000000);
  CHECK(NtpTime::Of(UtcTime::Micros(-500'000)).bits() == 0x83aa7e7f80000000);
}

TEST_CASE("NTP time keeps every microsecond") {
  for (std::int64_t us = 1'760'000'000'000'000; us < 1'760'000'000'000'000 + 3'000'000; us += 997) {
    if (NtpTime::Of(UtcTime::Micros(us)).utc().us() != us) FAIL("at " << us);
  }
}

TEST_CASE("Compact spans are 65536 to the second, there and back") {
  CHECK(CompactSpan(65536) == TimeDelta::Seconds(1));
  CHECK(CompactUnits(TimeDelta::Millis(1'500)) == 98'304);
  CHECK(CompactUnits(TimeDelta::Micros(-5)) == 0);
  CHECK(CompactUnits(TimeDelta::PlusInfinity()) == 0xffffffff);
  for (int ms = 0; ms < 2'000; ++ms) {
    const TimeDelta back = CompactSpan(CompactUnits(TimeDelta::Millis(ms)));
    CHECK((back - TimeDelta::Millis(ms)).us() <= 8);
    CHECK((back - TimeDelta::Millis(ms)).us() >= -8);
  }
}

TEST_CASE("The wall clock moves with our own and never steps") {
  const WallClock clock{.at = Timestamp::Micros(5), .utc = UtcTime::Micros(1'000'000)};
  CHECK(clock.NtpOf(Timestamp::Micros(2'000'005)) == NtpTime::Of(UtcTime::Micros(3'000'000)));
}

TEST_CASE("The absolute send time is the time's bits 6.18") {
  CHECK(NtpTime(0x0000003f'80000000).abs_send_time() == 0xfe0000);
  CHECK(NtpTime(0x00000040'00000000).abs_send_time() == 0);
}

}  // namespace
}  // namespace onair::rtp
