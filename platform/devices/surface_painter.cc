// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/surface_painter.h"

#include <libyuv.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/media/turn.h"

namespace onair::devices {
namespace {

constexpr int kPixelBytes = 4;
// Source: what broadcasters and encoders assume where a stream says nothing, ITU-R BT.709.
constexpr int kLeast709Lines = 720;

std::uint8_t* At(const PixelSurface& to, int x, int y) {
  return to.data + static_cast<std::ptrdiff_t>(y) * to.stride_bytes +
         static_cast<std::ptrdiff_t>(x) * kPixelBytes;
}

void Blacken(const PixelSurface& to, int left, int top, int width, int height) {
  if (width <= 0 || height <= 0) return;
  libyuv::ARGBRect(to.data, to.stride_bytes, left, top, width, height, 0xFF000000U);
}

// What the picture leaves free.
void BlackenAround(const PixelSurface& to, const PictureBox& box) {
  const int right = box.left + box.size.width;
  const int bottom = box.top + box.size.height;
  Blacken(to, 0, 0, to.size.width, box.top);
  Blacken(to, 0, bottom, to.size.width, to.size.height - bottom);
  Blacken(to, 0, box.top, box.left, box.size.height);
  Blacken(to, right, box.top, to.size.width - right, box.size.height);
}

}  // namespace

PictureBox FitBox(PictureSize window, PictureSize upright) {
  const double scale = std::min(static_cast<double>(window.width) / upright.width,
                                static_cast<double>(window.height) / upright.height);
  const auto side = [scale](int of_picture, int of_window) {
    return std::clamp(static_cast<int>(std::lround(of_picture * scale)), 1, of_window);
  };
  PictureBox box;
  box.size = {side(upright.width, window.width), side(upright.height, window.height)};
  box.left = (window.width - box.size.width) / 2;
  box.top = (window.height - box.size.height) / 2;
  return box;
}

void SurfacePainter::Pixels::Resize(PictureSize to) {
  size = to;
  const auto luma = static_cast<std::size_t>(to.width) * static_cast<std::size_t>(to.height);
  const auto chroma = static_cast<std::size_t>(ChromaSide(to.width)) *
                      static_cast<std::size_t>(ChromaSide(to.height));
  bytes.resize(luma + 2 * chroma);
}

Plane SurfacePainter::Pixels::plane(std::size_t i) {
  if (i == 0) return {bytes.data(), size.width};
  const std::ptrdiff_t luma = static_cast<std::ptrdiff_t>(size.width) * size.height;
  const std::ptrdiff_t chroma =
      static_cast<std::ptrdiff_t>(ChromaSide(size.width)) * ChromaSide(size.height);
  return {bytes.data() + luma + static_cast<std::ptrdiff_t>(i - 1) * chroma,
          ChromaSide(size.width)};
}

// To I420, upright.
bool SurfacePainter::Turn(const Picture& picture, Rotation rotation) {
  const auto [width, height] = picture.size();
  turned_.Resize(Turned(picture.size(), rotation));
  const auto mode = static_cast<libyuv::RotationMode>(DegreesOf(rotation));
  const PlaneView y = picture.plane(0);
  const PlaneView u = picture.plane(1);
  const PlaneView v = picture.plane(2);
  const Plane to_y = turned_.plane(0);
  const Plane to_u = turned_.plane(1);
  const Plane to_v = turned_.plane(2);
  if (picture.format() == PixelFormat::kNv12) {
    return libyuv::NV12ToI420Rotate(y.data, y.stride_bytes, u.data, u.stride_bytes, to_y.data,
                                    to_y.stride_bytes, to_u.data, to_u.stride_bytes, to_v.data,
                                    to_v.stride_bytes, width, height, mode) == 0;
  }
  return libyuv::I420Rotate(y.data, y.stride_bytes, u.data, u.stride_bytes, v.data, v.stride_bytes,
                            to_y.data, to_y.stride_bytes, to_u.data, to_u.stride_bytes, to_v.data,
                            to_v.stride_bytes, width, height, mode) == 0;
}

bool SurfacePainter::Scale(const Planes& from, PictureSize from_size, PictureSize to_size) {
  scaled_.Resize(to_size);
  const Plane y = scaled_.plane(0);
  const Plane u = scaled_.plane(1);
  const Plane v = scaled_.plane(2);
  return libyuv::I420Scale(from[0].data, from[0].stride_bytes, from[1].data, from[1].stride_bytes,
                           from[2].data, from[2].stride_bytes, from_size.width, from_size.height,
                           y.data, y.stride_bytes, u.data, u.stride_bytes, v.data, v.stride_bytes,
                           to_size.width, to_size.height, libyuv::kFilterBilinear) == 0;
}

Status SurfacePainter::Paint(const Picture& picture, Rotation rotation, const PixelSurface& to) {
  Planes planes{picture.plane(0), picture.plane(1), picture.plane(2)};
  PictureSize size = picture.size();
  if (rotation != Rotation::k0 || picture.format() != PixelFormat::kI420) {
    if (!Turn(picture, rotation)) return Fail(ErrorCode::kInternal, "picture: turn");
    for (std::size_t i = 0; i < planes.size(); ++i) {
      planes[i] = {turned_.plane(i).data, turned_.plane(i).stride_bytes};
    }
    size = turned_.size;
  }
  const PictureBox box = FitBox(to.size, size);
  if (box.size != size) {
    if (!Scale(planes, size, box.size)) return Fail(ErrorCode::kInternal, "picture: scale");
    for (std::size_t i = 0; i < planes.size(); ++i) {
      planes[i] = {scaled_.plane(i).data, scaled_.plane(i).stride_bytes};
    }
  }
  BlackenAround(to, box);
  const auto* const matrix = picture.size().height >= kLeast709Lines ? &libyuv::kYuvH709Constants
                                                                     : &libyuv::kYuvI601Constants;
  const bool is_painted =
      libyuv::I420ToARGBMatrix(planes[0].data, planes[0].stride_bytes, planes[1].data,
                               planes[1].stride_bytes, planes[2].data, planes[2].stride_bytes,
                               At(to, box.left, box.top), to.stride_bytes, matrix, box.size.width,
                               box.size.height) == 0;
  if (!is_painted) return Fail(ErrorCode::kInternal, "picture: colours");
  return {};
}

}  // namespace onair::devices
