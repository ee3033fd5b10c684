// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/boxes.h"

#include <catch2/catch.hpp>

namespace onair::samples {
namespace {

TEST_CASE("A box per line becomes fractions of the picture") {
  const auto boxes = ParseBoxes("64 36 320 180 1\n0 0 1280 720\n", {1280, 720});
  REQUIRE(boxes);
  REQUIRE(boxes->size() == 2);
  REQUIRE((*boxes)[0].size() == 1);
  CHECK((*boxes)[0][0] == FaceBox{0.05F, 0.05F, 0.25F, 0.25F});
  CHECK((*boxes)[1][0] == FaceBox{0, 0, 1, 1});
}

TEST_CASE("Several faces stand apart by semicolons, none is an empty line or no width") {
  const auto boxes = ParseBoxes("0 0 64 72;640 360 64 72 0.9\n\n5 5 0 0 0\n", {1280, 720});
  REQUIRE(boxes);
  REQUIRE(boxes->size() == 3);
  CHECK((*boxes)[0].size() == 2);
  CHECK((*boxes)[1].empty());
  CHECK((*boxes)[2].empty());
}

TEST_CASE("What is no box is refused with its line") {
  CHECK(ParseBoxes("1 2 3 4\n1 2 three 4\n", {64, 64}).error().detail == "line 2: not a number");
  CHECK(ParseBoxes("1 2 3\n", {64, 64}).error().detail == "line 1: fewer than four numbers");
  CHECK(ReadBoxes("/nonexistent/boxes.txt", {64, 64}).error().code == ErrorCode::kFileNotFound);
}

}  // namespace
}  // namespace onair::samples
