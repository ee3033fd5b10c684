// SPDX-License-Identifier: Apache-2.0
//
// Which packets of a stream are missing and when each is asked for: at once where packets do not
// change places, otherwise after as long as they did lately; again after each round trip. Each time
// twice, because a request gets lost as a packet does, and only the next round would mend that.
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

// How a packet came: under its own number and SSRC, which a resend may do too, or as a repair.
enum class Arrived : std::uint8_t { kItself = 1, kAsRepair = 2 };

// A decider. Single-owner. Holds kMaxNackPackets.
class NackRequests {
 public:
  NackRequests();

  // A packet of the stream is here; numbers are unwrapped. Packets before the first one were
  // never missed.
  void OnPacket(std::int64_t number, Arrived how, TimeDelta rtt, Timestamp now);
  // Repairs told that packets up to this one were sent. Nothing before the first packet.
  void OnSent(std::int64_t number, Timestamp now);
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
  // From a request to its copy, as a share of the round trip and at least: past most bursts of
  // loss, and too soon for senders to resend twice (libwebrtc's wait for a round trip, ours for
  // half).
  static constexpr std::int64_t kCopyShare = 4;
  static constexpr TimeDelta kLeastCopyWait = TimeDelta::Millis(5);
  // Beside the round trip before the next round: what the answer may wait in a pacer and vary on
  // its way. Source: ours; two of a pacer's bursts of 5 ms.
  static constexpr TimeDelta kRepeatMargin = TimeDelta::Millis(10);

 private:
  struct Missing {
    std::int64_t number = 0;
    Timestamp since = Timestamp::Zero();
    std::optional<Timestamp> first_asked_at = {};
    Timestamp round_began = Timestamp::Zero();  // When the last request that is no copy left.
    int requests = 0;                           // Copies too.
  };

  Timestamp DueAt(const Missing& missing, TimeDelta rtt) const;
  void AddGap(std::int64_t first, std::int64_t end, Timestamp now);
  void Remove(std::int64_t number, Arrived how, TimeDelta rtt, Timestamp now);
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
