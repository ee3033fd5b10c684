// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/bridge/effects.h"

#include <cstdlib>
#include <cstring>

#include "platform/apple/bridge/guarded.h"

namespace onair::apple {
namespace {

template <typename View>
auto* RowOf(const View& plane, int row) {
  return plane.data + static_cast<std::ptrdiff_t>(row) * plane.stride_bytes;
}

// U and V out of their turns.
void Unweave(const PlaneView& from, const Plane& u, const Plane& v, PictureSize pairs) {
  for (int row = 0; row < pairs.height; ++row) {
    const std::uint8_t* in = RowOf(from, row);
    std::uint8_t* to_u = RowOf(u, row);
    std::uint8_t* to_v = RowOf(v, row);
    for (int i = 0; i < pairs.width; ++i) {
      to_u[i] = in[2 * i];
      to_v[i] = in[2 * i + 1];
    }
  }
}

}  // namespace

Result<Picture> FilteredOf(const Picture& answer) noexcept {
  return Guarded([&]() -> Result<Picture> {
    if (answer.format() != PixelFormat::kNv12) return answer;
    const PictureSize size = answer.size();
    auto planes = PictureBuilder::Allocate(PixelFormat::kI420, size);
    if (!planes) return Forward(planes);
    for (int row = 0; row < size.height; ++row) {
      std::memcpy(RowOf(planes->plane(0), row), RowOf(answer.plane(0), row),
                  static_cast<std::size_t>(size.width));
    }
    Unweave(answer.plane(1), planes->plane(1), planes->plane(2),
            {ChromaSide(size.width), ChromaSide(size.height)});
    return std::move(*planes).Freeze();
  });
}

Result<beauty::Watermark> MakeWatermark(const WatermarkPlace& place,
                                        std::span<const std::uint8_t> rgba) noexcept {
  // A picture further away is as invisible, and sums of places stay ints.
  constexpr std::int64_t kFarthest = 1 << 20;
  const auto is_side = [](std::int64_t side) { return side >= 1 && side <= kMaxPictureSide; };
  if (!is_side(place.width)) return Refuse("width");
  if (!is_side(place.height)) return Refuse("height");
  if (place.x < -kFarthest || place.x > kFarthest) return Refuse("x");
  if (place.y < -kFarthest || place.y > kFarthest) return Refuse("y");
  if (rgba.size() != static_cast<std::size_t>(place.width * place.height * 4))
    return Refuse("RGBA");
  return Guarded([&]() -> Result<beauty::Watermark> {
    return beauty::Watermark{{static_cast<int>(place.width), static_cast<int>(place.height)},
                             {rgba.begin(), rgba.end()},
                             static_cast<int>(place.x),
                             static_cast<int>(place.y)};
  });
}

Result<std::shared_ptr<const beauty::CubeLut>> ParseCube(const std::string& text) noexcept {
  return Guarded([&]() -> Result<std::shared_ptr<const beauty::CubeLut>> {
    auto table = beauty::CubeLut::Parse(text);
    if (!table) return Forward(table);
    return std::make_shared<const beauty::CubeLut>(std::move(*table));
  });
}

}  // namespace onair::apple
