// SPDX-License-Identifier: Apache-2.0
//
// A CubeLut applied to I420 without leaving it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "beauty/filters/cube_lut.h"
#include "beauty/filters/i420.h"

namespace onair::beauty {

// The table sampled once in YUV, as differences: what an identity table would not change stays
// to the bit. What becomes of a chroma value, for each luma, is worked out when it is first seen
// and looked up from then on: a scene has few thousand chromas, and the same ones again and
// again. Holds 220 kB and 768 bytes for each pair of U and pair of V in sight: 1 MB for a scene,
// 13 MB for all colours there are. Single-owner.
class LutPass {
 public:
  // Samples `lut` for pictures of this size's colour matrix. Takes about two milliseconds.
  void SetLut(const CubeLut& lut, PictureSize size);

  // In place; `strength` [0, 1], a new one begins with no columns. After SetLut().
  void Apply(float strength, const I420Planes& planes);

 private:
  static constexpr int kSide = 33;  // Nodes, every 8 codes.
  static constexpr int kNodes = 3 * kSide;
  static constexpr int kPairs = 128;  // Of codes of U or V.
  static constexpr int kLumas = 64;   // Of which chroma knows: every 4 codes.

  // What becomes of pixels whose U and V are one of two neighbouring codes each: luma as if
  // they were between, chroma of each.
  struct Column {
    std::array<std::uint8_t, 256> luma;
    struct Add {
      std::uint8_t u, v;  // Modulo 256.
    };
    std::array<std::array<Add, 4>, kLumas> chroma;  // Second code of U: + 1, of V: + 2.
  };

  // Of U and V, linear between the nodes.
  std::array<float, kNodes> NodesAt(float u, float v) const;
  void Fill(std::size_t pair, Column& column) const;

  // Two of luma and one of chroma.
  struct Rows {
    std::uint8_t* above;
    std::uint8_t* below;
    std::uint8_t* u;
    std::uint8_t* v;
  };
  void FillFor(const Rows& rows);
  void GradeRows(const Rows& rows, int width) const;

  std::vector<std::int16_t> nodes_;  // V, U, then Y by luma, U by luma, V by luma; 1/64 code.
  float strength_ = -1;
  std::array<std::uint8_t, std::size_t{kPairs} * kPairs> is_filled_{};
  // Not initialised: memory that no column is in is never touched.
  std::unique_ptr<Column[]> columns_;
  std::vector<std::uint16_t> pairs_;  // Of the row at hand.
};

}  // namespace onair::beauty
