// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/comparison_sheet.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

namespace onair::samples {
namespace {

Picture Paint(PictureSize size, const std::function<int(int, int)>& shade) {
  auto builder = *PictureBuilder::Allocate(PixelFormat::kI420, size);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      builder.plane(0).data[y * builder.plane(0).stride_bytes + x] =
          static_cast<std::uint8_t>(shade(x, y));
    }
  }
  return std::move(builder).Freeze();
}
bool IsInside(PixelRect r, PictureSize size) {
  return r.x >= 0 && r.y >= 0 && r.width > 0 && r.height > 0 && r.x + r.width <= size.width &&
         r.y + r.height <= size.height && r.x % 2 == 0 && r.y % 2 == 0;
}

TEST_CASE("The face's crop lies in the picture on even pixels, wherever the box is") {
  const float inf = std::numeric_limits<float>::infinity();
  for (const PictureSize size : {PictureSize{1280, 720}, PictureSize{352, 288}, {64, 64}}) {
    for (const FaceBox& face :
         {FaceBox{0.4F, 0.3F, 0.2F, 0.4F}, FaceBox{-0.3F, 0.9F, 0.5F, 0.5F}, FaceBox{0, 0, 1, 1},
          FaceBox{0.5F, 0.5F, 0.001F, 0.001F}, FaceBox{inf, 3, inf, inf}}) {
      const PixelRect crop = FaceCrop(size, face);
      INFO(crop.x << " " << crop.y << " " << crop.width << " " << crop.height);
      CHECK(IsInside(crop, size));
      CHECK(crop.width <= 320);
      CHECK(crop.height <= 280);
    }
  }
  const PixelRect middle = FaceCrop({1000, 1000}, {0.45F, 0.45F, 0.1F, 0.1F});
  CHECK(middle == PixelRect{434, 434, 130, 130});
}

TEST_CASE("The background's crop is where the detail is, clear of every face") {
  // Detail on the right half; faces on its lower part and on its left edge.
  const Picture picture =
      Paint({640, 480}, [](int x, int y) { return x >= 320 ? (x * 37 + y * 11) % 200 : 100; });
  const std::vector<FaceBox> faces{{0.5F, 0.5F, 0.5F, 0.5F}, {0.5F, 0, 0.1F, 0.5F}};
  const auto crop = BackgroundCrop(picture, faces, {200, 200});
  REQUIRE(crop);
  CHECK(crop->x >= 384);
  CHECK(crop->y + crop->height <= 240);
}

TEST_CASE("The background's crop shrinks into what is left and gives up where nothing is") {
  const Picture picture = Paint({640, 480}, [](int x, int) { return x % 250; });
  const auto strip = BackgroundCrop(picture, std::vector<FaceBox>{{0.1F, -0.5F, 2, 2}}, {200, 200});
  REQUIRE(strip);
  CHECK(strip->x + strip->width <= 64);
  CHECK_FALSE(BackgroundCrop(picture, std::vector<FaceBox>{{0, 0, 1, 1}}, {200, 200}));
}

TEST_CASE("A sheet holds every picture where the column says") {
  const Picture dark = Paint({320, 240}, [](int, int) { return 50; });
  const Picture light = Paint({320, 240}, [](int, int) { return 200; });
  const auto sheet = DrawComparison({{{"Title", {{"a", "", dark}, {"b", "more", light}}}},
                                     {{0.4F, 0.4F, 0.2F, 0.2F}, {0.8F, 0.1F, 0.1F, 0.1F}}});
  REQUIRE(sheet);
  CHECK(sheet->size().width == 8 + 2 * 648);
  const auto at = [&](int x, int y) {
    return sheet->plane(0).data[y * sheet->plane(0).stride_bytes + x];
  };
  // Below the title and the label: 62 pixels. In the middle of neither picture's face box.
  CHECK(at(8 + 10, 62 + 10) == 50);
  CHECK(at(8 + 648 + 10, 62 + 10) == 200);
  // The frame of the box, white: 0.4 of 320 and of 240.
  CHECK(at(8 + 128, 62 + 96 + 10) == 235);
  CHECK(at(8 + 128 + 32, 62 + 96 + 24) == 50);
  CHECK(at(8 + 256, 62 + 24 + 5) == 235);
}

TEST_CASE("A sheet of nothing or beyond all bounds is refused") {
  CHECK(DrawComparison({{{"Title", {}}}, {{0, 0, 1, 1}}}).error().code ==
        ErrorCode::kInvalidConfig);
  CHECK(DrawComparison({}).error().code == ErrorCode::kInvalidConfig);
  const Picture one = Paint({64, 64}, [](int, int) { return 50; });
  const ComparisonGroup wide{"Title", std::vector<ComparisonColumn>(40, {"a", "", one})};
  CHECK(DrawComparison({{wide}, {{0.4F, 0.4F, 0.2F, 0.2F}}}).error().code ==
        ErrorCode::kInvalidConfig);
}

}  // namespace
}  // namespace onair::samples
