// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/queue_ahead.h"

#include <algorithm>

namespace onair::cc {
namespace {

constexpr TimeDelta kMost = TimeDelta::Seconds(10);
// Beyond it a guess from rates says nothing.
constexpr TimeDelta kLongestGuess = TimeDelta::Millis(100);

}  // namespace

void QueueAhead::OnReport(const Newest& newest, DataRate line, Timestamp now) {
  known_at_ = now;
  wait_ = std::clamp(newest.wait + newest.behind / line - (now - newest.sent_at), TimeDelta::Zero(),
                     kMost);
}

void QueueAhead::OnNothing(double sent_share, Timestamp now) {
  const TimeDelta since = std::clamp(now - known_at_, TimeDelta::Zero(), kLongestGuess);
  known_at_ = now;
  wait_ = std::clamp(wait_ + since.Scaled(std::clamp(sent_share - 1, -1.0, 1.0)), TimeDelta::Zero(),
                     kMost);
}

void QueueAhead::OnSilence(TimeDelta silence, Timestamp now) {
  known_at_ = now;
  wait_ = std::clamp(silence, wait_, kMost);
}

}  // namespace onair::cc
