// SPDX-License-Identifier: Apache-2.0
//
// How well each block of the picture was foretold by the last pictures: what is still will be
// referred to for long, so bits spent on it pay in every picture that follows. A macroblock
// tree (x264 encoder/slicetype.c macroblock_tree_propagate) that looks back instead of ahead and
// costs no delay. Private to the room.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/encode/block_grid.h"

namespace onair::codec {

// Pure, single-owner.
class BlockHistory {
 public:
  explicit BlockHistory(PictureSize size);

  void Add(const Picture& picture);

  // Per block: the share of it that its predecessor foretold, [0, 1), a mean over the last
  // pictures; 0 until two were seen.
  std::span<const float> foretold() const { return foretold_; }
  // Per block: how far it is from what its predecessor foretold, as a mean square of luma steps of
  // the small picture over the last pictures; all there can be until two were seen.
  std::span<const float> change() const { return change_; }
  // Per block of the last picture: what it takes to code it from its predecessor, and
  // alone, in luma steps of the small picture.
  std::span<const float> inter() const { return inter_; }
  std::span<const float> intra() const { return intra_; }

 private:
  // The last picture, shifted by half a pixel right, down and both.
  enum Shift : std::size_t { kNone = 0, kRight = 1, kDown = 2, kBoth = 3, kShifts = 4 };
  struct Vector {
    int x;
    int y;
    Shift shift;
  };

  void Shrink(const Picture& picture);
  void ShrinkRow(const PlaneView& luma, int row);
  void Extend();
  void ShiftLast();
  void MeasureIntra(int row);
  void MeasureInter(int row);
  void Try(const Vector& vector, int row);
  void Remember();
  std::ptrdiff_t At(int x, int y) const;

  PictureSize size_;
  BlockGrid grid_;
  int stride_;
  std::vector<std::uint8_t> now_;
  std::array<std::vector<std::uint8_t>, kShifts> last_;
  std::vector<std::uint8_t> black_;  // A row of the picture.
  std::vector<std::uint8_t> means_;  // Of a row of blocks, for each of their pixels.
  std::vector<std::uint16_t> sums_;  // Of a row of pixels, or of blocks.
  std::vector<std::uint16_t> best_;  // Of a row of blocks.
  std::vector<float> intra_;
  std::vector<float> inter_;
  std::vector<float> foretold_;
  std::vector<float> change_;
  int seen_ = 0;  // Pictures, up to what the mean remembers.
};

}  // namespace onair::codec
