// SPDX-License-Identifier: Apache-2.0
//
// How noisy the source is. Private to the room.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/encode/block_grid.h"

namespace onair::codec {

// What changes from picture to picture in the quietest blocks, less what changes smoothly, is
// noise: a few rows per block tell it. Pure, single-owner.
class NoiseMeter {
 public:
  explicit NoiseMeter(PictureSize size);

  void Add(const Picture& picture);

  // Standard deviation of luma noise, in luma steps; a rough guess after one picture.
  double sigma() const { return sigma_; }

 private:
  double Measure(const Picture& picture);
  void AddRow(const std::uint8_t* now, const std::uint8_t* last);

  PictureSize size_;
  BlockGrid grid_;
  std::vector<std::uint8_t> rows_;     // The sampled rows of the last picture.
  std::vector<std::int16_t> changes_;  // Of a row since the last picture,
  std::vector<std::int16_t> bends_;    // and how much they bend.
  std::vector<int> sums_;              // Of a row of blocks.
  std::vector<int> levels_;
  std::vector<float> residues_;  // Of the blocks of one picture.
  int turn_ = 0;
  bool has_compared_ = false;
  double sigma_ = 0;
};

}  // namespace onair::codec
