// SPDX-License-Identifier: Apache-2.0
//
// How noisy the source is. Private to the room.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "codec/encode/block_grid.h"

namespace onair::codec {

// What changes from picture to picture in the quietest blocks, less what changes smoothly, is
// noise: a few rows per block tell it. Pure, single-owner.
class NoiseMeter {
 public:
  explicit NoiseMeter(PictureSize size);

  void Add(const Picture& picture);

  // Standard deviation of luma noise, in luma steps; 0 until two pictures were seen.
  double sigma() const { return sigma_; }

 private:
  std::optional<double> Measure(const Picture& picture);

  PictureSize size_;
  BlockGrid grid_;
  std::vector<std::uint8_t> rows_;  // The sampled rows of the last picture.
  std::vector<float> residues_;     // Of the blocks of one picture.
  bool has_last_ = false;
  double sigma_ = 0;
};

}  // namespace onair::codec
