// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/found_faces.h"

#include <catch2/catch.hpp>

namespace onair::samples {
namespace {

// Sees one face, always the same.
class SureDetector : public FaceDetector {
 public:
  Result<std::vector<DetectedFace>> Detect(const Picture&) override {
    return std::vector<DetectedFace>{{{0.25F, 0.25F, 0.5F, 0.5F}, std::nullopt, 1}};
  }
};
class BrokenDetector : public FaceDetector {
 public:
  Result<std::vector<DetectedFace>> Detect(const Picture&) override {
    return Fail(ErrorCode::kFaceModel, "broken");
  }
};

Clip TexturedClip(int count) {
  auto builder = *PictureBuilder::Allocate(PixelFormat::kI420, {320, 240});
  for (std::size_t p = 0; p < 3; ++p) {
    const Plane plane = builder.plane(p);
    const int rows = p == 0 ? 240 : 120;
    for (int i = 0; i < rows * plane.stride_bytes; ++i) {
      plane.data[i] = static_cast<std::uint8_t>(p == 0 ? 60 + (i * 2654435761U >> 25) : 128U);
    }
  }
  const Picture picture = std::move(builder).Freeze();
  return {std::vector<Picture>(static_cast<std::size_t>(count), picture), {320, 240}};
}

TEST_CASE("The option names the cascade or a model, and nothing else") {
  CHECK(ParseFaceChoice("cascade")->model.empty());
  CHECK(ParseFaceChoice("yunet:/a/b:c.onnx")->model == "/a/b:c.onnx");
  for (const char* text : {"", "yunet", "yunet:", "haar", "cascade:x"}) {
    INFO(text);
    CHECK(ParseFaceChoice(text).error().code == ErrorCode::kInvalidConfig);
  }
}

TEST_CASE("A face that the detector sees in the first picture is told in it") {
  SureDetector detector;
  const auto found = FindFaces(TexturedClip(30), 30, detector);
  REQUIRE(found);
  REQUIRE(found->faces.size() == 30);
  REQUIRE(found->maps.size() == 30);
  REQUIRE(found->maps[0].regions.size() == 1);
  CHECK(found->maps[0].regions[0].quality == 1);
  REQUIRE(found->maps[29].regions.size() == 1);
  CHECK(found->maps[29].regions[0].quality == Approx(1));
  CHECK(found->pictures_with_face == 30);
  CHECK(found->detections >= 1);
  CHECK(found->detections < 10);

  const FacesPerPicture boxes = BoxesOf(found->faces);
  CHECK(boxes[0].size() == 1);
  REQUIRE(boxes[29].size() == 1);
  CHECK(boxes[29][0].x == Approx(0.25).margin(0.02));
}

TEST_CASE("A detector that fails is not taken for a clip without faces") {
  BrokenDetector detector;
  CHECK(FindFaces(TexturedClip(3), 30, detector).error().code == ErrorCode::kFaceModel);
}

TEST_CASE("The picture to show is the first with a face from the middle on") {
  const std::vector<FaceBox> face{{0, 0, 1, 1}};
  CHECK(PictureToShow({{}, face, {}, {}, face, face}, 6) == 4);
  CHECK(PictureToShow({face, face, {}, {}}, 4) == 0);
  CHECK(PictureToShow({face}, 100) == 50);
  CHECK_FALSE(PictureToShow({{}, {}}, 2));
  CHECK_FALSE(PictureToShow({}, 5));
  CHECK_FALSE(PictureToShow({face}, 0));
}

}  // namespace
}  // namespace onair::samples
