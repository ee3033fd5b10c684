// SPDX-License-Identifier: Apache-2.0
#include "capture/file/pan_zoom.h"

#include <libyuv.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace onair::capture {
namespace {

// How far down the room above and below the window lies, as a fraction: small keeps heads
// whole, and the point a third from the top of the picture in view.
constexpr double kDown = 0.13;
constexpr double kDownSway = 0.05;
constexpr double kSideSway = 0.3;

}  // namespace

PanZoomPath::PanZoomPath(PictureSize canvas, PictureSize output, double zoom)
    : canvas_width_(canvas.width), canvas_height_(canvas.height), zoom_(zoom) {
  const double scale = std::fmin(canvas_width_ / output.width, canvas_height_ / output.height);
  widest_width_ = output.width * scale;
  widest_height_ = output.height * scale;
  // The middle of the picture keeps 15 % of the window to either side.
  const double closest = widest_width_ / zoom_;
  const double room = std::fmax(canvas_width_ - closest, 1);
  sway_ = std::fmin(kSideSway, 0.35 * closest / room);
}

Window PanZoomPath::At(double phase) const {
  const double turn = 2 * std::numbers::pi * phase;
  // Zoom by equal factors in equal times looks even.
  const double zoom = std::pow(zoom_, (1 - std::cos(turn)) / 2);
  Window window{0, 0, widest_width_ / zoom, widest_height_ / zoom};
  window.x = (0.5 + sway_ * std::sin(turn)) * (canvas_width_ - window.width);
  window.y = (kDown - kDownSway * std::cos(turn)) * (canvas_height_ - window.height);
  return window;
}

Result<Picture> WindowSampler::Draw(const Window& window, PictureSize size) {
  auto out = PictureBuilder::Allocate(PixelFormat::kI420, size);
  if (!out) return Forward(out);
  DrawPlane(0, window, out->plane(0), size);
  const Window half{window.x / 2, window.y / 2, window.width / 2, window.height / 2};
  const PictureSize chroma{ChromaSide(size.width), ChromaSide(size.height)};
  for (std::size_t i = 1; i < 3; ++i) DrawPlane(i, half, out->plane(i), chroma);
  return std::move(*out).Freeze();
}

// Two source rows are mixed into one first (fast), then read at fractions of a column.
void WindowSampler::DrawPlane(std::size_t plane, const Window& window, Plane out,
                              PictureSize size) {
  const PlaneView from = canvas_.plane(plane);
  const auto [luma_width, luma_height] = canvas_.size();
  const int width = plane == 0 ? luma_width : ChromaSide(luma_width);
  const int height = plane == 0 ? luma_height : ChromaSide(luma_height);
  row_.resize(static_cast<std::size_t>(width) + 1);

  constexpr double kOne = 65536;
  const double step_x = window.width / size.width;
  const double step_y = window.height / size.height;
  const auto step = static_cast<std::int64_t>(step_x * kOne);
  const double first_x = std::clamp(window.x + step_x / 2 - 0.5, 0.0, width - 1.0);
  const auto start = static_cast<std::int64_t>(first_x * kOne);
  const int left = static_cast<int>(start >> 16);
  const auto last = (start + step * (size.width - 1)) >> 16;
  const int right = std::min(width, static_cast<int>(last) + 2);
  // The columns beyond the border repeat it.
  const std::int64_t limit = (static_cast<std::int64_t>(width) - 1) << 16;
  for (int y = 0; y < size.height; ++y) {
    const double at = std::clamp(window.y + (y + 0.5) * step_y - 0.5, 0.0, height - 1.0);
    const int upper = static_cast<int>(at);
    const int lower = std::min(upper + 1, height - 1);
    const auto row = [&](int n) {
      return from.data + static_cast<std::ptrdiff_t>(n) * from.stride_bytes + left;
    };
    libyuv::InterpolatePlane(row(upper), 0, row(lower), 0, row_.data() + left, 0, right - left, 1,
                             static_cast<int>((at - upper) * 256));
    row_[static_cast<std::size_t>(width)] = row_[static_cast<std::size_t>(width) - 1];

    const std::uint8_t* mixed = row_.data();
    std::uint8_t* to = out.data + static_cast<std::ptrdiff_t>(y) * out.stride_bytes;
    std::int64_t x = start;
    for (int i = 0; i < size.width; ++i, x += step) {
      const std::int64_t inside = std::min(x, limit);
      const std::uint8_t* pair = mixed + (inside >> 16);
      const auto part = static_cast<int>(inside >> 8 & 0xff);
      to[i] = static_cast<std::uint8_t>((pair[0] * (256 - part) + pair[1] * part + 128) >> 8);
    }
  }
}

}  // namespace onair::capture
