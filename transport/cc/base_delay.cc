// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/base_delay.h"

#include <algorithm>

namespace onair::cc {
namespace {

// Source: draft-cardwell-iccrg-bbr-congestion-control-00, RTpropFilterLen: 10 s.
constexpr TimeDelta kStretch = TimeDelta::Seconds(10);

}  // namespace

void BaseDelay::Add(TimeDelta delay, Timestamp now) {
  if (!present_ || now - began_at_ >= kStretch) {
    before_ = present_;
    present_ = delay;
    began_at_ = now;
  }
  present_ = std::min(*present_, delay);
}

void BaseDelay::Restart(TimeDelta delay, Timestamp now) {
  before_.reset();
  present_ = delay;
  began_at_ = now;
}

TimeDelta BaseDelay::least() const {
  const TimeDelta present = present_.value_or(TimeDelta::Zero());
  return before_ ? std::min(present, *before_) : present;
}

}  // namespace onair::cc
