// SPDX-License-Identifier: Apache-2.0
//
// Which packets of a stream are missing and when each is asked for: at once where packets do not
// change places, otherwise after as long as they did lately; again after each round trip.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/units/time.h"

namespace onair::rtp {

// Source of all three: libwebrtc cd6792e5 modules/video_coding/nack_requester.cc kMaxNackRetries,
// kMaxPacketAge, kMaxNackPackets.
inline constexpr int kMaxNackRetries = 100;
inline constexpr std::int64_t kMaxNackAge = 10'000;  // Packets behind the newest.
inline constexpr std::size_t kMaxNackPackets = 1'000;

// Counters; only grow.
struct NackStats {
  std::int64_t missing = 0;    // Ever on the list.
  std::int64_t requests = 0;   // Sequence numbers asked for, repeats too.
  std::int64_t recovered = 0;  // Came after they were asked for.
  std::int64_t reordered = 0;  // Came by themselves.
  std::int64_t given_up = 0;   // Retries or age ran out.
  std::int64_t overflows = 0;  // Times that the list was too long; then only a key frame helps.
};

// A decider. Single-owner. Holds kMaxNackPackets.
class NackRequests {
 public:
  NackRequests();

  // A packet of the stream came, by itself, as RTX or by FEC; numbers are unwrapped.
  void OnPacket(std::int64_t number, TimeDelta rtt, Timestamp now);
  // A key frame begins with this packet: nothing before it is needed.
  void OnKeyFrame(std::int64_t number);

  // What is due, rising, at most out.size(); it counts as asked for. `rtt` paces repeats.
  std::size_t Take(TimeDelta rtt, Timestamp now, std::span<std::uint16_t> out);
  // When Take() has something; infinity: nothing is missing.
  Timestamp wake_at(TimeDelta rtt) const;
  // Once each time the list was thrown away.
  [[nodiscard]] bool TakeOverflow();

  std::size_t missing() const { return missing_.size(); }
  const NackStats& stats() const { return stats_; }

  // Longest wait for packets that change places.
  // Source: ours; above it a resend over a path of 50 ms is not late yet.
  static constexpr TimeDelta kMaxWait = TimeDelta::Millis(20);
  // Repeats are never closer, whatever the round trip.
  static constexpr TimeDelta kMinRepeat = TimeDelta::Millis(10);

 private:
  struct Missing {
    std::int64_t number = 0;
    Timestamp since = Timestamp::Zero();
    std::optional<Timestamp> asked_at = {};
    int requests = 0;
  };

  Timestamp DueAt(const Missing& missing, TimeDelta rtt) const;
  void AddGap(std::int64_t first, std::int64_t end, Timestamp now);
  void Remove(std::int64_t number, TimeDelta rtt, Timestamp now);
  void LearnWait(TimeDelta late, Timestamp now);
  void DropOld();

  std::optional<std::int64_t> newest_;
  std::vector<Missing> missing_;  // By number.
  TimeDelta wait_ = TimeDelta::Zero();
  Timestamp wait_learned_at_ = Timestamp::MinusInfinity();
  bool has_overflowed_ = false;
  NackStats stats_;
};

}  // namespace onair::rtp
