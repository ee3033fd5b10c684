// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "core/api/congestion_control.h"
#include "core/api/control_config.h"
#include "core/control/ladder.h"
#include "core/media/encoder_target.h"

namespace onair::control {

// Decisions of destinations into the target of the one encoder they share: the least rate among
// them, the picture that it is enough for (ladder.h), more weight on the regions of interest as
// bits fall short. Pure; single-owner.
class RateAllocator {
 public:
  static constexpr std::size_t kMostDestinations = 8;

  RateAllocator(const ControlConfig& config, const EncoderLimits& limits);

  // `destination` < kMostDestinations; its latest decision counts. One that stands counts only
  // while all do: nobody waits for a line that takes nothing.
  [[nodiscard]] EncoderTarget OnDecision(std::size_t destination,
                                         const cc::CongestionDecision& decision, Carriage carriage,
                                         Timestamp now);
  // It takes nothing at present: it holds the others back no longer.
  [[nodiscard]] EncoderTarget OnGone(std::size_t destination, Timestamp now);

  const EncoderTarget& target() const { return target_; }

 private:
  struct Wish {
    DataRate rate;
    Intake intake;
    Carriage carriage;
    std::optional<DataSize> frame_limit;
  };
  const EncoderTarget& Allocate(Timestamp now);

  const ControlConfig config_;
  const EncoderLimits limits_;
  std::array<std::optional<Wish>, kMostDestinations> wishes_;
  Ladder ladder_;
  EncoderTarget target_;
};

}  // namespace onair::control
