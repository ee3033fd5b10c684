// SPDX-License-Identifier: Apache-2.0
//
// The receiver's side of transport-wide congestion control: when packets came, told every 50 to
// 100 ms. Bounded by one feedback's statuses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/units/data.h"
#include "transport/rtp/rtcp/transport_feedback.h"
#include "transport/rtp/sequence.h"

namespace onair::rtp {

// Counters; only grow.
struct ArrivalLogStats {
  std::int64_t packets = 0;
  std::int64_t duplicates = 0;
  std::int64_t too_late = 0;  // Further back than kMaxStatuses.
  std::int64_t feedbacks = 0;
};

// Single-owner. After the first feedback nothing is allocated.
class ArrivalLog {
 public:
  ArrivalLog();

  void OnPacket(std::uint16_t sequence, DataSize size, Timestamp now);

  // Infinity: nothing came since the last feedback.
  Timestamp wake_at() const { return due_; }
  // One feedback of what came; due again at once where not all fitted. False: nothing to tell, or
  // no room, and due again kMinInterval later. `media_ssrc` is any of the sender's.
  bool Write(std::uint32_t sender_ssrc, std::uint32_t media_ssrc, Timestamp now, SpanWriter& out);

  const ArrivalLogStats& stats() const { return stats_; }

  // Source: libwebrtc cd6792e5 remote_bitrate_estimator/transport_sequence_number_feedback_
  // generator.cc, kMinInterval, kDefaultInterval; feedback takes up to 5 % of what comes.
  static constexpr TimeDelta kMinInterval = TimeDelta::Millis(50);
  static constexpr TimeDelta kMaxInterval = TimeDelta::Millis(100);

 private:
  TimeDelta Interval() const;

  SequenceUnwrapper line_;
  std::vector<rtcp::Arrival> arrivals_;  // By sequence.
  std::int64_t base_ = -1;               // Of the next feedback; -1: before the first packet.
  std::uint8_t feedback_count_ = 0;
  DataSize received_ = DataSize::Zero();  // Since the last feedback.
  Timestamp last_ = Timestamp::MinusInfinity();
  Timestamp due_ = Timestamp::PlusInfinity();
  ArrivalLogStats stats_;
};

}  // namespace onair::rtp
