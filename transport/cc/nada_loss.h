// SPDX-License-Identifier: Apache-2.0
//
// Of `nada`: how much of what is sent is lost or marked, and how far losses lie apart.
// RFC 8698 sections 4.2 and 5.1.2, RFC 5348 section 5.4.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "core/api/congestion_control.h"

namespace onair::cc {

// Pure.
class NadaLoss {
 public:
  // In order of sending.
  void OnPacket(const PacketFate& packet, TimeDelta round_trip);
  // The end of a feedback.
  void OnFeedback();

  double lost() const { return lost_; }      // Smoothed share.
  double marked() const { return marked_; }  // The same.
  bool has_lost_lately() const { return window_lost_ > 0; }
  // How much losses make of the delay: 1 while one was lost lately, 0 long after. Range [0, 1].
  double weight() const;

 private:
  struct Packet {
    Timestamp sent_at;
    bool is_lost, is_marked;
  };

  void EndInterval();
  double MeanInterval() const;

  static constexpr std::size_t kIntervals = 8;
  std::deque<Packet> window_;  // Of the last 500 ms of sending, at most kMostPackets.
  std::int64_t window_lost_ = 0;
  std::int64_t window_marked_ = 0;
  double lost_ = 0;
  double marked_ = 0;
  std::array<double, kIntervals> intervals_ = {};  // Packets from loss to loss, newest first.
  std::size_t held_ = 0;
  double since_loss_ = 0;  // Packets.
  Timestamp sent_at_ = Timestamp::MinusInfinity();
  Timestamp lost_at_ = Timestamp::MinusInfinity();
};

}  // namespace onair::cc
