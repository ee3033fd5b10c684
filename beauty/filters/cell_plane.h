// SPDX-License-Identifier: Apache-2.0
//
// Numbers on the cells of a picture (kernels.h), kept between pictures so that nothing is
// allocated in a steady stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "beauty/filters/kernels.h"
#include "core/media/video_frame.h"

namespace onair::beauty {

constexpr int CellsAcross(int pixels) {
  return (pixels + kCell - 1) / kCell;
}

// Between which rows of cells a row of samples lies.
struct CellsBetween {
  int from;
  int to;
  std::int16_t part_q15;  // Of `to`.
};
inline CellsBetween CellRowsAt(int y, int samples_per_cell, int rows) {
  const int twice = 2 * y + 1 - samples_per_cell;  // Twice the samples after the first centre.
  const int whole = 2 * samples_per_cell;
  const int from = twice < 0 ? -1 : twice / whole;
  const int part = twice - from * whole;
  return {from < 0 ? 0 : from, from + 1 < rows ? from + 1 : rows - 1,
          static_cast<std::int16_t>(part * 32767 / whole)};
}

// Rows of cells with kCellPad more on both sides. Value.
template <typename T>
class CellPlane {
 public:
  void Resize(int columns, int rows) {
    columns_ = columns;
    rows_ = rows;
    cells_.resize(Stride() * static_cast<std::size_t>(rows));
  }
  int columns() const { return columns_; }
  int rows() const { return rows_; }

  T* Row(int y) { return cells_.data() + static_cast<std::size_t>(y) * Stride() + kCellPad; }
  const T* Row(int y) const { return const_cast<CellPlane*>(this)->Row(y); }

  // The border cells stand for what lies outside the picture.
  void PadRow(int y) {
    T* row = Row(y);
    for (int i = 1; i <= kCellPad; ++i) {
      row[-i] = row[0];
      row[columns_ - 1 + i] = row[columns_ - 1];
    }
  }

 private:
  std::size_t Stride() const { return static_cast<std::size_t>(columns_) + 2 * kCellPad; }
  int columns_ = 0;
  int rows_ = 0;
  std::vector<T> cells_;
};

}  // namespace onair::beauty
