// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/line_swing.h"

#include <limits>

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

constexpr double kReport = 0.05;  // Seconds.

// What was carried at 4 Mbit/s and `times` that by turns, each for `each_s`.
void Swing(LineSwing& line, double times, double each_s, double seconds) {
  for (int i = 0; i * kReport < seconds; ++i) {
    const bool is_other = static_cast<int>(i * kReport / each_s) % 2 == 1;
    line.Add(is_other ? 4e6 * times : 4e6, kReport);
  }
}

}  // namespace

TEST_CASE("A line that stands is met without caution, and pictures' chance is no swing") {
  LineSwing line;
  Swing(line, 1, 1, 10);
  CHECK(line.share() == 0);
  Swing(line, 1.08, 0.05, 10);
  CHECK(line.share() > 0.02);
  CHECK(line.caution() == 0);
}

TEST_CASE("A line that falls and rises each second is met with all caution within a few of them") {
  LineSwing line;
  Swing(line, 0.5, 1, 8);
  CHECK(line.caution() == 1);
}

TEST_CASE("A line that swings and is measured seldom is met with the same caution") {
  LineSwing line;
  for (int i = 0; i < 24; ++i) line.Add(i % 2 == 0 ? 4e6 : 2e6, 0.5);
  CHECK(line.caution() == 1);
}

TEST_CASE("One step, however high, is no swing") {
  for (const double times : {0.1, 0.4, 2.5, 20.0}) {
    LineSwing line;
    Swing(line, 1, 1, 10);
    Swing(line, times, 5, 10);
    CHECK(line.caution() == 0);
  }
}

TEST_CASE("A line that came to rest is trusted again within ten seconds") {
  LineSwing line;
  Swing(line, 0.5, 1, 20);
  REQUIRE(line.caution() == 1);
  Swing(line, 1, 1, 2);
  CHECK(line.caution() > 0);
  Swing(line, 1, 1, 8);
  CHECK(line.caution() == 0);
}

TEST_CASE("Nothing carried, and more than can be, are far and no further") {
  LineSwing line;
  for (int i = 0; i < 1000; ++i) {
    line.Add(i % 2 == 0 ? 0 : std::numeric_limits<double>::max() / 4, kReport);
    REQUIRE(line.share() >= 0);
    REQUIRE(line.share() <= 0.5);
  }
  CHECK(line.caution() == 1);
}

}  // namespace onair::cc
