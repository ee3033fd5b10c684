// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/before_after.h"

#include <algorithm>
#include <utility>

namespace onair {
namespace {

// The dividing line is drawn this wide, in luma samples.
constexpr int kLine = 2;
constexpr std::uint8_t kWhite = 235;

void CopyHalves(PlaneView before, PlaneView after, Plane out, PictureSize size, int split) {
  for (int row = 0; row < size.height; ++row) {
    const auto* left = before.data + std::ptrdiff_t{row} * before.stride_bytes;
    const auto* right = after.data + std::ptrdiff_t{row} * after.stride_bytes;
    auto* to = out.data + std::ptrdiff_t{row} * out.stride_bytes;
    std::copy(left, left + split, to);
    std::copy(right + split, right + size.width, to + split);
  }
}

}  // namespace

Result<Picture> BeforeAfter(const Picture& before, const Picture& after, float split_at) {
  const bool is_planar =
      before.format() == PixelFormat::kI420 && after.format() == PixelFormat::kI420;
  if (!is_planar || before.size() != after.size()) {
    return Fail(ErrorCode::kInvalidConfig, "pictures of two kinds");
  }
  const PictureSize size = after.size();
  auto out = PictureBuilder::Allocate(PixelFormat::kI420, size);
  if (!out) return Forward(out);
  const float inside = std::clamp(split_at, 0.0F, 1.0F);
  const int split = static_cast<int>(inside * static_cast<float>(size.width)) / 2 * 2;
  const PictureSize chroma{ChromaSide(size.width), ChromaSide(size.height)};
  CopyHalves(before.plane(0), after.plane(0), out->plane(0), size, split);
  CopyHalves(before.plane(1), after.plane(1), out->plane(1), chroma, split / 2);
  CopyHalves(before.plane(2), after.plane(2), out->plane(2), chroma, split / 2);
  for (int row = 0; row < size.height; ++row) {
    auto* line = out->plane(0).data + std::ptrdiff_t{row} * out->plane(0).stride_bytes + split;
    std::fill_n(line, std::min(kLine, size.width - split), kWhite);
  }
  return std::move(*out).Freeze();
}

}  // namespace onair
