// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/flow.h"

#include <catch2/catch.hpp>

#include "beauty/face/small_picture.h"
#include "tests/beauty/face/stage.h"

using namespace onair;
using namespace onair::beauty;
using namespace onair::beauty::testing;

namespace {

cv::Mat LumaWith(const FaceBox& box, std::uint32_t looks = 7) {
  Scene scene;
  scene.actors = {{box, looks}};
  return SmallLuma(Draw(scene, 0), scene.size);
}

const FaceBox kBox{0.4F, 0.3F, 0.2F, 0.4F};
const cv::Rect2f kPixels(128, 54, 64, 72);

std::optional<Flow> FlowTo(const cv::Mat& next) {
  return FindFlow(MakeLevels(LumaWith(kBox), LevelUse::kFrom), MakeLevels(next, LevelUse::kTo),
                  GridOver(kPixels, 5), {});
}

}  // namespace

TEST_CASE("Flow finds how far a face went to a tenth of a pixel") {
  const auto [dx, dy] = GENERATE(table<float, float>({{0, 0}, {1, 0}, {-4, 2}, {12, -9}}));
  FaceBox moved = kBox;
  moved.x += dx / 320;
  moved.y += dy / 180;

  const auto flow = FlowTo(LumaWith(moved));

  REQUIRE(flow);
  const cv::Point2f middle(160, 90);
  CHECK(flow->motion.Of(middle).x - middle.x == Approx(dx).margin(0.1));
  CHECK(flow->motion.Of(middle).y - middle.y == Approx(dy).margin(0.1));
  CHECK(flow->agreeing > 0.8F);
}

TEST_CASE("Flow finds how much nearer a face came") {
  const FaceBox nearer{0.39F, 0.28F, 0.22F, 0.44F};

  const auto flow = FlowTo(LumaWith(nearer));

  REQUIRE(flow);
  CHECK(flow->motion.Scale() == Approx(1.1).margin(0.02));
}

TEST_CASE("There is no flow to another face, nor where there is none") {
  CHECK_FALSE(FlowTo(LumaWith(kBox, 99)));
  CHECK_FALSE(FlowTo(cv::Mat(180, 320, CV_8UC1, cv::Scalar(128))));
}

TEST_CASE("Motions one after the other are one motion") {
  const Similarity turn{0.9F, 0.2F, {3, -4}};
  const Similarity grow{1.2F, 0, {-1, 2}};
  const cv::Point2f p(17, 23);

  const cv::Point2f both = turn.Then(grow).Of(p);

  CHECK(both.x == Approx(grow.Of(turn.Of(p)).x));
  CHECK(both.y == Approx(grow.Of(turn.Of(p)).y));
}
