// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/media/video_frame.h"

namespace onair::devices {

// Memory of a screen: 32 bits a pixel, blue in the lowest byte, the highest one unused. Borrowed.
struct PixelSurface {
  std::uint8_t* data = nullptr;
  int stride_bytes = 0;  // At least 4 x size.width.
  PictureSize size;      // In pixels, each side at least 1.
};

// Where a picture of this size (upright) stands in a window: as large as it fits with its shape
// kept, in the middle.
struct PictureBox {
  int left = 0;  // Pixels, as the others.
  int top = 0;
  PictureSize size;
  bool operator==(const PictureBox&) const = default;
};
PictureBox FitBox(PictureSize window, PictureSize upright);

// Draws pictures into a screen's memory by the processor, upright, on black. BT.709 from 720 lines
// on, else BT.601; libyuv holds the former's blue to 14 of 255. Single-owner; keeps its memory from
// picture to picture.
class SurfacePainter {
 public:
  // kInternal: libyuv refuses, which sizes of Picture and PixelSurface do not let happen.
  Status Paint(const Picture& picture, Rotation rotation, const PixelSurface& to);

 private:
  // I420, packed.
  struct Pixels {
    PictureSize size;
    std::vector<std::uint8_t> bytes;
    Plane plane(std::size_t i);
    void Resize(PictureSize to);
  };
  using Planes = std::array<PlaneView, 3>;

  bool Turn(const Picture& picture, Rotation rotation);
  bool Scale(const Planes& from, PictureSize from_size, PictureSize to_size);

  Pixels turned_;
  Pixels scaled_;
};

}  // namespace onair::devices
