// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/skin_tone.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace onair::beauty {
namespace {

// Cheeks, nose and mouth: away from hair and background.
constexpr float kSide = 0.25F, kTop = 0.35F, kBottom = 0.8F;
constexpr int kSamples = 24;  // Along each side: 576 samples, a few microseconds.

// Hues from yellow to red, of any lamp that a camera balances more or less.
bool MayBeSkin(float u, float v) {
  return v > 3 && u < 10 && v > -0.35F * u && v < 60 && u > -60;
}

int PixelAt(float fraction, int side) {
  return static_cast<int>(
      std::clamp(fraction * static_cast<float>(side), 0.0F, static_cast<float>(side - 1)));
}

struct Sums {
  float u = 0, v = 0, luma = 0;
  int count = 0;

  void Add(float add_u, float add_v, float add_luma) {
    u += add_u;
    v += add_v;
    luma += add_luma;
    ++count;
  }
  SkinTone Mean() const {
    const auto n = static_cast<float>(count);
    return {u / n, v / n, luma / n};
  }
};

template <typename Take>
void ForSamples(const I420View& picture, const FaceBox& box, Take take) {
  for (int i = 0; i < kSamples; ++i) {
    for (int k = 0; k < kSamples; ++k) {
      const float across = (static_cast<float>(k) + 0.5F) / kSamples;
      const float down = (static_cast<float>(i) + 0.5F) / kSamples;
      const float fx = box.x + box.width * (kSide + (1 - 2 * kSide) * across);
      const float fy = box.y + box.height * (kTop + (kBottom - kTop) * down);
      if (fx < 0 || fy < 0 || fx >= 1 || fy >= 1) continue;
      const int x = PixelAt(fx, picture.size.width), y = PixelAt(fy, picture.size.height);
      take(static_cast<float>(RowOf(picture.planes[1], y / 2)[x / 2]) - 128,
           static_cast<float>(RowOf(picture.planes[2], y / 2)[x / 2]) - 128,
           static_cast<float>(RowOf(picture.planes[0], y)[x]));
    }
  }
}

}  // namespace

std::optional<SkinTone> MeasureSkinTone(const I420View& picture, std::span<const Face> faces) {
  if (faces.empty()) return std::nullopt;
  const FaceBox& box = faces.front().box;
  Sums all;
  ForSamples(picture, box, [&](float u, float v, float luma) {
    if (MayBeSkin(u, v) && luma > 25 && luma < 245) all.Add(u, v, luma);
  });
  // Less than a quarter of skin: a wrong box, a mask, no colour.
  if (all.count < kSamples * kSamples / 4) return std::nullopt;
  const SkinTone rough = all.Mean();
  // Once more without lips, beard and shine.
  Sums near;
  ForSamples(picture, box, [&](float u, float v, float luma) {
    const float du = u - rough.u, dv = v - rough.v;
    if (luma > 25 && luma < 245 && du * du + dv * dv < 100) near.Add(u, v, luma);
  });
  return near.count < kSamples * kSamples / 8 ? rough : near.Mean();
}

SkinTone Mix(const SkinTone& from, const SkinTone& to, float part) {
  const auto mix = [part](float a, float b) { return a + (b - a) * part; };
  return {mix(from.u, to.u), mix(from.v, to.v), mix(from.luma, to.luma)};
}

}  // namespace onair::beauty
