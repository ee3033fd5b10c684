// SPDX-License-Identifier: Apache-2.0
#include "core/control/resolution_ladder.h"

#include <catch2/catch.hpp>

namespace onair::control {
namespace {

TEST_CASE("Each rung is a smaller picture of the same shape with even sides") {
  struct Row {
    PictureSize full, middle, half;
  };
  for (const Row& row :
       {Row{{1280, 720}, {960, 540}, {640, 360}}, Row{{1920, 1080}, {1440, 810}, {960, 540}},
        Row{{720, 1280}, {540, 960}, {360, 640}}, Row{{854, 480}, {640, 360}, {428, 240}},
        Row{{20, 16}, {16, 16}, {16, 16}}}) {
    CAPTURE(row.full.width, row.full.height);
    CHECK(SizeAtStep(row.full, 0) == row.full);
    CHECK(SizeAtStep(row.full, 1) == row.middle);
    CHECK(SizeAtStep(row.full, 2) == row.half);
  }
}

TEST_CASE("A step that no ladder has counts as the nearest") {
  CHECK(SizeAtStep({1280, 720}, -1) == PictureSize{1280, 720});
  CHECK(SizeAtStep({1280, 720}, 9) == PictureSize{640, 360});
}

}  // namespace
}  // namespace onair::control
