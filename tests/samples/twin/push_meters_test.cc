// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/push_meters.h"

#include "tests/samples/twin/push_support.h"
#include "tests/support/print_units.h"

namespace onair::samples {
namespace {

TEST_CASE("A distribution gives nearest ranks, a mean, and nothing of nothing") {
  Distribution values;
  CHECK_FALSE(values.At(0.5).has_value());
  CHECK_FALSE(values.Mean().has_value());
  for (int i = 100; i >= 1; --i) values.Add(i);
  CHECK(values.At(0.5) == 50);
  CHECK(values.At(0.95) == 95);
  CHECK(values.At(0) == 1);
  CHECK(values.Max() == 100);
  CHECK(values.Mean() == 50.5);
  Distribution more;
  more.Add(1000);
  values.Add(more);
  CHECK(values.Max() == 1000);
}

// Pictures each 100 ms that arrive 20 ms after their capture, then one that is `late`.
FreezeMeter Watched(TimeDelta playout, TimeDelta late) {
  FreezeMeter meter(playout);
  for (int i = 0; i < 10; ++i) meter.Take(At(100 * i), At(100 * i + 20));
  meter.Take(At(1000), At(1000) + late);
  return meter;
}

TEST_CASE("A picture that comes before it is due freezes nobody") {
  CHECK(Watched(Ms(500), Ms(499)).frozen() == Ms(0));
  CHECK(Watched(Ms(500), Ms(549)).frozen() == Ms(0));  // A gap of 149 ms.
}

TEST_CASE("Of a gap between pictures what exceeds 150 ms is frozen") {
  CHECK(Watched(Ms(500), Ms(551)).frozen() == Ms(1));
  const FreezeMeter meter = Watched(Ms(500), Ms(1400));
  CHECK(meter.frozen() == Ms(850));
  CHECK(meter.watched() == Ms(1900));
  CHECK(meter.percent() == Approx(100 * 850.0 / 1900));
}

TEST_CASE("A shorter playout delay freezes on the same arrivals") {
  CHECK(Watched(Ms(100), Ms(400)).frozen() == Ms(250));
}

TEST_CASE("Pictures that never came freeze the end, those not yet due do not") {
  FreezeMeter meter = Watched(Ms(500), Ms(20));
  meter.Finish(At(3000), At(10'000));  // The last capture was due at 3.5 s.
  CHECK(meter.frozen() == Ms(1850));
  FreezeMeter cut = Watched(Ms(500), Ms(20));
  cut.Finish(At(3000), At(1600));
  CHECK(cut.frozen() == Ms(0));
}

TEST_CASE("A pause that the publisher made is no freeze, and nobody watched it") {
  FreezeMeter meter = Watched(Ms(500), Ms(20));
  meter.Excuse(At(1100), At(21'100));
  meter.Take(At(21'100), At(21'120));
  CHECK(meter.frozen() == Ms(0));
  CHECK(meter.watched() == Ms(1100));
}

TEST_CASE("Use is what was delivered over what could have been") {
  UseMeter meter;
  CHECK_FALSE(meter.share().has_value());
  meter.Deliver(300);
  CHECK_FALSE(meter.share().has_value());
  meter.Offer(400);
  meter.Offer(200);
  CHECK(meter.share() == 0.5);
}

// Samples each 20 ms of a fall from 4 to 2 Mbit/s at 1 s.
StepMeter Fall(TimeDelta reaction, TimeDelta long_from, TimeDelta long_to, TimeDelta until) {
  StepMeter meter({At(1000), 4000, 2000});
  for (TimeDelta t = Ms(0); t <= until; t += Ms(20)) {
    const TimeDelta since = t - Ms(1000);
    const double rate = since < reaction ? 3800 : 1900;
    const double queue = since >= long_from && since <= long_to ? 250 : 20;
    meter.Take({Timestamp::Zero() + t, rate, queue});
  }
  return meter;
}

TEST_CASE("A fall is timed until the rate is below the capacity and the queue short again") {
  const StepMeter meter = Fall(Ms(200), Ms(100), Ms(900), Sec(5));
  CHECK(meter.is_fall());
  CHECK(meter.below_capacity() == Ms(200));
  CHECK(meter.short_queue() == Ms(900));
  CHECK_FALSE(meter.used().has_value());
}

TEST_CASE("A queue that was never long took no time, one that stays long has none") {
  CHECK(Fall(Ms(200), Sec(9), Sec(9), Sec(5)).short_queue() == Ms(0));
  CHECK_FALSE(Fall(Ms(200), Ms(100), Sec(9), Sec(5)).short_queue().has_value());
  CHECK_FALSE(Fall(Sec(9), Ms(100), Ms(200), Sec(5)).below_capacity().has_value());
}

TEST_CASE("A rise is timed until nine tenths are asked for") {
  StepMeter meter({At(1000), 2000, 4000});
  for (int ms = 0; ms <= 5000; ms += 20) meter.Take({At(ms), ms < 3000 ? 3599.0 : 3600.0, 0});
  CHECK_FALSE(meter.is_fall());
  CHECK(meter.used() == Ms(2000));
  CHECK_FALSE(meter.short_queue().has_value());
}

TEST_CASE("Jain's index is 1 for equals and 1/n for one that has all") {
  CHECK(JainIndex({5, 5, 5}) == Approx(1));
  CHECK(*JainIndex({9, 0, 0}) == Approx(1.0 / 3));
  CHECK_FALSE(JainIndex({5}).has_value());
  CHECK_FALSE(JainIndex({0, 0}).has_value());
}

}  // namespace
}  // namespace onair::samples
