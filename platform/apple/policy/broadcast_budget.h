// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/media/video_frame.h"

namespace onair::apple {

// What a broadcast extension of ReplayKit can afford. The system ends one that passes 50 MB, and
// with it the broadcast. Pure.
class BroadcastBudget {
 public:
  // Kept free for what is not a picture: sockets, sound, the encoder's own growth.
  // Source: ours; an app that only publishes 720p holds 9 to 11 MB beside its pictures on Linux,
  // where onair-publish was measured.
  static constexpr std::size_t kReserve = std::size_t{12} << 20;

  // The longer side of what is encoded. A screen of 2796 pixels would be 5.4 MB a picture.
  static constexpr int kLongSide = 1280;

  // Whether a picture of the screen may go into the library; it is let go and counted otherwise.
  // `available`: bytes that the system still allows this process; 0: not known.
  [[nodiscard]] bool TakesPicture(std::size_t available, std::size_t picture_bytes) {
    const bool fits = available == 0 || available >= kReserve + picture_bytes;
    if (!fits) ++refused_;
    return fits;
  }
  std::int64_t refused() const { return refused_; }

  // The size to encode a screen in: its shape, sides even, none above kLongSide, never larger than
  // the screen.
  static constexpr PictureSize SizeFor(PictureSize screen) {
    const int longer = screen.width > screen.height ? screen.width : screen.height;
    const auto side = [longer](int pixels) {
      const std::int64_t scaled =
          longer <= kLongSide ? pixels : std::int64_t{pixels} * kLongSide / longer;
      const auto even = static_cast<int>(scaled) / 2 * 2;
      return even < 16 ? 16 : even;
    };
    return {side(screen.width), side(screen.height)};
  }

 private:
  std::int64_t refused_ = 0;
};

}  // namespace onair::apple
