// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "core/api/congestion_control.h"
#include "core/api/events.h"
#include "core/control/rate_allocator.h"

namespace onair {

// From what each destination's controller decides, and what the app allows, to the one target
// of the encoder. A destination counts while it is live; files do not count. Pure; single-owner.
class RateControl {
 public:
  // How far the picture may shrink.
  enum class Sizes { kMayChange = 1, kStay = 2 };

  RateControl(const ControlConfig& config, const control::EncoderLimits& limits, Sizes sizes);

  // `destination` < RateAllocator::kMostDestinations.
  [[nodiscard]] EncoderTarget OnDecision(std::size_t destination,
                                         const cc::CongestionDecision& decision, Carriage carriage,
                                         Timestamp now);
  [[nodiscard]] EncoderTarget OnState(std::size_t destination, PublishState state, Timestamp now);

  // The most that the app allows, from now on: rate and frame rate, the size it wants at most;
  // its emphasis multiplies, either may pause. The wish for a key frame is not kept.
  [[nodiscard]] EncoderTarget SetCap(const EncoderTarget& cap);

 private:
  struct Line {
    std::optional<cc::CongestionDecision> latest;  // Decided while live, and not since lost.
    bool is_live = false;
  };
  EncoderTarget Capped(EncoderTarget target) const;

  const Sizes sizes_;
  control::RateAllocator allocator_;
  std::array<Line, control::RateAllocator::kMostDestinations> lines_;
  std::optional<EncoderTarget> cap_;
};

}  // namespace onair
