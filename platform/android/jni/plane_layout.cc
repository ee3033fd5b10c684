// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/plane_layout.h"

#include <cstring>
#include <utility>

namespace onair::jni {
namespace {

Status Refuse(const char* name) {
  return Fail(ErrorCode::kInvalidConfig, name);
}

// Whether rows of `extent` lie inside. The last row need not reach to its stride.
Status Check(const PlaneLayout& plane, PlaneExtent extent) {
  if (plane.row_stride < 0 || static_cast<std::size_t>(plane.row_stride) < extent.row_bytes) {
    return Refuse("picture.strides");
  }
  const std::size_t needed =
      (extent.rows - 1) * static_cast<std::size_t>(plane.row_stride) + extent.row_bytes;
  return plane.bytes.size() < needed ? Refuse("picture.planes") : Status{};
}

// One plane of pairs ends with its own last sample, a byte before or behind the other's.
Status CheckPaired(const PlaneLayout& plane, PictureSize size) {
  PlaneExtent extent = ExtentOf(PixelFormat::kNv12, size, 1);
  extent.row_bytes -= 1;
  return Check(plane, extent);
}

Result<ReadPlanes> ReadPairs(const PictureLayout& layout) {
  const PlaneLayout& u = layout.planes[1];
  const PlaneLayout& v = layout.planes[2];
  if (u.row_stride != v.row_stride) return Forward(Refuse("picture.strides"));
  for (const PlaneLayout* plane : {&u, &v}) {
    if (auto status = CheckPaired(*plane, layout.size); !status) return Forward(status);
  }
  const bool is_swapped = u.bytes.data() == v.bytes.data() + 1;
  if (!is_swapped && v.bytes.data() != u.bytes.data() + 1) {
    return Forward(Refuse("picture.planes"));
  }
  const PlaneLayout& first = is_swapped ? v : u;
  const PlaneLayout& luma = layout.planes[0];
  return ReadPlanes{PixelFormat::kNv12,
                    {PlaneView{luma.bytes.data(), luma.row_stride},
                     PlaneView{first.bytes.data(), first.row_stride}},
                    is_swapped};
}

Result<ReadPlanes> ReadPlain(const PictureLayout& layout, PixelFormat format) {
  ReadPlanes read{format, {}, false};
  for (std::size_t i = 0; i < PlaneCount(layout.pixels); ++i) {
    const PlaneLayout& plane = layout.planes[i];
    if (plane.pixel_stride != 1) return Forward(Refuse("picture.strides"));
    if (auto status = Check(plane, ExtentOf(format, layout.size, i)); !status) {
      return Forward(status);
    }
    read.planes[i] = {plane.bytes.data(), plane.row_stride};
  }
  return read;
}

}  // namespace

PlaneExtent ExtentOf(PixelFormat format, PictureSize size, std::size_t plane) {
  if (plane == 0) {
    return {static_cast<std::size_t>(size.width), static_cast<std::size_t>(size.height)};
  }
  const auto side = static_cast<std::size_t>(ChromaSide(size.width));
  return {format == PixelFormat::kNv12 ? 2 * side : side,
          static_cast<std::size_t>(ChromaSide(size.height))};
}

Result<ReadPlanes> Read(const PictureLayout& layout) {
  const auto is_side = [](int side) { return side >= 1 && side <= kMaxPictureSide; };
  if (!is_side(layout.size.width)) return Forward(Refuse("picture.width"));
  if (!is_side(layout.size.height)) return Forward(Refuse("picture.height"));
  if (layout.pixels == Pixels::kNv12) return ReadPlain(layout, PixelFormat::kNv12);
  const bool is_paired = layout.pixels == Pixels::kYuv420 && layout.planes[1].pixel_stride == 2 &&
                         layout.planes[2].pixel_stride == 2;
  if (!is_paired) return ReadPlain(layout, PixelFormat::kI420);
  if (layout.planes[0].pixel_stride != 1) return Forward(Refuse("picture.strides"));
  const PlaneExtent luma = ExtentOf(PixelFormat::kNv12, layout.size, 0);
  if (auto status = Check(layout.planes[0], luma); !status) return Forward(status);
  return ReadPairs(layout);
}

Result<Picture> CopyOf(const ReadPlanes& read, PictureSize size) {
  auto copy = PictureBuilder::Allocate(read.format, size);
  if (!copy) return Forward(copy);
  const std::size_t planes = read.format == PixelFormat::kNv12 ? 2 : 3;
  for (std::size_t i = 0; i < planes; ++i) {
    const PlaneExtent extent = ExtentOf(read.format, size, i);
    for (std::size_t row = 0; row < extent.rows; ++row) {
      const auto at = [row](int stride) { return static_cast<std::ptrdiff_t>(row) * stride; };
      const std::uint8_t* from = read.planes[i].data + at(read.planes[i].stride_bytes);
      std::uint8_t* to = copy->plane(i).data + at(copy->plane(i).stride_bytes);
      std::memcpy(to, from, extent.row_bytes);
      if (i == 0 || !read.is_swapped) continue;
      for (std::size_t x = 0; x + 1 < extent.row_bytes; x += 2) std::swap(to[x], to[x + 1]);
    }
  }
  return std::move(*copy).Freeze();
}

}  // namespace onair::jni
