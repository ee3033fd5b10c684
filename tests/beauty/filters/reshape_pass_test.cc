// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/reshape_pass.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>

#include "beauty/filters/isa.h"
#include "tests/beauty/support/pictures.h"

using namespace onair;
using namespace onair::beauty;
using namespace onair::beauty::test;

namespace {

constexpr PictureSize kSize{640, 480};

Face FaceAt(float x, float presence = 1) {
  const FaceLandmarks marks{{x + 0.08F, 0.42F},
                            {x + 0.17F, 0.42F},
                            {x + 0.125F, 0.5F},
                            {x + 0.09F, 0.58F},
                            {x + 0.16F, 0.58F}};
  return {1, {x, 0.25F, 0.25F, 0.45F}, marks, presence};
}

// Brightness tells the place: what it is afterwards, how far it moved.
Picture Slope(PictureSize size) {
  return Painted(
      size, [&](std::size_t p, int x, int) { return p == 0 ? 20 + x * 200 / size.width : 128; });
}
Picture Checks(PictureSize size) {
  return Painted(size, [](std::size_t p, int x, int y) {
    return p == 0 ? 60 + 10 * ((x / 4 + y / 4) % 8) : 110 + (x + y) % 40;
  });
}

Picture Apply(const Picture& from, const FaceShape& shape, const Face& face,
              const Kernels& kernels = BestKernels()) {
  auto to = *PictureBuilder::Allocate(PixelFormat::kI420, from.size());
  Paint(PlanesOf(to), [&](std::size_t p, int x, int y) { return At(from, p, x, y); });
  ReshapePass(kernels).Apply(shape, std::span(&face, 1), PlanesOf(to));
  return std::move(to).Freeze();
}

int Difference(const Picture& a, const Picture& b, int x, int y) {
  return At(a, 0, x, y) - At(b, 0, x, y);
}

}  // namespace

TEST_CASE("Slimming moves both cheeks inward and nothing else far away") {
  const Picture from = Slope(kSize);
  const Picture out = Apply(from, {1, 0}, FaceAt(0.4F));
  const int mouth = 278;
  CHECK(Difference(out, from, 260, mouth) <= -2);  // Shows what was farther left.
  CHECK(Difference(out, from, 412, mouth) >= 2);
  CHECK(Difference(out, from, 336, mouth) == 0);  // The middle stays.
  for (int x = 0; x < kSize.width; ++x) {
    CHECK(Difference(out, from, x, 20) == 0);
    CHECK(Difference(out, from, x, 470) == 0);
  }
  for (int y = 0; y < kSize.height; ++y) CHECK(Difference(out, from, 100, y) == 0);
}

TEST_CASE("The reshaped region ends without a seam") {
  const Picture from = Slope(kSize);
  const Picture out = Apply(from, {1, 1}, FaceAt(0.4F));
  for (int y = 1; y < kSize.height; ++y) {
    for (int x = 1; x < kSize.width; ++x) {
      REQUIRE(std::abs(At(out, 0, x, y) - At(out, 0, x - 1, y)) <= 2);
      REQUIRE(std::abs(At(out, 0, x, y) - At(out, 0, x, y - 1)) <= 2);
    }
  }
}

TEST_CASE("Eyes grow around their middle; without landmarks they stay") {
  const Picture from = Painted(kSize, [](std::size_t p, int x, int y) {
    const double d = std::hypot(x - 307.2, y - 201.6);
    return p == 0 ? (d < 12 ? 40 : 180) : 128;
  });
  const auto dark = [](const Picture& picture) {
    int count = 0;
    for (int x = 270; x < 345; ++x) count += At(picture, 0, x, 201) < 110 ? 1 : 0;
    return count;
  };
  const Picture out = Apply(from, {0, 1}, FaceAt(0.4F));
  CHECK(dark(out) >= dark(from) + 3);
  CHECK(dark(out) <= dark(from) + 8);
  Face blind = FaceAt(0.4F);
  blind.landmarks.reset();
  CHECK(SamePixels(Apply(from, {0, 1}, blind), from));
  CHECK_FALSE(SamePixels(Apply(Slope(kSize), {1, 0}, blind), Slope(kSize)));
}

TEST_CASE("Presence scales the shape down to nothing") {
  const Picture from = Slope(kSize);
  const int full = -Difference(Apply(from, {1, 0}, FaceAt(0.4F)), from, 260, 278);
  const int half = -Difference(Apply(from, {1, 0}, FaceAt(0.4F, 0.5F)), from, 260, 278);
  CHECK(half < full);
  CHECK(half > 0);
  CHECK(SamePixels(Apply(from, {1, 1}, FaceAt(0.4F, 0)), from));
}

TEST_CASE("A face that leaves the picture changes it without a jump") {
  const PictureSize size{320, 240};
  const Picture from = Checks(size);
  std::optional<Picture> last;
  int worst = 0;
  for (float x = 0.1F; x > -0.42F; x -= 1.0F / 320) {
    const Picture out = Apply(from, {1, 1}, FaceAt(x));
    if (last) {
      int most = 0;
      for (int y = 0; y < size.height; ++y) {
        for (int px = 0; px < size.width; ++px) {
          most = std::max(most, std::abs(Difference(out, *last, px, y)));
        }
      }
      worst = std::max(worst, most);
    }
    last = out;
  }
  // One pixel of way moves the warp by a fraction of one: far less than a square's 70.
  CHECK(worst <= 30);
  CHECK(SamePixels(*last, from));
}

TEST_CASE("Faces at and beyond every border, turned, tiny, huge and absurd are taken") {
  for (const PictureSize size : {PictureSize{1, 1}, {2, 2}, {31, 57}, {853, 480}}) {
    const Picture from = Checks(size);
    for (const float x : {-3.0F, -0.2F, 0.0F, 0.4F, 0.85F, 1.0F, 3.0F}) {
      Face face = FaceAt(x);
      CHECK(Apply(from, {1, 1}, face).size() == size);
      face.box.width = 3.9F;
      face.box.height = 3.9F;
      CHECK(Apply(from, {1, 1}, face).size() == size);
      std::swap(face.landmarks->left_eye, face.landmarks->right_mouth_corner);
      CHECK(Apply(from, {1, 1}, face).size() == size);
      face.landmarks->left_eye = {1e30F, -1e30F};
      face.landmarks->right_eye = {1e30F, -1e30F};
      CHECK(Apply(from, {1, 1}, face).size() == size);
      face.landmarks = FaceLandmarks{};
      CHECK(Apply(from, {1, 1}, face).size() == size);
    }
  }
}

TEST_CASE("Every instruction set reshapes to the same bytes") {
  const Picture from = Checks({853, 480});
  Face face = FaceAt(0.05F);
  face.landmarks->left_eye.y += 0.04F;  // Tilted, near the border.
  const Picture plain = Apply(from, {1, 1}, face, KernelsOf(Isa::kPlain));
  for (const Isa isa : SupportedIsas()) {
    INFO(NameOf(isa));
    CHECK(SamePixels(Apply(from, {1, 1}, face, KernelsOf(isa)), plain));
  }
}
