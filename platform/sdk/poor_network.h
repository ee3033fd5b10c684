// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstddef>
#include <optional>

#include "core/api/events.h"
#include "core/units/time.h"

namespace onair {

// When a network has been poor for so long that viewers are better shown a picture that says
// so. Pure; single-owner.
class PoorNetwork {
 public:
  // `after`: of the first destination's trouble.
  explicit PoorNetwork(TimeDelta after) : after_(after) {}

  void OnQuality(std::size_t destination, NetworkQuality quality, Timestamp now) {
    poor_.set(destination, quality == NetworkQuality::kPoor);
    if (poor_.none()) since_.reset();
    if (poor_.any() && !since_) since_ = now;
  }
  // Not live: the network is not what is told of it.
  void OnState(std::size_t destination, PublishState state, Timestamp now) {
    if (state != PublishState::kLive) OnQuality(destination, NetworkQuality::kGood, now);
  }
  bool IsPoorForLong(Timestamp now) const { return since_ && now - *since_ >= after_; }

 private:
  const TimeDelta after_;
  std::bitset<8> poor_;  // By destination.
  std::optional<Timestamp> since_;
};

}  // namespace onair
