// SPDX-License-Identifier: Apache-2.0
//
// Which picture a rate is enough for. Few bits for many pixels look worse than the same bits for
// fewer: below what a rung needs the next one is taken, by the mode's order.
#pragma once

#include <cstddef>
#include <optional>

#include "core/api/control_config.h"
#include "core/control/resolution_ladder.h"
#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::control {

// What the encoder may do. Built once.
struct EncoderLimits {
  DataRate rate;                   // Most; where it begins.
  double frame_rate;               // Most. Range [1, 120].
  PictureSize size = {1280, 720};  // Full.
};

// Pure; single-owner.
class Ladder {
 public:
  struct Rung {
    int resolution_step;
    double frame_rate;
  };

  Ladder(ControlMode mode, const EncoderLimits& limits);

  // The rate is `rate` from `now` on. Down after a second of too little, as far as needed; up one
  // rung after several seconds of enough and a quarter more. A rung that did not hold is tried
  // again later and later.
  void OnRate(DataRate rate, Timestamp now);

  Rung rung() const;
  // What is there over what the present rung needs.
  double plenty() const { return plenty_; }

  static constexpr std::size_t kRungs = 5;

 private:
  DataRate NeedOf(std::size_t rung) const;
  std::size_t WantedFor(DataRate rate) const;
  void WaitDown(std::size_t wanted, Timestamp now);
  void WaitUp(Timestamp now);

  const ControlMode mode_;
  const double full_frame_rate_;
  const DataRate full_need_;  // Of the first rung.
  std::size_t present_ = 0;
  double plenty_ = 1;
  std::optional<Timestamp> short_since_;
  std::size_t short_rung_ = 0;  // The best that the rate was enough for since then.
  std::optional<Timestamp> ample_since_;
  TimeDelta up_after_;
  Timestamp last_up_ = Timestamp::MinusInfinity();
  Timestamp last_down_ = Timestamp::MinusInfinity();
};

}  // namespace onair::control
