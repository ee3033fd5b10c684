// SPDX-License-Identifier: Apache-2.0
//
// Pictures as 16x16 blocks, row by row: the unit in which encoders take quantiser offsets.
// Private to the room.
#pragma once

#include <cstddef>

#include "core/media/video_frame.h"

namespace onair::codec {

inline constexpr int kBlockSide = 16;  // Pixels.

struct BlockGrid {
  int columns = 0;
  int rows = 0;

  // The last column and row may hang over the edge of the picture.
  static constexpr BlockGrid Of(PictureSize size) {
    return {(size.width + kBlockSide - 1) / kBlockSide,
            (size.height + kBlockSide - 1) / kBlockSide};
  }
  constexpr std::size_t count() const {
    return static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
  }
  constexpr std::size_t At(int column, int row) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
           static_cast<std::size_t>(column);
  }
  bool operator==(const BlockGrid&) const = default;
};

}  // namespace onair::codec
