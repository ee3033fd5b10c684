// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/media/video_frame.h"

namespace onair::control {

// The rungs below the full size, as quarters of each side. Source: ours; each rung leaves about
// half of the pixels (1, 0.56, 0.25), so that a rung makes up for half of the bits.
inline constexpr std::array kSideQuarters = {4, 3, 2};
inline constexpr int kMostResolutionStep = static_cast<int>(kSideQuarters.size()) - 1;

// The picture that EncoderTarget::resolution_step asks for: sides even and at least 16, or those
// of `full` where they are less. A step out of range counts as the nearest.
constexpr PictureSize SizeAtStep(PictureSize full, int step) {
  const int quarters =
      kSideQuarters[static_cast<std::size_t>(std::clamp(step, 0, kMostResolutionStep))];
  const auto side = [quarters](int whole) {
    if (quarters == 4) return whole;
    // To the nearest even number.
    const int scaled = (whole * quarters / 4 + 1) / 2 * 2;
    return std::max(scaled, std::min(whole, 16));
  };
  return {side(full.width), side(full.height)};
}

}  // namespace onair::control
