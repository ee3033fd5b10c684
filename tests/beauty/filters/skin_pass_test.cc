// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/skin_pass.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "beauty/filters/isa.h"
#include "core/base/rng.h"
#include "tests/beauty/support/pictures.h"

using namespace onair;
using namespace onair::beauty;
using namespace onair::beauty::test;

namespace {

constexpr PictureSize kSize{320, 240};
constexpr int kSkinU = 113, kSkinV = 149;

Picture Apply(const Picture& from, const SkinLook& look, std::span<const Face> faces = {}) {
  SkinPass pass(BestKernels());
  auto to = *PictureBuilder::Allocate(PixelFormat::kI420, from.size());
  pass.Apply(ViewOf(from), look, faces, PlanesOf(to));
  return std::move(to).Freeze();
}

// Noise of about `depth` codes on one colour.
Picture Grainy(int luma, int u, int v, int depth) {
  Rng rng(3);
  return Painted(kSize, [&](std::size_t p, int, int) {
    if (p > 0) return p == 1 ? u : v;
    return luma - depth + static_cast<int>(rng.Below(static_cast<std::uint64_t>(2 * depth + 1)));
  });
}

double Deviation(const Picture& picture, int left, int right) {
  double sum = 0, squares = 0, count = 0;
  for (int y = 20; y < picture.size().height - 20; ++y) {
    for (int x = left; x < right; ++x, ++count) {
      const double value = At(picture, 0, x, y);
      sum += value;
      squares += value * value;
    }
  }
  return std::sqrt(squares / count - sum / count * sum / count);
}
double Deviation(const Picture& picture) {
  return Deviation(picture, 20, picture.size().width - 20);
}

}  // namespace

TEST_CASE("With nothing asked for the pass gives the same pixels") {
  const Picture from = Grainy(150, kSkinU, kSkinV, 20);
  CHECK(SamePixels(Apply(from, {}), from));
}

TEST_CASE("Smoothing calms skin, more with the slider, and leaves its pores") {
  const Picture from = Grainy(150, kSkinU, kSkinV, 6);
  const double before = Deviation(from);
  const double some = Deviation(Apply(from, {.smooth = 0.3F}));
  const double full = Deviation(Apply(from, {.smooth = 1}));
  CHECK(some < 0.85 * before);
  CHECK(full < 0.6 * before);
  CHECK(full > 0.2 * before);
}

TEST_CASE("What has no colour of skin keeps every pixel") {
  const Picture grey = Grainy(150, 128, 128, 6), green = Grainy(150, 100, 100, 6);
  const SkinLook look{.smooth = 1, .whiten = 1, .ruddy = 1};
  CHECK(SamePixels(Apply(grey, look), grey));
  CHECK(SamePixels(Apply(green, look), green));
}

TEST_CASE("Dim grey cloth beside a face keeps its weave") {
  const Picture cloth = Grainy(48, 128, 130, 6);
  const Face face{1, {0.2F, 0.1F, 0.5F, 0.7F}, std::nullopt, 1};
  const Picture out = Apply(cloth, {.smooth = 1, .face_trust = 1}, std::span(&face, 1));
  CHECK(Deviation(out) > 0.97 * Deviation(cloth));
  const Picture dim_skin = Grainy(60, 122, 137, 6);
  const Picture calm = Apply(dim_skin, {.smooth = 1, .face_trust = 1}, std::span(&face, 1));
  CHECK(Deviation(calm) < 0.75 * Deviation(dim_skin));
}

TEST_CASE("Smoothing keeps edges in skin") {
  const Picture from = Painted(kSize, [](std::size_t p, int x, int) {
    return p == 0 ? (x < 160 ? 170 : 70) : p == 1 ? kSkinU : kSkinV;
  });
  const Picture out = Apply(from, {.smooth = 1});
  CHECK(At(out, 0, 158, 120) - At(out, 0, 161, 120) > 88);
}

TEST_CASE("Whitening lightens skin, leaves black and white, and keeps the order of tones") {
  const Picture from = Painted(kSize, [](std::size_t p, int x, int) {
    return p == 0 ? std::min(x, 255) : p == 1 ? kSkinU : kSkinV;
  });
  SkinLook look{.whiten = 1};
  const Picture out = Apply(from, look);
  CHECK(At(out, 0, 150, 120) >= 160);
  CHECK(At(out, 0, 10, 120) == 10);
  CHECK(At(out, 0, 255, 120) <= 255);
  for (int x = 1; x < 256; ++x) CHECK(At(out, 0, x, 120) >= At(out, 0, x - 1, 120));
}

TEST_CASE("Rosiness reddens skin but not lips, grey beside it or dim skin to a ghost") {
  const auto v_of = [](int luma, int u, int v) {
    return At(Apply(Flat(kSize, luma, u, v), {.ruddy = 1}), 2, 80, 60) - v;
  };
  CHECK(v_of(150, kSkinU, kSkinV) >= 4);
  CHECK(v_of(150, kSkinU, kSkinV) <= 8);
  CHECK(v_of(150, 118, 175) == 0);
  CHECK(v_of(150, 128, 128) == 0);
  const Picture dim = Apply(Flat(kSize, 50, 122, 136), {.whiten = 1, .ruddy = 1});
  CHECK(At(dim, 2, 80, 60) >= 136);
  CHECK(At(dim, 1, 80, 60) < 128);
}

TEST_CASE("Sharpening raises detail, not noise on flat ground, and does not ring far") {
  const Picture flat = Grainy(150, 128, 128, 4);
  CHECK(Deviation(Apply(flat, {.sharpen = 1})) < 1.25 * Deviation(flat));
  const Picture stripes = Painted(kSize, [](std::size_t p, int x, int) {
    return p == 0 ? 128 + static_cast<int>(30 * std::sin(x * 1.1)) : 128;
  });
  CHECK(Deviation(Apply(stripes, {.sharpen = 1})) > 1.15 * Deviation(stripes));
  const Picture edge =
      Painted(kSize, [](std::size_t p, int x, int) { return p == 0 ? (x < 160 ? 200 : 50) : 128; });
  const Picture out = Apply(edge, {.sharpen = 1});
  CHECK(At(out, 0, 159, 120) <= 200 + 24);
  CHECK(At(out, 0, 157, 120) == 200);
}

TEST_CASE("Far from a trusted face, colours of skin count for less than on it") {
  const Picture from = Grainy(150, kSkinU, kSkinV, 6);
  const Face face{1, {0.02F, 0.2F, 0.2F, 0.4F}, std::nullopt, 1};
  const Picture out = Apply(from, {.smooth = 0.6F, .face_trust = 1}, std::span(&face, 1));
  CHECK(Deviation(out, 20, 60) < 0.8 * Deviation(out, 220, 300));
}

TEST_CASE("What stands before a wall of skin's colour keeps its detail") {
  // A grey rope of 12 pixels: less than the filter's box, so that the wall is around each pixel.
  constexpr int kLeft = 400;
  Rng rng(4);
  const Picture from = Painted({1280, 720}, [&](std::size_t p, int x, int) {
    const int pixel = p == 0 ? x : 2 * x;
    const bool is_rope = pixel >= kLeft && pixel < kLeft + 12;
    if (p == 0) return is_rope ? 145 + static_cast<int>(rng.Below(11)) : 150;
    return is_rope ? 128 : p == 1 ? kSkinU : kSkinV;
  });
  const Face face{1, {0.2F, 0.1F, 0.3F, 0.7F}, std::nullopt, 1};
  const Picture out = Apply(from, {.smooth = 1, .face_trust = 1}, std::span(&face, 1));
  CHECK(Deviation(out, kLeft + 4, kLeft + 8) > 0.95 * Deviation(from, kLeft + 4, kLeft + 8));
}

TEST_CASE("A face that leaves the picture bit by bit draws no seam and makes no jump") {
  const Picture from = Flat(kSize, 150, kSkinU, kSkinV);
  const SkinLook look{.smooth = 1, .whiten = 1, .ruddy = 1, .face_trust = 1};
  std::optional<Picture> last;
  for (int step = 0; step <= 90; ++step) {
    const Face face{1, {0.3F - 0.01F * step, 0.2F, 0.3F, 0.5F}, std::nullopt, 1};
    const Picture out = Apply(from, look, std::span(&face, 1));
    int seam = 0, jump = 0;
    for (int y = 0; y < kSize.height; ++y) {
      for (int x = 0; x + 1 < kSize.width; ++x) {
        seam = std::max(seam, std::abs(At(out, 0, x, y) - At(out, 0, x + 1, y)));
        if (last) jump = std::max(jump, std::abs(At(out, 0, x, y) - At(*last, 0, x, y)));
      }
    }
    INFO("step " << step);
    CHECK(seam <= 1);
    CHECK(jump <= 2);
    last = out;
  }
}

TEST_CASE("All sizes are taken, down to one pixel and odd ones") {
  SkinPass pass(BestKernels());
  const Face face{1, {-0.3F, 0.2F, 0.9F, 1.4F}, std::nullopt, 0.5F};
  for (const PictureSize size : {PictureSize{1, 1},
                                 {2, 2},
                                 {3, 5},
                                 {853, 480},
                                 {1, 300},
                                 {300, 1},
                                 {4096, 2160},
                                 {17, 16}}) {
    const Picture from = Flat(size, 150, kSkinU, kSkinV);
    auto to = *PictureBuilder::Allocate(PixelFormat::kI420, size);
    pass.Apply(ViewOf(from), {1, 1, 1, 1, kUsualSkin, 1}, std::span(&face, 1), PlanesOf(to));
    const Picture out = std::move(to).Freeze();
    INFO(size.width << "x" << size.height);
    CHECK(At(out, 0, size.width / 2, size.height / 2) >= 150);
    CHECK(At(out, 0, size.width - 1, size.height - 1) >= 150);
  }
}

TEST_CASE("Every instruction set retouches a whole picture to the same bytes") {
  Rng rng(9);
  const PictureSize size{853, 481};
  const Picture from = Painted(size, [&](std::size_t p, int x, int y) {
    const int grain = static_cast<int>(rng.Below(15));
    return p == 0 ? (x * y / 300) % 200 + grain : p == 1 ? 108 + grain : 142 + grain;
  });
  const Face face{1, {0.3F, 0.2F, 0.3F, 0.4F}, std::nullopt, 0.7F};
  std::optional<Picture> plain;
  for (const Isa isa : SupportedIsas()) {
    SkinPass pass(KernelsOf(isa));
    auto to = *PictureBuilder::Allocate(PixelFormat::kI420, size);
    pass.Apply(ViewOf(from), {0.7F, 0.5F, 0.4F, 0.6F, kUsualSkin, 0.8F}, std::span(&face, 1),
               PlanesOf(to));
    const Picture out = std::move(to).Freeze();
    if (!plain) plain = out;
    INFO(NameOf(isa));
    CHECK(SamePixels(out, *plain));
  }
}
