// SPDX-License-Identifier: Apache-2.0
//
// Of `gcc`: the rate that losses allow (the second loss-based estimator of libwebrtc).
#pragma once

#include <optional>
#include <span>

#include "transport/cc/gcc_loss_model.h"

namespace onair::cc {

enum class GccLossState { kDelayBased = 1, kIncreasing = 2, kDecreasing = 3 };

// Whether the encoder fills what it may, or is the narrow place itself.
enum class GccSource { kBusy = 1, kLimited = 2 };

// Pure.
class GccLoss {
 public:
  struct Limits {
    DataRate least, most;
    double free_loss = 0.05;  // GccParameters.
  };
  explicit GccLoss(const Limits& limits) : limits_(limits) {}

  void SetAckedRate(DataRate rate) { acked_ = rate; }
  // At the start, while nothing is lost: what delay allows.
  void SetEstimate(DataRate rate);
  // On each feedback.
  void Update(std::span<const PacketFate> packets, DataRate delay_based, GccSource source);

  // Enough was seen for an estimate.
  bool is_ready() const { return best_ && model_.observations() >= 3; }
  DataRate estimate() const { return estimate_; }  // Once it is ready.
  GccLossState state() const { return state_; }
  double average_loss() const { return model_.average_loss(); }

 private:
  GccLossChannel BestCandidate(DataRate delay_based, GccSource source) const;
  void Restrain(GccLossChannel& candidate) const;
  DataRate Bounded(DataRate candidate, DataRate delay_based) const;
  void Decide(DataRate bounded, DataRate delay_based);
  void EndPadding();
  void OpenWindow();
  DataRate LowerBound() const;
  DataRate UpperBound() const;
  bool is_limited() const { return state_ != GccLossState::kDelayBased; }
  bool IsRising(DataRate from, DataRate to) const;
  bool is_padding() const;

  const Limits limits_;
  GccLossModel model_;
  std::optional<DataRate> acked_;
  std::optional<GccLossChannel> best_;
  DataRate estimate_ = DataRate::Zero();
  GccLossState state_ = GccLossState::kDelayBased;

  // After a fall the rate is held, longer each time.
  struct Hold {
    Timestamp until;
    TimeDelta next;
    std::optional<DataRate> rate;
  };
  static constexpr Hold kNoHold = {Timestamp::MinusInfinity(), TimeDelta::Millis(300), {}};
  Hold hold_ = kNoHold;
  // No more than this within a window, while losses limit.
  std::optional<DataRate> window_most_;
  Timestamp window_began_ = Timestamp::MinusInfinity();
  // For some time at a rate that it tries libwebrtc sends padding, which no one here does.
  DataRate padding_rate_ = DataRate::Zero();
  Timestamp padding_began_ = Timestamp::MinusInfinity();
};

}  // namespace onair::cc
