// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/scene.h"

#include <catch2/catch.hpp>

#include "beauty/face/small_picture.h"
#include "tests/beauty/face/stage.h"

using namespace onair;
using namespace onair::beauty;
using namespace onair::beauty::testing;

namespace {

cv::Mat TinyAt(std::uint32_t place, int noise = 0, int number = 0) {
  Scene scene;
  scene.place = place;
  scene.noise = noise;
  return TinyOf(SmallLuma(Draw(scene, number), scene.size));
}

}  // namespace

TEST_CASE("Another place is a cut") {
  CHECK(Compare(TinyAt(1), TinyAt(2)).IsCut());
}

TEST_CASE("Camera noise is nothing, and no cut even of a flat picture") {
  CHECK(Compare(TinyAt(1, 8, 0), TinyAt(1, 8, 1)).IsNothing());
  const cv::Mat grey(22, 40, CV_8UC1, cv::Scalar(90));
  const cv::Mat brighter(22, 40, CV_8UC1, cv::Scalar(140));
  CHECK_FALSE(Compare(grey, brighter).IsCut());
}

TEST_CASE("A flash is neither a cut nor nothing") {
  const cv::Mat before = TinyAt(1);
  const SceneDifference difference = Compare(before, before + cv::Scalar(50));

  CHECK_FALSE(difference.IsCut());
  CHECK_FALSE(difference.IsNothing());
}
