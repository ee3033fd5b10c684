// SPDX-License-Identifier: Apache-2.0
#include "core/media/video_frame.h"

#include <new>
#include <string>

namespace onair {
namespace {

constexpr std::size_t kAlignment = 64;  // One cache line, and the widest vector load in use.

std::size_t RoundUp(std::size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

Result<PictureBuilder> PictureBuilder::Allocate(PixelFormat format, PictureSize size) {
  if (size.width < 1 || size.height < 1 || size.width > kMaxPictureSide ||
      size.height > kMaxPictureSide) {
    return Fail(ErrorCode::kInvalidConfig,
                "picture size " + std::to_string(size.width) + "x" + std::to_string(size.height));
  }
  const auto chroma_rows = static_cast<std::size_t>(ChromaSide(size.height));
  const auto chroma_width = static_cast<std::size_t>(ChromaSide(size.width));
  const bool is_planar = format == PixelFormat::kI420;
  const std::size_t luma_stride = RoundUp(static_cast<std::size_t>(size.width));
  const std::size_t chroma_stride = RoundUp(is_planar ? chroma_width : 2 * chroma_width);
  const std::size_t luma_bytes = luma_stride * static_cast<std::size_t>(size.height);
  const std::size_t chroma_bytes = chroma_stride * chroma_rows;
  const std::size_t total = luma_bytes + chroma_bytes * (is_planar ? 2 : 1);

  auto* memory =
      static_cast<std::uint8_t*>(::operator new(total, std::align_val_t(kAlignment), std::nothrow));
  if (memory == nullptr) return Fail(ErrorCode::kOutOfMemory, "picture");

  PictureBuilder builder(format, size);
  builder.memory_ = std::shared_ptr<std::uint8_t>(
      memory, [](std::uint8_t* p) { ::operator delete(p, std::align_val_t(kAlignment)); });
  builder.planes_[0] = {memory, static_cast<int>(luma_stride)};
  builder.planes_[1] = {memory + luma_bytes, static_cast<int>(chroma_stride)};
  if (is_planar) {
    builder.planes_[2] = {memory + luma_bytes + chroma_bytes, static_cast<int>(chroma_stride)};
  }
  return builder;
}

Picture PictureBuilder::Freeze() && {
  std::array<PlaneView, 3> views;
  for (std::size_t i = 0; i < views.size(); ++i) {
    views[i] = {planes_[i].data, planes_[i].stride_bytes};
  }
  return Picture(format_, size_, views, std::move(memory_));
}

}  // namespace onair
