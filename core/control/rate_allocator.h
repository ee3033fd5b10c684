// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "core/api/congestion_control.h"
#include "core/api/control_config.h"
#include "core/media/encoder_target.h"

namespace onair::control {

// What the encoder may do. Built once.
struct EncoderLimits {
  DataRate rate;      // Most; where it begins.
  double frame_rate;  // Most. Range [1, 120].
};

// Decisions of destinations into the target of the one encoder they share. Pure; single-owner.
class RateAllocator {
 public:
  static constexpr std::size_t kMostDestinations = 8;

  RateAllocator(const ControlConfig& config, const EncoderLimits& limits);

  // `destination` < kMostDestinations; its latest decision counts.
  [[nodiscard]] EncoderTarget OnDecision(std::size_t destination,
                                         const cc::CongestionDecision& decision, Timestamp now);
  // It takes nothing at present: it holds the others back no longer.
  [[nodiscard]] EncoderTarget OnGone(std::size_t destination, Timestamp now);

  const EncoderTarget& target() const { return target_; }

 private:
  struct Wish {
    DataRate rate;
    Intake intake;
  };
  const EncoderTarget& Allocate();

  const ControlConfig config_;
  const EncoderLimits limits_;
  std::array<std::optional<Wish>, kMostDestinations> wishes_;
  EncoderTarget target_;
};

}  // namespace onair::control
