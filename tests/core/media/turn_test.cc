// SPDX-License-Identifier: Apache-2.0
#include "core/media/turn.h"

#include <catch2/catch.hpp>

using namespace onair;

TEST_CASE("A quarter turn swaps the sides, a half turn does not") {
  CHECK(Turned(PictureSize{3, 5}, Rotation::k0) == PictureSize{3, 5});
  CHECK(Turned(PictureSize{3, 5}, Rotation::k90) == PictureSize{5, 3});
  CHECK(Turned(PictureSize{3, 5}, Rotation::k180) == PictureSize{3, 5});
  CHECK(Turned(PictureSize{3, 5}, Rotation::k270) == PictureSize{5, 3});
}

TEST_CASE("A region goes clockwise with its picture, and comes home after four quarters") {
  // At the top left, wider than high; binary fractions stay exact.
  const RoiRegion region{0.125F, 0, 0.5F, 0.25F, 0.7F};
  CHECK(Turned(region, Rotation::k90) == RoiRegion{0.75F, 0.125F, 0.25F, 0.5F, 0.7F});
  CHECK(Turned(region, Rotation::k180) == RoiRegion{0.375F, 0.75F, 0.5F, 0.25F, 0.7F});
  CHECK(Turned(region, Rotation::k270) == RoiRegion{0, 0.375F, 0.25F, 0.5F, 0.7F});

  RoiRegion round = region;
  for (int i = 0; i < 4; ++i) round = Turned(round, Rotation::k90);
  CHECK(round == region);
}
