// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_packet_groups.h"

#include <algorithm>
#include <utility>

namespace onair::cc {
namespace {

// Source: libwebrtc modules/congestion_controller/goog_cc/delay_based_bwe.cc kSendTimeGroupLength
constexpr TimeDelta kGroup = TimeDelta::Millis(5);
// Source: libwebrtc modules/congestion_controller/goog_cc/inter_arrival_delta.cc
// kBurstDeltaThreshold, kMaxBurstDuration
constexpr TimeDelta kBurstGap = TimeDelta::Millis(5);
constexpr TimeDelta kLongestBurst = TimeDelta::Millis(100);
// Source: libwebrtc modules/congestion_controller/goog_cc/inter_arrival_delta.h
// kArrivalTimeOffsetThreshold, kReorderedResetThreshold
constexpr TimeDelta kClockJump = TimeDelta::Seconds(3);
constexpr int kMostOvertakes = 3;

}  // namespace

std::optional<GccGroupDeltas> GccPacketGroups::Add(Timestamp sent_at, Timestamp arrived_at,
                                                   Timestamp now) {
  const Group begun{sent_at, sent_at, arrived_at, arrived_at, now};
  if (!present_) {
    present_ = begun;
    return std::nullopt;
  }
  if (sent_at < present_->first_sent) return std::nullopt;  // Of a group that is past.
  if (Belongs(sent_at, arrived_at)) {
    present_->last_sent = std::max(present_->last_sent, sent_at);
    present_->last_arrived = arrived_at;
    present_->told_at = now;
    return std::nullopt;
  }
  std::optional<GccGroupDeltas> deltas;
  if (before_) {
    deltas = Compare();
    if (!deltas) return std::nullopt;
  }
  before_ = std::exchange(present_, begun);
  return deltas;
}

// Nothing when what was seen cannot be compared: then the packet is left out as well.
std::optional<GccGroupDeltas> GccPacketGroups::Compare() {
  const GccGroupDeltas deltas{.sent = present_->last_sent - before_->last_sent,
                              .arrived = present_->last_arrived - before_->last_arrived,
                              .arrived_at = present_->last_arrived};
  // The receiver's clock was set.
  if (deltas.arrived - (present_->told_at - before_->told_at) >= kClockJump) {
    Reset();
    return std::nullopt;
  }
  if (deltas.arrived < TimeDelta::Zero()) {
    if (++overtakes_ >= kMostOvertakes) Reset();
    return std::nullopt;
  }
  overtakes_ = 0;
  return deltas;
}

// A link that collects packets hands them over in a burst, however far apart they left.
bool GccPacketGroups::Belongs(Timestamp sent_at, Timestamp arrived_at) const {
  const TimeDelta sent = sent_at - present_->last_sent;
  const TimeDelta arrived = arrived_at - present_->last_arrived;
  const bool is_burst =
      sent == TimeDelta::Zero() || (arrived < sent && arrived <= kBurstGap &&
                                    arrived_at - present_->first_arrived < kLongestBurst);
  return is_burst || sent_at - present_->first_sent <= kGroup;
}

void GccPacketGroups::Reset() {
  present_.reset();
  before_.reset();
  overtakes_ = 0;
}

}  // namespace onair::cc
