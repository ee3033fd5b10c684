// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp_schedule.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"
#include "tests/support/seed.h"

namespace onair::rtp {
namespace {

TEST_CASE("The first report leaves 100 to 200 ms after the first packet, whatever the chance") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    ReportSchedule schedule{Rng(seed)};
    CHECK_FALSE(schedule.wake_at().is_finite());
    schedule.Start(Timestamp::Zero());
    const Timestamp first = schedule.wake_at();
    CHECK(first >= Timestamp::Zero() + TimeDelta::Millis(100));
    CHECK(first <= Timestamp::Zero() + TimeDelta::Millis(200));
    schedule.Start(Timestamp::Zero() + TimeDelta::Millis(50));
    CHECK(schedule.wake_at() == first);
  }
}

TEST_CASE("Reports settle to one a second, and to less where the line is slow") {
  ReportSchedule fast{Rng(1)};
  ReportSchedule slow{Rng(1)};
  ReportSchedule silent{Rng(1)};
  Timestamp now = Timestamp::Zero();
  for (ReportSchedule* schedule : {&fast, &slow, &silent}) schedule->Start(now);
  for (int i = 0; i < 20; ++i) {
    now += TimeDelta::Seconds(1);
    fast.OnSent(DataSize::Bytes(100), DataRate::KilobitsPerSec(1'000), now);
    slow.OnSent(DataSize::Bytes(100), DataRate::KilobitsPerSec(8), now);
    silent.OnSent(DataSize::Bytes(100), DataRate::Zero(), now);
    if (i < 3) continue;
    CHECK(fast.wake_at() - now >= TimeDelta::Millis(500));
    CHECK(fast.wake_at() - now <= TimeDelta::Millis(1'500));
    // 100 bytes at 5 % of 8 kbit/s: 2 s.
    CHECK(slow.wake_at() - now >= TimeDelta::Millis(1'000));
    CHECK(slow.wake_at() - now <= TimeDelta::Millis(3'000));
    CHECK(silent.wake_at() - now <= TimeDelta::Millis(7'500));
  }
}

TEST_CASE("A round trip is what is left of the time between report and answer") {
  RoundTrip trip;
  CHECK(trip.estimate() == RoundTrip::kUnknown);
  const NtpTime now = NtpTime::Of(UtcTime::Micros(1'700'000'000'000'000));
  const std::uint32_t reported = now.compact() - 65'536;  // 1 s ago.
  CHECK(trip.OnAnswer(reported, 58'982, now));            // Held for 0.9 s.
  CHECK(trip.estimate() >= TimeDelta::Micros(99'900));
  CHECK(trip.estimate() <= TimeDelta::Micros(100'100));
  CHECK(trip.OnAnswer(reported, 65'536 - 13'107, now));  // 200 ms.
  CHECK(trip.estimate().ms() == 112);
  CHECK(trip.least()->ms() <= 100);
}

TEST_CASE("Answers that cannot be are not believed") {
  RoundTrip trip;
  const NtpTime now = NtpTime::Of(UtcTime::Micros(1'700'000'000'000'000));
  CHECK_FALSE(trip.OnAnswer(0, 0, now));                            // None was seen.
  CHECK_FALSE(trip.OnAnswer(now.compact() - 100, 65'536, now));     // Held before it was sent.
  CHECK_FALSE(trip.OnAnswer(now.compact() - 65'536 * 60, 0, now));  // A minute.
  CHECK_FALSE(trip.OnAnswer(now.compact() + 65'536, 0, now));       // From the future.
  CHECK_FALSE(trip.smoothed());
}

}  // namespace
}  // namespace onair::rtp
