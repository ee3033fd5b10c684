// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/yunet_detector.h"

#include <catch2/catch.hpp>

#include "beauty/face/detector_messages.h"
#include "tests/beauty/face/pictures.h"

using namespace onair;
using namespace onair::beauty;
using namespace onair::beauty::testing;

namespace {

ErrorCode CodeOf(const Result<std::unique_ptr<FaceDetector>>& opened) {
  REQUIRE_FALSE(opened);
  return opened.error().code;
}

#define SKIP_WITHOUT(path)                          \
  if (!IsThere(path)) {                             \
    WARN("skipped: " << (path) << " is not there"); \
    return;                                         \
  }

}  // namespace

TEST_CASE("YuNet names the setting that is out of range") {
  YuNetConfig small;
  small.long_side = 63;
  YuNetConfig unsure;
  unsure.least_confidence = std::nanf("");

  CHECK(OpenYuNet("model", small).error().detail == "long_side");
  CHECK(OpenYuNet("model", unsure).error().detail == "least_confidence");
}

TEST_CASE("YuNet without its model file says so") {
  const auto opened = OpenYuNet("/no/such/model.onnx");

  CHECK(CodeOf(opened) == ErrorCode::kFileNotFound);
  CHECK(opened.error().detail.find("/no/such/model.onnx") != std::string::npos);
}

TEST_CASE("YuNet refuses a file that is no model") {
  const std::string bytes = GENERATE(as<std::string>(), "", "not a model", std::string(5000, '\0'));
  const TemporaryFile file("onair_model.onnx", bytes);

  CHECK(CodeOf(OpenYuNet(file.path())) == ErrorCode::kFaceModel);
}

TEST_CASE("YuNet refuses a folder") {
  CHECK_FALSE(OpenYuNet("/"));
}

TEST_CASE("YuNet refuses its model when it is cut anywhere") {
  SKIP_WITHOUT(ModelPath());
  const std::string whole = BytesOf(ModelPath());
  const double part = GENERATE(0.001, 0.3, 0.7, 0.95, 0.999);
  const TemporaryFile file("onair_model.onnx",
                           whole.substr(0, static_cast<std::size_t>(part * whole.size())));

  CHECK(CodeOf(OpenYuNet(file.path())) == ErrorCode::kFaceModel);
}

// OpenCV nests what it says: three lines, two source files and two functions.
TEST_CASE("YuNet says in one short line what is wrong with a damaged model") {
  SKIP_WITHOUT(ModelPath());
  SetDetectorMessages(DetectorMessages::kDropped);
  std::string bytes = BytesOf(ModelPath());
  const std::size_t layer = bytes.find(
      "\"\x04"
      "Conv");
  REQUIRE(layer != std::string::npos);
  bytes[layer + 5] = 'x';
  const TemporaryFile file("onair_model.onnx", bytes);

  const auto opened = OpenYuNet(file.path());
  SetDetectorMessages(DetectorMessages::kPrinted);

  CHECK(CodeOf(opened) == ErrorCode::kFaceModel);
  const std::string& said = opened.error().detail;
  INFO(said);
  CHECK(said.find('\n') == std::string::npos);
  CHECK(said.find(file.path() + ": OpenCV: ") == 0);
  CHECK(said.find("of type \"Conx\"") != std::string::npos);
  CHECK(said.find(".cpp") == std::string::npos);
  CHECK(said.size() < file.path().size() + 100);
}

TEST_CASE("YuNet finds the face of a real picture, in both formats, with landmarks in it") {
  SKIP_WITHOUT(ModelPath());
  const auto picture = FirstPicture("lp_s18_indoor_1280x720.mp4");
  REQUIRE(picture);
  const FaceBox reference = FirstBox("s18_1280x720", picture->size());
  auto detector = OpenYuNet(ModelPath());
  REQUIRE(detector);

  const auto found = (*detector)->Detect(*picture);
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(Overlap(found->front().box, reference) > 0.8F);
  CHECK(found->front().confidence > 0.8F);
  REQUIRE(found->front().landmarks);
  const FaceLandmarks& marks = *found->front().landmarks;
  CHECK(marks.right_eye.x < marks.left_eye.x);
  CHECK(marks.right_eye.y < marks.nose_tip.y);
  CHECK(marks.nose_tip.y < marks.left_mouth_corner.y);

  const auto nv12 = (*detector)->Detect(AsNv12(*picture));
  REQUIRE(nv12);
  REQUIRE(nv12->size() == 1);
  CHECK(Overlap(nv12->front().box, found->front().box) > 0.95F);
}

TEST_CASE("YuNet takes pictures of any size one after the other") {
  SKIP_WITHOUT(ModelPath());
  auto detector = OpenYuNet(ModelPath());
  REQUIRE(detector);

  for (const Picture& picture : AwkwardPictures()) {
    INFO(picture.size().width << "x" << picture.size().height);
    CHECK((*detector)->Detect(picture));
  }
}
