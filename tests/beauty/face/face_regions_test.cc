// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/face_regions.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace onair;
using namespace onair::beauty;

namespace {

Face FaceAt(float x, float y, float side, float presence = 1) {
  return {1, {x, y, side, side}, std::nullopt, presence};
}

}  // namespace

TEST_CASE("A face region is its box") {
  const Face face = FaceAt(0.4F, 0.4F, 0.2F);

  const RoiMap map = FacesToRoi({&face, 1});

  REQUIRE(map.regions.size() == 1);
  const RoiRegion& r = map.regions[0];
  CHECK(r.x == Approx(0.4));
  CHECK(r.y == Approx(0.4));
  CHECK(r.width == Approx(0.2));
  CHECK(r.height == Approx(0.2));
}

TEST_CASE("A face region weighs the face's presence") {
  const Face face = FaceAt(0.4F, 0.4F, 0.2F, 0.3F);

  CHECK(FacesToRoi({&face, 1}).regions.at(0).quality == Approx(0.3));
}

TEST_CASE("A face region ends at the border of the picture") {
  const Face face = FaceAt(0.9F, -0.1F, 0.2F);

  const RoiRegion r = FacesToRoi({&face, 1}).regions.at(0);

  CHECK(r.y == 0.0F);
  CHECK(r.x + r.width == Approx(1));
  CHECK(r.height == Approx(0.1));
}

TEST_CASE("Regions of the app come first and leave the rest to the largest faces") {
  const std::vector<RoiRegion> app(10, RoiRegion{0.1F, 0.1F, 0.1F, 0.1F, 0.5F});
  Faces faces;
  for (int i = 0; i < 16; ++i) faces.push_back(FaceAt(0.1F, 0.1F, 0.5F - 0.02F * i));

  const RoiMap map = FacesToRoi(faces, app);

  REQUIRE(map.regions.size() == RoiMap::kMaxRegions);
  CHECK(map.regions[9] == app[9]);
  CHECK(map.regions[10].width == Approx(0.5));
  CHECK(map.regions[15].width == Approx(0.4));
}

TEST_CASE("Regions without area, outside the picture or without numbers are left out") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const std::vector<RoiRegion> app{{0.1F, 0.1F, 0, 0.1F, 1},      {1.5F, 0.1F, 0.2F, 0.2F, 1},
                                   {nan, 0.1F, 0.2F, 0.2F, 1},    {0.1F, 0.1F, inf, 0.2F, 1},
                                   {0.1F, 0.1F, 0.2F, 0.2F, nan}, {0.1F, 0.1F, -0.2F, 0.2F, 1},
                                   {0.2F, 0.2F, 0.2F, 0.2F, 7}};
  const Face face = FaceAt(nan, 0.1F, 0.2F);

  const RoiMap map = FacesToRoi({&face, 1}, app);

  REQUIRE(map.regions.size() == 1);
  CHECK(map.regions[0].quality == 1.0F);
}

TEST_CASE("A region of the app may ask for less quality") {
  const RoiRegion app{0.2F, 0.2F, 0.2F, 0.2F, -0.5F};

  CHECK(FacesToRoi({}, {&app, 1}).regions.at(0).quality == -0.5F);
}
