// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/noise_meter.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace onair::codec {
namespace {

// Rows of a block that are looked at.
constexpr std::array kRows{3, 8, 13};
// Second differences inside a block's row.
constexpr int kPerRow = kBlockSide - 2;

// The quietest tenth of the blocks is still and flat even under a moving camera.
constexpr double kQuiet = 0.1;
// Black and white are clipped: no noise to see. Luma steps.
constexpr int kDarkest = 24;
constexpr int kBrightest = 228;

// Mean |second difference of the difference of two pictures| for a sigma of 1:
// sqrt(2 * (1 + 4 + 1)) * sqrt(2 / pi); the quietest tenth of samples of 42 lies 0.2 below.
constexpr double kResiduePerSigma = 2.76 * 0.82;

// Noise changes with the light, slowly.
constexpr double kPace = 0.1;

}  // namespace

NoiseMeter::NoiseMeter(PictureSize size)
    : size_(size),
      grid_{size.width / kBlockSide, size.height / kBlockSide},
      rows_(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(grid_.rows) *
            kRows.size()) {}

void NoiseMeter::Add(const Picture& picture) {
  const auto measured = Measure(picture);
  if (!measured) return;
  sigma_ = has_last_ ? sigma_ + (*measured - sigma_) * kPace : *measured;
  has_last_ = true;
}

std::optional<double> NoiseMeter::Measure(const Picture& picture) {
  const PlaneView luma = picture.plane(0);
  const bool is_first = residues_.empty();
  residues_.clear();
  std::uint8_t* last = rows_.data();
  std::vector<int> sums(static_cast<std::size_t>(grid_.columns));
  std::vector<int> levels(sums.size());
  for (int row = 0; row < grid_.rows; ++row) {
    std::fill(sums.begin(), sums.end(), 0);
    std::fill(levels.begin(), levels.end(), 0);
    for (const int line : kRows) {
      const std::uint8_t* now =
          luma.data + static_cast<std::ptrdiff_t>(row * kBlockSide + line) * luma.stride_bytes;
      for (int column = 0; column < grid_.columns; ++column) {
        const int from = column * kBlockSide;
        int sum = 0;
        for (int x = from + 1; x <= from + kPerRow; ++x) {
          const auto change = [&](int i) { return now[i] - last[i]; };
          sum += std::abs(change(x - 1) - 2 * change(x) + change(x + 1));
        }
        sums[static_cast<std::size_t>(column)] += sum;
        levels[static_cast<std::size_t>(column)] += now[from + kBlockSide / 2];
      }
      std::copy_n(now, size_.width, last);
      last += size_.width;
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const int level = levels[i] / static_cast<int>(kRows.size());
      if (level < kDarkest || level > kBrightest) continue;
      residues_.push_back(static_cast<float>(sums[i]));
    }
  }
  if (residues_.empty()) residues_.push_back(0);
  if (is_first) return std::nullopt;
  const auto rank = static_cast<std::ptrdiff_t>(kQuiet * static_cast<double>(residues_.size()));
  std::nth_element(residues_.begin(), residues_.begin() + rank, residues_.end());
  const double mean = residues_[static_cast<std::size_t>(rank)] /
                      static_cast<double>(kPerRow * static_cast<int>(kRows.size()));
  return mean / kResiduePerSigma;
}

}  // namespace onair::codec
