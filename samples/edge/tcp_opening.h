// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "core/relay/join_rule.h"

namespace onair::edge {

// What the bursts of all joiners may take of the server's line together, so that who watches
// already is not starved when many come at once. Pure.
class BurstShare {
 public:
  explicit BurstShare(DataRate most) : most_(most) {}

  void Enter() { ++open_; }
  void Leave() { --open_; }
  std::int64_t open() const { return open_; }

  // For each of them; never so little that he does not catch up with `stream`.
  DataRate Each(DataRate stream) const {
    return std::max(most_.Scaled(1.0 / static_cast<double>(std::max<std::int64_t>(open_, 1))),
                    stream.Scaled(kLeast));
  }

 private:
  // Source: ours; a group of 2 s is caught up with in as long.
  static constexpr double kLeast = 2.0;

  DataRate most_;
  std::int64_t open_ = 0;
};

// How a viewer over TCP gets from where he joins to the live edge: the key frame as fast as his
// line takes it, what follows at his share, and no further than is worth it (relay::DecideJoin).
// Pure; `now` does not decrease.
class TcpOpening {
 public:
  // Nearer to the edge than this he is there. Source: ours; three pictures at 30 a second.
  static constexpr TimeDelta kNear = TimeDelta::Millis(100);
  // Longest. Who is not there by then is slow, and the relay knows what to do with him.
  static constexpr TimeDelta kSpan = TimeDelta::Seconds(10);
  // Leaves at once beyond the share: some frames' worth, so that wake-ups stay few.
  static constexpr DataSize kSlack = DataSize::Kibibytes(32);

  enum class Step {
    kGoOn = 1,
    kWait = 2,      // Until wakes_at().
    kAwaitKey = 3,  // Skip to the next key frame, which has yet to come; then Skipped().
    kJump = 4,      // To a key frame that is there.
  };

  // `join`: decided, or kAuto where it is to be decided once the line is known.
  void Begin(relay::Join join, Timestamp now);
  struct Standing {
    TimeDelta behind;  // What he gets next, behind the live edge.
    bool has_later_key;
    relay::JoinReport report;  // `key` is zero; `age` that of the newest key frame.
    DataRate share;            // BurstShare::Each().
  };
  Step Next(const Standing& standing, Timestamp now);
  void Sent(DataSize size, bool is_key, Timestamp now);
  void Skipped() { is_over_ = true; }

  bool is_over() const { return is_over_; }
  Timestamp wakes_at() const { return wakes_at_; }
  bool has_waited() const { return has_waited_; }

 private:
  Step Shortcut(const Standing& standing) const;

  relay::Join join_ = relay::Join::kNewestGroup;
  bool is_over_ = true;
  bool has_waited_ = false;
  Timestamp ends_at_ = Timestamp::MinusInfinity();
  Timestamp wakes_at_ = Timestamp::PlusInfinity();
  std::optional<Timestamp> paced_from_;  // When the key frame was handed over.
  DataSize paced_ = DataSize::Zero();    // Since then.
};

}  // namespace onair::edge
