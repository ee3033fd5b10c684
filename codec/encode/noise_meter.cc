// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/noise_meter.h"

#include <algorithm>
#include <array>
#include <numbers>

namespace onair::codec {
namespace {

// Rows of a block that are looked at.
constexpr std::array kRows{3, 8, 13};
// And of the rows of blocks, where there are enough: every other one tells as much.
constexpr int kEnoughRows = 24;
int StepOf(const BlockGrid& grid) {
  return grid.rows >= kEnoughRows ? 2 : 1;
}
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

// Noise changes with the light, slowly: looking at two pictures of each four is enough.
constexpr int kTurn = 4;
constexpr double kPace = 0.2;

}  // namespace

NoiseMeter::NoiseMeter(PictureSize size)
    : size_(size),
      grid_{size.width / kBlockSide, size.height / kBlockSide},
      rows_(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(grid_.rows) *
            kRows.size()),
      changes_(static_cast<std::size_t>(size.width)),
      bends_(changes_.size()),
      sums_(static_cast<std::size_t>(grid_.columns)),
      levels_(sums_.size()) {}

void NoiseMeter::Add(const Picture& picture) {
  // In turns of pictures: the first of a turn is kept, the second is compared with it.
  const int turn = turn_;
  turn_ = (turn_ + 1) % kTurn;
  if (turn > 1) return;
  const double sigma = Measure(picture) / kResiduePerSigma;
  if (turn == 1) {
    sigma_ = has_compared_ ? sigma_ + (sigma - sigma_) * kPace : sigma;
    has_compared_ = true;
  } else if (!has_compared_) {
    // Compared with black: its own texture counts too, and the quietest blocks are its flattest.
    // One picture's noise instead of two's is half the variance.
    sigma_ = sigma * std::numbers::sqrt2;
  }
}

// Sums of |second difference in x of the change| per block of the row, added to `sums`.
void NoiseMeter::AddRow(const std::uint8_t* now, const std::uint8_t* last) {
  const auto width = changes_.size();
  for (std::size_t x = 0; x < width; ++x) {
    changes_[x] = static_cast<std::int16_t>(now[x] - last[x]);
  }
  for (std::size_t x = 1; x + 1 < width; ++x) {
    const int bend = changes_[x - 1] - 2 * changes_[x] + changes_[x + 1];
    bends_[x] = static_cast<std::int16_t>(bend < 0 ? -bend : bend);
  }
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    const std::int16_t* block = bends_.data() + i * kBlockSide;
    int sum = 0;
    for (int x = 1; x <= kPerRow; ++x) sum += block[x];
    sums_[i] += sum;
    levels_[i] += now[i * kBlockSide + kBlockSide / 2];
  }
}

// Mean residue of a pixel in the quietest blocks.
double NoiseMeter::Measure(const Picture& picture) {
  const PlaneView luma = picture.plane(0);
  residues_.clear();
  std::uint8_t* last = rows_.data();
  for (int row = 0; row < grid_.rows; row += StepOf(grid_)) {
    std::fill(sums_.begin(), sums_.end(), 0);
    std::fill(levels_.begin(), levels_.end(), 0);
    for (const int line : kRows) {
      const std::uint8_t* now =
          luma.data + static_cast<std::ptrdiff_t>(row * kBlockSide + line) * luma.stride_bytes;
      AddRow(now, last);
      std::copy_n(now, size_.width, last);
      last += size_.width;
    }
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      const int level = levels_[i] / static_cast<int>(kRows.size());
      if (level < kDarkest || level > kBrightest) continue;
      residues_.push_back(static_cast<float>(sums_[i]));
    }
  }
  if (residues_.empty()) residues_.push_back(0);
  const auto rank = static_cast<std::ptrdiff_t>(kQuiet * static_cast<double>(residues_.size()));
  std::nth_element(residues_.begin(), residues_.begin() + rank, residues_.end());
  return residues_[static_cast<std::size_t>(rank)] /
         static_cast<double>(kPerRow * static_cast<int>(kRows.size()));
}

}  // namespace onair::codec
