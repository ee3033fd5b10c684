// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/cascade_detector.h"

#include <catch2/catch.hpp>

#include "tests/beauty/face/pictures.h"

using namespace onair;
using namespace onair::beauty;
using namespace onair::beauty::testing;

namespace {

ErrorCode CodeOf(const std::string& path) {
  CascadeConfig config;
  config.path = path;
  const auto opened = OpenCascade(config);
  REQUIRE_FALSE(opened);
  return opened.error().code;
}

}  // namespace

TEST_CASE("A cascade names the setting that is out of range") {
  CascadeConfig size;
  size.long_side = 1000;
  CascadeConfig face;
  face.least_face = 0;

  CHECK(OpenCascade(size).error().detail == "long_side");
  CHECK(OpenCascade(face).error().detail == "least_face");
}

TEST_CASE("A cascade without its file says so") {
  CHECK(CodeOf("/no/such/cascade.xml") == ErrorCode::kFileNotFound);
}

TEST_CASE("A file that is no cascade is refused") {
  const std::string bytes = GENERATE(as<std::string>(), "", "no cascade", "<?xml version=\"1.0\"?>",
                                     "<?xml version=\"1.0\"?><opencv_storage></opencv_storage>");
  const TemporaryFile file("onair_cascade.xml", bytes);

  CHECK(CodeOf(file.path()) == ErrorCode::kFaceModel);
}

TEST_CASE("A cascade that is cut anywhere is refused") {
  const std::string whole = BytesOf(CascadeConfig{}.path);
  REQUIRE_FALSE(whole.empty());
  const double part = GENERATE(0.01, 0.3, 0.7, 0.95);
  const TemporaryFile file("onair_cascade.xml",
                           whole.substr(0, static_cast<std::size_t>(part * whole.size())));

  CHECK(CodeOf(file.path()) == ErrorCode::kFaceModel);
}

TEST_CASE("A cascade sees no face in pictures of any size that have none") {
  auto detector = OpenCascade();
  REQUIRE(detector);

  for (const Picture& picture : AwkwardPictures()) {
    INFO(picture.size().width << "x" << picture.size().height);
    const auto found = (*detector)->Detect(picture);
    REQUIRE(found);
    CHECK(found->empty());
  }
}

TEST_CASE("A cascade finds the face of a real picture, at once and again") {
  const auto picture = FirstPicture("lp_s18_indoor_1280x720.mp4");
  if (!picture) {
    WARN("skipped: no clips in " << ClipFolder());
    return;
  }
  const FaceBox reference = FirstBox("s18_1280x720", picture->size());
  auto detector = OpenCascade();
  REQUIRE(detector);

  for (int i = 0; i < 10; ++i) {
    const auto found = (*detector)->Detect(i % 2 == 0 ? *picture : AsNv12(*picture));
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    CHECK(Overlap(found->front().box, reference) > 0.6F);
  }
}
