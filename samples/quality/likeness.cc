// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/likeness.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace onair::samples {
namespace {

constexpr double kPerfect = 100;  // dB.

const std::uint8_t* Row(const Picture& picture, int y) {
  const PlaneView luma = picture.plane(0);
  return luma.data + static_cast<std::ptrdiff_t>(y) * luma.stride_bytes;
}

// First and second moments of a window of both pictures.
struct Moments {
  int a = 0;
  int b = 0;
  int squares = 0;
  int product = 0;

  Moments& operator+=(const Moments& o) {
    a += o.a;
    b += o.b;
    squares += o.squares;
    product += o.product;
    return *this;
  }
};

constexpr int kCell = 4;

Moments MomentsOf(const Picture& a, const Picture& b, int x0, int y0) {
  Moments m;
  for (int y = y0; y < y0 + kCell; ++y) {
    const std::uint8_t* p = Row(a, y) + x0;
    const std::uint8_t* q = Row(b, y) + x0;
    for (int x = 0; x < kCell; ++x) {
      m.a += p[x];
      m.b += q[x];
      m.squares += p[x] * p[x] + q[x] * q[x];
      m.product += p[x] * q[x];
    }
  }
  return m;
}

double SimilarityOf(const Moments& m) {
  constexpr double kPixels = 64;
  constexpr double kC1 = 0.01 * 255 * 0.01 * 255;
  constexpr double kC2 = 0.03 * 255 * 0.03 * 255;
  const double mean_a = m.a / kPixels;
  const double mean_b = m.b / kPixels;
  const double variances = m.squares / kPixels - mean_a * mean_a - mean_b * mean_b;
  const double covariance = m.product / kPixels - mean_a * mean_b;
  return (2 * mean_a * mean_b + kC1) * (2 * covariance + kC2) /
         ((mean_a * mean_a + mean_b * mean_b + kC1) * (variances + kC2));
}

constexpr std::array kAllRegions{Region::kFace, Region::kRing, Region::kBackground, Region::kAll};

}  // namespace

RegionSums SquaredErrors(const Picture& a, const Picture& b, const RegionMask& mask) {
  RegionSums sums;
  for (int y = 0; y < mask.size().height; ++y) {
    const std::uint8_t* p = Row(a, y);
    const std::uint8_t* q = Row(b, y);
    // In runs of one part, so that the sum is the compiler's to vectorise.
    for (int from = 0; from < mask.size().width;) {
      const std::uint8_t part = mask.At(from, y);
      int to = from;
      while (to < mask.size().width && mask.At(to, y) == part) ++to;
      int sum = 0;
      for (int x = from; x < to; ++x) sum += (p[x] - q[x]) * (p[x] - q[x]);
      sums.Add(part, sum, to - from);
      from = to;
    }
  }
  return sums;
}

RegionSums Similarities(const Picture& a, const Picture& b, const RegionMask& mask) {
  const int columns = mask.size().width / kCell;
  const int rows = mask.size().height / kCell;
  std::vector<Moments> above(static_cast<std::size_t>(columns));
  std::vector<Moments> here(above.size());
  RegionSums sums;
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      here[static_cast<std::size_t>(column)] = MomentsOf(a, b, column * kCell, row * kCell);
    }
    for (std::size_t i = 1; row > 0 && i < here.size(); ++i) {
      Moments window = above[i - 1];
      window += above[i];
      window += here[i - 1];
      window += here[i];
      sums.Add(mask.At(static_cast<int>(i) * kCell, row * kCell), SimilarityOf(window));
    }
    std::swap(above, here);
  }
  return sums;
}

double PsnrOf(double mean_squared_error) {
  if (mean_squared_error <= 0) return kPerfect;
  return std::min(kPerfect, 10 * std::log10(255.0 * 255.0 / mean_squared_error));
}

double SsimDb(double ssim) {
  if (ssim >= 1) return kPerfect;
  return std::min(kPerfect, -10 * std::log10(1 - ssim));
}

void Likeness::Add(const Picture& decoded, const Picture& original, const RegionMask& mask) {
  const RegionSums errors = SquaredErrors(decoded, original, mask);
  const RegionSums similarities = Similarities(decoded, original, mask);
  for (const Region region : kAllRegions) {
    const auto i = static_cast<std::size_t>(region);
    if (const double pixels = errors.count_of(region); pixels > 0) {
      psnr_[i].sum += PsnrOf(errors.sum_of(region) / pixels);
      ++psnr_[i].count;
    }
    if (const double windows = similarities.count_of(region); windows > 0) {
      ssim_[i].sum += similarities.sum_of(region) / windows;
      ++ssim_[i].count;
    }
  }
}

std::optional<double> Likeness::MeanOf(const Means& means, Region region) {
  const Mean& mean = means[static_cast<std::size_t>(region)];
  if (mean.count == 0) return std::nullopt;
  return mean.sum / mean.count;
}

}  // namespace onair::samples
