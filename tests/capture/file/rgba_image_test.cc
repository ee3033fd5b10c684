// SPDX-License-Identifier: Apache-2.0
#include "capture/file/rgba_image.h"

#include <catch2/catch.hpp>

#include "tests/capture/media_maker.h"

using namespace onair;
using namespace onair::capture;
using namespace onair::testing;

namespace {

std::string MadePng(const std::string& name, PictureSize size) {
  MediaRecipe recipe{.format = "image2pipe", .video_codec = "png", .audio_codec = ""};
  recipe.pixel_format = "rgba";
  recipe.size = size;
  recipe.frames = 1;
  recipe.picture = [&](int) { return MakePicture(size, [](int x, int) { return 16 + 20 * x; }); };
  MakeMedia(ScratchPath(name), recipe);
  return ScratchPath(name);
}

}  // namespace

TEST_CASE("An image is read with its alpha, down to one pixel") {
  for (const PictureSize size : {PictureSize{1, 1}, {2, 3}, {9, 5}}) {
    const auto image = LoadRgbaImage(MadePng("mark.png", size));
    REQUIRE(image);
    CHECK(image->size == size);
    REQUIRE(image->rgba.size() == static_cast<std::size_t>(size.width * size.height * 4));
    CHECK(image->rgba[3] == 255);
    if (size.width > 2) CHECK(image->rgba[8] > image->rgba[4]);
  }
}

TEST_CASE("What is no image is refused by name, with the kind of the failure") {
  const std::string text = ScratchPath("mark_text.png");
  WriteBytes(text, "no picture\n");

  CHECK(LoadRgbaImage(ScratchPath("absent.png")).error().code == ErrorCode::kFileNotFound);
  CHECK(LoadRgbaImage(text).error().code == ErrorCode::kNotMedia);
  CHECK(LoadRgbaImage(ScratchPath("")).error().code == ErrorCode::kNotMedia);
  CHECK(LoadRgbaImage(text).error().detail.find(text) == 0);
}

TEST_CASE("An image that is cut is refused or shown") {
  const std::string path = MadePng("mark_cut.png", {32, 32});
  const std::string bytes = ReadBytes(path);
  for (std::size_t length = 0; length < bytes.size(); length += 5) {
    WriteBytes(path, bytes.substr(0, length));
    const auto image = LoadRgbaImage(path);
    if (!image) CHECK(image.error().code == ErrorCode::kNotMedia);
  }
}
