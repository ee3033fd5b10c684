// SPDX-License-Identifier: Apache-2.0
//
// The entries that somebody may still want, shared by all viewers. Positions are sequence
// numbers; a viewer is a number counted where it stands.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "core/relay/entry.h"
#include "core/relay/relay_config.h"

namespace onair::relay {

// Running sums over a stream; differences of two positions are what lies between them.
struct Totals {
  std::int64_t bytes = 0;    // Payload.
  std::int64_t charged = 0;  // Payload and kEntryCharge per entry: what limits look at.
  std::int64_t video = 0;
  std::int64_t audio = 0;
};

// An entry stays while it belongs to the cached GOP, or while a viewer has yet to take it and
// it lies within the backlog limit. A viewer whose next entry had to go is lost; he goes on at
// the newest point, which stays for him. Single-owner.
class Ring {
 public:
  explicit Ring(const RelayConfig& config) : config_(config) {}

  struct Slot {
    Entry entry;
    Totals before;  // Of the stream, up to this entry.
    std::uint64_t tracks_version;
    std::int64_t standing = 0;  // Viewers who take this one next.
  };
  enum class Begins { kNothing = 1, kPoint = 2, kGop = 3 };  // kPoint: decodable from here.

  // Appends a frame. `head` is the greatest dts so far.
  void Push(EncodedFrame frame, MediaTime head, std::uint64_t tracks_version, Begins begins);
  // Lets go of what nobody may want any more.
  void Trim();
  // No joiner may start in what is there.
  void ForgetCache() { cache_start_.reset(); }

  std::uint64_t front() const { return front_; }
  std::uint64_t end() const { return front_ + slots_.size(); }
  bool Holds(std::uint64_t sequence) const { return sequence >= front_ && sequence < end(); }
  Slot& At(std::uint64_t sequence) { return slots_[sequence - front_]; }
  const Slot& At(std::uint64_t sequence) const { return slots_[sequence - front_]; }

  // Where a joiner starts; empty: at the next point.
  std::optional<std::uint64_t> cache_start() const { return cache_start_; }
  // Where a lost viewer goes on; empty: at the next point.
  std::optional<std::uint64_t> newest_point() const;

  // A viewer comes to, or leaves, a position; a lost one leaves his old position.
  void Stand(std::uint64_t sequence);
  void Leave(std::uint64_t sequence);

  Totals totals() const { return totals_; }
  Totals TotalsAt(std::uint64_t sequence) const;  // front() <= sequence <= end().
  TimeDelta SpanFrom(std::uint64_t sequence) const;
  DataSize size() const;

 private:
  bool IsNeeded(std::uint64_t sequence) const;
  // More lies between `sequence` and the end than a viewer may have before him.
  bool IsTooFarBack(std::uint64_t sequence) const;
  bool Exceeds(std::uint64_t sequence, TimeDelta span, DataSize size) const;

  RelayConfig config_;
  std::deque<Slot> slots_;
  std::uint64_t front_ = 0;  // Sequence of slots_[0].
  std::int64_t standing_at_end_ = 0;
  std::int64_t lost_ = 0;  // Viewers who stand before front_.
  Totals totals_;
  MediaTime head_ = MediaTime::Zero();
  std::optional<std::uint64_t> cache_start_;
  std::optional<std::uint64_t> newest_point_;
};

}  // namespace onair::relay
