// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/bridge/effects.h"

#include <cstdlib>

#include "core/media/video_frame.h"
#include "platform/apple/bridge/guarded.h"

namespace onair::apple {

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
