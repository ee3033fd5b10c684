// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/likeness.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

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
Picture Flat(PictureSize size, int shade) {
  return Paint(size, [=](int, int) { return shade; });
}

TEST_CASE("One luma step everywhere is 48.13 dB, none is 100 dB") {
  CHECK(PsnrOf(1) == Approx(48.1308).margin(1e-4));
  CHECK(PsnrOf(255.0 * 255.0) == Approx(0).margin(1e-9));
  CHECK(PsnrOf(0) == 100);
}

TEST_CASE("Errors count for the region that they lie in") {
  const PictureSize size{100, 100};
  const std::vector<FaceBox> face{{0.4F, 0.4F, 0.2F, 0.2F}};
  const Picture original = Flat(size, 100);
  // 3 off in the face (20x20), 1 off in the ring around it (40x40 less the face), 0 beyond.
  const Picture decoded = Paint(size, [](int x, int y) {
    if (x >= 40 && x < 60 && y >= 40 && y < 60) return 103;
    return x >= 30 && x < 70 && y >= 30 && y < 70 ? 101 : 100;
  });

  const RegionSums errors = SquaredErrors(decoded, original, RegionMask(size, face));

  CHECK(errors.count_of(Region::kFace) == 400);
  CHECK(errors.count_of(Region::kRing) == 1200);
  CHECK(errors.count_of(Region::kBackground) == 9600);
  CHECK(errors.count_of(Region::kAll) == 10000);
  CHECK(errors.sum_of(Region::kFace) == 3600);
  CHECK(errors.sum_of(Region::kRing) == 1200);
  CHECK(errors.sum_of(Region::kBackground) == 1200);
  CHECK(errors.sum_of(Region::kAll) == 4800);
}

TEST_CASE("A face at the border or beyond is cut there and faces win over rings") {
  const PictureSize size{64, 64};
  const RegionMask mask(
      size, std::vector<FaceBox>{{-0.5F, -0.5F, 0.75F, 0.75F}, {0.25F, 0, 0.25F, 0.25F}});
  CHECK(mask.At(0, 0) == RegionMask::kFace);
  CHECK(mask.At(15, 15) == RegionMask::kFace);
  CHECK(mask.At(20, 4) == RegionMask::kFace);
  CHECK(mask.At(20, 20) == RegionMask::kNear);
  CHECK(mask.At(63, 63) == RegionMask::kFar);
}

TEST_CASE("The similarity of a picture with itself is 1") {
  const PictureSize size{64, 48};
  const Picture picture = Paint(size, [](int x, int y) { return 30 + x * 3 + (y % 5) * 7; });
  const RegionSums same = Similarities(picture, picture, RegionMask(size, {}));
  CHECK(same.count_of(Region::kAll) == 15 * 11);
  CHECK(same.sum_of(Region::kAll) / same.count_of(Region::kAll) == Approx(1).margin(1e-12));
  CHECK(SsimDb(1) == 100);
  CHECK(SsimDb(0.99) == Approx(20).margin(1e-9));
}

TEST_CASE("The similarity of flat pictures is that of their means alone") {
  const PictureSize size{32, 32};
  const RegionSums sums = Similarities(Flat(size, 100), Flat(size, 110), RegionMask(size, {}));
  const double c1 = std::pow(0.01 * 255, 2);
  const double expected = (2 * 100.0 * 110 + c1) / (100.0 * 100 + 110.0 * 110 + c1);
  CHECK(sums.sum_of(Region::kAll) / sums.count_of(Region::kAll) == Approx(expected).margin(1e-9));
}

TEST_CASE("The mean is over pictures, and those without a face do not count for the face") {
  const PictureSize size{64, 64};
  const RegionMask face(size, std::vector<FaceBox>{{0.25F, 0.25F, 0.5F, 0.5F}});
  const RegionMask none(size, {});
  Likeness likeness;
  CHECK_FALSE(likeness.psnr(Region::kAll));
  likeness.Add(Flat(size, 101), Flat(size, 100), face);
  likeness.Add(Flat(size, 110), Flat(size, 100), none);
  CHECK(*likeness.psnr(Region::kFace) == Approx(48.1308).margin(1e-4));
  CHECK(*likeness.psnr(Region::kAll) == Approx((48.1308 + 28.1308) / 2).margin(1e-4));
}

}  // namespace
}  // namespace onair::samples
