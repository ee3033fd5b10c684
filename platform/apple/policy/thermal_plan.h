// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/units/time.h"

namespace onair::apple {

// As NSProcessInfo tells it.
enum class Heat { kNominal = 1, kFair = 2, kSerious = 3, kCritical = 4 };

// The most that a publisher's encoder may do, as shares of what its config says. Both in (0, 1].
struct HeatLimit {
  double rate_share = 1;
  double frame_share = 1;
  bool operator==(const HeatLimit&) const = default;
};

// Lets a hot phone do less at once, and more again step by step: heat comes back sooner than it
// goes. Pure.
class ThermalPlan {
 public:
  // A cooler phone waits this long for each step up.
  // Source: ours; a phone that throttled is cool again after minutes, not seconds.
  static constexpr TimeDelta kHold = TimeDelta::Seconds(30);

  struct Decision {
    HeatLimit limit;
    Timestamp decide_again_at;  // Infinity: when the heat changes.
  };

  // On each change, and at `decide_again_at`.
  [[nodiscard]] Decision OnHeat(Heat heat, Timestamp now) {
    if (heat >= in_force_) {
      in_force_ = heat;
      changed_at_ = now;
    } else if (now >= changed_at_ + kHold) {
      in_force_ = static_cast<Heat>(static_cast<int>(in_force_) - 1);
      changed_at_ = now;
    }
    const bool is_held = heat < in_force_;
    return {LimitOf(in_force_), is_held ? changed_at_ + kHold : Timestamp::PlusInfinity()};
  }

  // Source: ours; the work of an encoder goes with its pictures, that of the radio with the rate.
  // Fair is the system's word for "background work should wait": a live stream is none.
  static constexpr HeatLimit LimitOf(Heat heat) {
    switch (heat) {
      case Heat::kNominal:
      case Heat::kFair:
        return {1, 1};
      case Heat::kSerious:
        return {0.7, 0.8};
      case Heat::kCritical:
        return {0.4, 0.5};
    }
    return {1, 1};
  }

 private:
  Heat in_force_ = Heat::kNominal;
  Timestamp changed_at_ = Timestamp::MinusInfinity();
};

// The plan of a watch that is turned off and on again. Each time it begins with the heat that is
// there then. Pure.
class ThermalSwitch {
 public:
  void Start() { plan_.emplace(); }
  void Stop() { plan_.reset(); }

  // Empty while it is off, such as at a `decide_again_at` that was told before Stop().
  [[nodiscard]] std::optional<ThermalPlan::Decision> OnHeat(Heat heat, Timestamp now) {
    if (!plan_) return std::nullopt;
    return plan_->OnHeat(heat, now);
  }

 private:
  std::optional<ThermalPlan> plan_;  // Empty: off.
};

}  // namespace onair::apple
