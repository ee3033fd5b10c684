// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/steady.h"

#include <catch2/catch.hpp>

using onair::beauty::Steady;

TEST_CASE("Values within the band do not move at all") {
  Steady<2> steady;
  const auto first = steady.Step({10, 20}, 1);

  int changes = 0;
  for (int i = 0; i < 100; ++i) {
    const float stray = 0.99F * static_cast<float>(i % 3 - 1);
    changes += steady.Step({10 + stray, 20 - stray}, 1) != first;
  }

  CHECK(changes == 0);
}

TEST_CASE("Values that left the band are followed until they are reached, then stand") {
  Steady<1> steady;
  static_cast<void>(steady.Step({0}, 1));

  for (int i = 0; i < 12; ++i) static_cast<void>(steady.Step({2}, 1));
  const auto reached = steady.shown();
  static_cast<void>(steady.Step({2.5F}, 1));

  CHECK(reached[0] == Approx(2).margin(0.25));
  CHECK(steady.shown() == reached);
}

TEST_CASE("What is far away is reached faster") {
  Steady<1> near;
  Steady<1> far;
  static_cast<void>(near.Step({0}, 1));
  static_cast<void>(far.Step({0}, 1));

  CHECK(far.Step({10}, 1)[0] / 10 > 1.5F * near.Step({1.5F}, 1)[0] / 1.5F);
}
