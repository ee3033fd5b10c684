// SPDX-License-Identifier: Apache-2.0
//
// Of `gcc`: whether the encoder leaves so much of the estimate unused that what arrives says
// nothing of the line (its application-limited region).
#pragma once

#include <optional>

#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::cc {

// Pure.
class GccAlr {
 public:
  void SetEstimate(DataRate rate) { budget_rate_ = rate.Scaled(kUsed); }
  // In order of sending.
  void OnSent(DataSize size, Timestamp sent_at);

  // Since when; nothing: it is not.
  std::optional<Timestamp> since() const { return since_; }

 private:
  // Source: libwebrtc modules/congestion_controller/goog_cc/alr_detector.h AlrDetectorConfig
  static constexpr double kUsed = 0.65;

  DataRate budget_rate_ = DataRate::Zero();
  DataSize unused_ = DataSize::Zero();
  std::optional<Timestamp> sent_at_;
  std::optional<Timestamp> since_;
};

}  // namespace onair::cc
