// SPDX-License-Identifier: Apache-2.0
//
// Of `gcc`: how likely a line of a given limit and a given loss of its own would have lost what was
// lost over the last quarters of a second.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "core/api/congestion_control.h"

namespace onair::cc {

struct GccLossChannel {
  double own_loss = 0.01;  // Whatever is sent. Range [0, 1].
  DataRate limit = DataRate::Zero();
};

// Pure.
class GccLossModel {
 public:
  // Whether an observation became whole: 250 ms of sending.
  bool Add(std::span<const PacketFate> packets);

  std::size_t observations() const { return observations_; }
  Timestamp last_sent_at() const { return last_sent_at_; }
  // Of bytes, later ones counting more, without the best and the worst quarter of a second.
  double average_loss() const { return average_loss_; }

  // The channel of the same limit whose own loss explains better what was seen.
  GccLossChannel Improved(GccLossChannel channel) const;
  // Larger is more likely; high limits are preferred while little is lost.
  double Likelihood(const GccLossChannel& channel) const;

 private:
  static constexpr std::size_t kObservations = 15;
  struct Observation {
    double size = 0;  // Kilobytes.
    double lost = 0;
    double sent_kbps = 0;
  };
  struct Seen {
    Observation what;
    double weight = 0;  // The newest 1.
  };

  std::array<Seen, kObservations> Weighted() const;
  std::size_t held() const;
  double AverageLoss() const;
  double MedianSent() const;
  double Preference(double kbps) const;

  std::array<Observation, kObservations> ring_ = {};
  std::size_t observations_ = 0;
  Observation partial_;
  Timestamp last_sent_at_ = Timestamp::MinusInfinity();
  double average_loss_ = 0;
};

}  // namespace onair::cc
