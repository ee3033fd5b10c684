// SPDX-License-Identifier: Apache-2.0
//
// What planes of a picture turn out to be. No JNI here.
#pragma once

#include <array>
#include <cstddef>

#include "core/base/bytes.h"
#include "core/media/video_frame.h"

namespace onair::jni {

// As Picture in Java numbers them.
enum class Pixels {
  kI420 = 1,
  kNv12 = 2,
  // Three planes with a pixel stride, as Android's cameras give them: chroma side by side (1), or
  // in pairs of either order (2), where the two planes lie a byte apart on the same memory.
  kYuv420 = 3,
};

struct PlaneLayout {
  ByteView bytes;
  int row_stride = 0;
  int pixel_stride = 1;
};

struct PictureLayout {
  Pixels pixels;
  PictureSize size;
  std::array<PlaneLayout, 3> planes;
};

constexpr std::size_t PlaneCount(Pixels pixels) {
  return pixels == Pixels::kNv12 ? 2 : 3;
}

// Bytes of a row that are read, and rows.
struct PlaneExtent {
  std::size_t row_bytes;
  std::size_t rows;
};
PlaneExtent ExtentOf(PixelFormat format, PictureSize size, std::size_t plane);

// Planes in one of our own formats, on the same memory. `is_swapped`: pairs are V U, and need a
// copy in the other order.
struct ReadPlanes {
  PixelFormat format;
  std::array<PlaneView, 3> planes;
  bool is_swapped = false;
};
// kInvalidConfig naming what does not fit.
Result<ReadPlanes> Read(const PictureLayout& layout);

// The pixels in memory of ours, pairs in the right order.
Result<Picture> CopyOf(const ReadPlanes& read, PictureSize size);

}  // namespace onair::jni
