// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/reading.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {

TEST_CASE("Report clock never goes back and ignores times at the ends") {
  ReportClock clock;

  CHECK(clock.Read(At(-5)) == At(-5));
  CHECK(clock.Read(At(10)) == At(10));
  CHECK(clock.Read(At(3)) == At(10));
  CHECK(clock.Read(Timestamp::PlusInfinity()) == At(10));
  CHECK(clock.Read(Timestamp::MinusInfinity()) == At(10));
  CHECK(clock.Read(ReportClock::kLatest + TimeDelta::Micros(1)) == At(10));
  CHECK(clock.Read(ReportClock::kLatest) == ReportClock::kLatest);
}

TEST_CASE("Report clock that begins with no sane time stands at zero and does not go below") {
  ReportClock clock;

  CHECK(clock.Read(Timestamp::PlusInfinity()) == Timestamp::Zero());
  CHECK(clock.Read(At(-7)) == Timestamp::Zero());
  CHECK(clock.Read(At(7)) == At(7));
}

TEST_CASE("Growth meter counts growth only, within its bound") {
  GrowthMeter meter;

  CHECK(meter.Read(std::int64_t{500}) == 0);
  CHECK(meter.Read(std::int64_t{620}) == 120);
  CHECK(meter.Read(std::int64_t{20}) == 0);  // Another connection.
  CHECK(meter.Read(std::int64_t{50}) == 30);
  CHECK(meter.Read(std::int64_t{-9}) == 0);
  CHECK(meter.Read(std::int64_t{4}) == 4);
  CHECK(meter.Read(DataSize::Bytes(INT64_MAX)) == DataSize::Bytes(GrowthMeter::kMost));
  CHECK(meter.Read(DataSize::Bytes(INT64_MIN)) == DataSize::Zero());
}

}  // namespace onair::cc
