// SPDX-License-Identifier: Apache-2.0
//
// What stands still on the test picture, and the two pieces that move over it.
#pragma once

#include <cstdint>
#include <vector>

#include "capture/synthetic/layout.h"
#include "core/media/video_frame.h"

namespace onair::capture {

// Bars at 75 %, grey ramp, hues, and a dark ground with a grid below them.
Result<Picture> PaintTestCard(PictureSize size);

// A ball with a soft edge: coverage and colour per pixel, chroma at half size.
struct Ball {
  Ball(int diameter, PictureSize size);

  // Blends it in; the corner is even, the ball lies inside the picture.
  void Draw(int x, int y, const PictureBuilder& picture) const;

  struct Sprite {
    int side = 0;
    std::vector<std::uint8_t> coverage;  // 0..255.
    std::vector<std::uint8_t> colour;
    void Blend(int x, int y, const Plane& plane) const;
  };
  int diameter;  // Even.
  Sprite luma;
  Sprite blue;
  Sprite red;
};

// Cloth-like noise with fine detail, larger than its window, which wanders over it.
struct Texture {
  Texture(const Area& window, PictureSize size);

  // `phase` turns once per round of the window.
  void Draw(double phase, const PictureBuilder& picture) const;

  Area window;
  int travel;  // Pixels in each direction, even.
  int stride;
  std::vector<std::uint8_t> luma;
};

}  // namespace onair::capture
