// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/free_pace.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

constexpr double kWanted = 2e6;

// A second of looks 50 ms apart from `from_ms` on, all alike; the pace in the end.
double AfterSecond(FreePace& pace, std::int64_t from_ms, FreePace::Look look) {
  double bps = 0;
  for (std::int64_t ms = from_ms; ms < from_ms + 1000; ms += 50) {
    look.at = At(ms);
    bps = pace.OnReport(look);
  }
  return bps;
}

}  // namespace

TEST_CASE("On a line with room pictures leave faster and faster, up to ten times the rate") {
  FreePace pace;
  CHECK(pace.OnReport({At(0), kWanted, true, {}}) == kWanted);
  const double after_second = AfterSecond(pace, 50, {At(0), kWanted, true, {}});
  CHECK(after_second > kWanted * 2.5);
  CHECK(after_second < kWanted * 6);
  CHECK(AfterSecond(pace, 1050, {At(0), kWanted, true, {}}) == kWanted * 10);
}

TEST_CASE("A train that was drawn apart sets the pace below what it found") {
  FreePace pace;
  static_cast<void>(AfterSecond(pace, 0, {At(0), kWanted, true, {}}));
  CHECK(pace.OnReport({At(1000), kWanted, true, 4e6}) == Approx(3.2e6));
  // Nor does one that left slower raise it.
  CHECK(pace.OnReport({At(1050), kWanted, true, 9e6}) == Approx(3.2e6));
  CHECK(pace.OnReport({At(1100), kWanted, true, {}}) > 3.2e6);
}

TEST_CASE("Where the line is full, or something waits, pictures leave at its rate") {
  FreePace pace;
  static_cast<void>(AfterSecond(pace, 0, {At(0), kWanted, true, {}}));
  CHECK(pace.OnReport({At(1000), kWanted, false, {}}) == kWanted);
  CHECK(pace.OnReport({At(1050), kWanted / 2, false, {}}) == kWanted / 2);
  CHECK(pace.OnReport({At(1100), kWanted, true, 1.5e6}) == kWanted);
}

TEST_CASE("A clock that goes back or leaps does not move the pace") {
  FreePace pace;
  static_cast<void>(pace.OnReport({At(5000), kWanted, true, {}}));
  CHECK(pace.OnReport({At(1000), kWanted, true, {}}) == kWanted);
  CHECK(pace.OnReport({At(900'000), kWanted, true, {}}) < kWanted * 1.5);
}

}  // namespace onair::cc
