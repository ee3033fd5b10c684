// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/media/video_frame.h"

namespace onair::capture {

// A part of a picture, with fractions of pixels.
struct Window {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

// The slow camera over a still canvas. At its widest the window is the largest of the
// output's shape, at its closest `zoom` times smaller, there and back in one cycle without a
// kink. pure.
class PanZoomPath {
 public:
  PanZoomPath(PictureSize canvas, PictureSize output, double zoom);

  // `phase` is periodic in 1.
  Window At(double phase) const;

 private:
  double canvas_width_;
  double canvas_height_;
  double widest_width_;
  double widest_height_;
  double zoom_;
  double sway_;  // Of the horizontal place, as a fraction of the room.
};

// Draws windows of a canvas at fractions of a pixel, so that slow motion does not jump.
// Bilinear; made for windows between once and twice the output's size. single-owner.
class WindowSampler {
 public:
  explicit WindowSampler(Picture canvas) : canvas_(std::move(canvas)) {}

  // I420, all of `window` inside the canvas.
  Result<Picture> Draw(const Window& window, PictureSize size);

 private:
  void DrawPlane(std::size_t plane, const Window& window, Plane out, PictureSize size);

  Picture canvas_;
  std::vector<std::uint8_t> row_;
};

}  // namespace onair::capture
