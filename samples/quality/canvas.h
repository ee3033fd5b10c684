// SPDX-License-Identifier: Apache-2.0
//
// A picture to compose others on: scaled parts, boxes and words.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/result.h"
#include "core/media/video_frame.h"

namespace onair::samples {

struct PixelRect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  bool operator==(const PixelRect&) const = default;
};

// The part `from` of an I420 or NV12 picture as I420 of size `to`, by area: means where it
// shrinks, sharp pixels where it grows by a whole factor. `from` has even corners and lies in
// the picture; kInvalidConfig for a size that no picture has.
Result<Picture> Resampled(const Picture& picture, PixelRect from, PictureSize to);

// Single-owner.
class Canvas {
 public:
  // Dark grey. Even sides; kInvalidConfig for sides outside 1..kMaxPictureSide.
  static Result<Canvas> Make(PictureSize size);

  // `from` of the picture onto `to`, in this canvas's colours (a small picture is BT.601, a
  // large canvas BT.709). Both have even corners, and `to` lies in the canvas.
  Status Paste(const Picture& picture, PixelRect from, PixelRect to);

  // A white frame with a black one around it; what leaves the canvas is cut off.
  void Frame(PixelRect rect);

  // One line of capitals that fits into `place`.
  void Write(std::string_view text, PixelRect place);

  Picture Freeze() && { return std::move(builder_).Freeze(); }

 private:
  explicit Canvas(PictureBuilder builder) : builder_(std::move(builder)) {}
  void Outline(PixelRect rect, std::uint8_t level);

  PictureBuilder builder_;
};

}  // namespace onair::samples
