// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/plane_layout.h"

#include <catch2/catch.hpp>
#include <vector>

namespace onair::jni {
namespace {

// A camera's picture of 6x4: luma, then chroma in pairs with two bytes of padding a row.
struct Camera {
  std::vector<std::uint8_t> luma = std::vector<std::uint8_t>(6 * 4, 9);
  std::vector<std::uint8_t> pairs{1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 9, 10, 11, 12};

  // Each chroma plane ends with its own last sample, as Android gives it.
  PictureLayout Layout(std::size_t u_at, std::size_t v_at) const {
    const ByteView all(pairs);
    return {Pixels::kYuv420,
            {6, 4},
            {PlaneLayout{ByteView(luma), 6, 1}, PlaneLayout{all.subspan(u_at, 13), 8, 2},
             PlaneLayout{all.subspan(v_at, 13), 8, 2}}};
  }
};

std::string Refused(const PictureLayout& layout) {
  const auto read = Read(layout);
  return read ? "" : read.error().detail;
}

}  // namespace

TEST_CASE("Pairs U V are NV12 where they lie, though each plane ends a byte early") {
  const Camera camera;

  const auto read = Read(camera.Layout(0, 1));

  REQUIRE(read);
  CHECK(read->format == PixelFormat::kNv12);
  CHECK_FALSE(read->is_swapped);
  CHECK(read->planes[0].data == camera.luma.data());
  CHECK(read->planes[1].data == camera.pairs.data());
  CHECK(read->planes[1].stride_bytes == 8);
}

TEST_CASE("Pairs V U are copied in the other order") {
  const Camera camera;

  const auto read = Read(camera.Layout(1, 0));
  REQUIRE(read);
  CHECK(read->is_swapped);
  const auto copy = CopyOf(*read, {6, 4});

  REQUIRE(copy);
  const PlaneView chroma = copy->plane(1);
  CHECK(std::vector<int>(chroma.data, chroma.data + 6) == std::vector<int>{2, 1, 4, 3, 6, 5});
  const std::uint8_t* second = chroma.data + chroma.stride_bytes;
  CHECK(std::vector<int>(second, second + 6) == std::vector<int>{8, 7, 10, 9, 12, 11});
  CHECK(copy->plane(0).data[0] == 9);
}

TEST_CASE("Chroma side by side is I420") {
  const std::vector<std::uint8_t> bytes(100);
  const ByteView all(bytes);
  const PictureLayout layout{Pixels::kYuv420,
                             {5, 3},
                             {PlaneLayout{all.first(15), 5, 1}, PlaneLayout{all.first(6), 3, 1},
                              PlaneLayout{all.first(6), 3, 1}}};

  const auto read = Read(layout);

  REQUIRE(read);
  CHECK(read->format == PixelFormat::kI420);
}

TEST_CASE("Planes that are a byte short, or apart, or of odd strides are refused") {
  const Camera camera;
  PictureLayout layout = camera.Layout(0, 1);
  layout.planes[2].bytes = layout.planes[2].bytes.first(12);
  CHECK(Refused(layout) == "picture.planes");
  CHECK(Refused(camera.Layout(0, 0)) == "picture.planes");
  layout = camera.Layout(0, 1);
  layout.planes[2].row_stride = 7;
  CHECK(Refused(layout) == "picture.strides");
  layout = camera.Layout(0, 1);
  layout.planes[1].pixel_stride = 3;
  CHECK(Refused(layout) == "picture.strides");
  layout = camera.Layout(0, 1);
  layout.planes[0].bytes = layout.planes[0].bytes.first(23);
  CHECK(Refused(layout) == "picture.planes");
  layout = camera.Layout(0, 1);
  layout.planes[0].pixel_stride = 2;
  CHECK(Refused(layout) == "picture.strides");
}

TEST_CASE("Sides outside the range are refused by name") {
  PictureLayout layout = Camera().Layout(0, 1);
  layout.size.width = 0;
  CHECK(Refused(layout) == "picture.width");
  layout.size = {6, kMaxPictureSide + 1};
  CHECK(Refused(layout) == "picture.height");
  layout.size = {6, -4};
  CHECK(Refused(layout) == "picture.height");
}

}  // namespace onair::jni
