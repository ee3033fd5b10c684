// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/api/opening.h"
#include "core/units/data.h"

namespace onair::edge {

// How a viewer gets from the newest key frame to the live edge (docs/rts.md, "The opening"). The
// key frame leaves at once, whatever its age: he has a picture, and its packets show what his line
// carries. Then, where what lies between would take his line too long, a fresh key frame of the
// publisher is better than the old group; else the group leaves as fast as the line takes it. A
// key frame nearer to the edge always ends the old group. Pure.
class Opening {
 public:
  // Older than this, the group is not worth its time on any line but the fastest. Source: ours; a
  // third of the usual 2 s between key frames.
  static constexpr TimeDelta kOldGroup = TimeDelta::Millis(700);
  // Longest that catching up shall take. Source: ours; a key frame of six times the mean leaves a
  // line of 1.5 times the rate in 130 ms, and what came meanwhile in three times that.
  static constexpr TimeDelta kQuick = TimeDelta::Millis(400);
  // For a key frame that was asked for, with nothing of the old group after its key frame. Source:
  // ours; a round trip of 200 ms to the publisher, its next picture and a loss.
  static constexpr TimeDelta kKeyWait = TimeDelta::Millis(400);
  // Nearer to the edge than this a viewer needs no key frame to get there.
  static constexpr TimeDelta kNear = TimeDelta::Millis(100);

  // What the viewer has yet to get, and his line.
  struct Standing {
    TimeDelta behind;
    DataSize left;
    bool has_later_key;
    bool has_key;  // The key frame that he began at has left.
    bool is_live;  // Pictures have their own times.
    std::optional<DataRate> line;
    DataRate needed;
  };
  enum class Step {
    kGoOn = 1,
    kAsk,   // For a key frame; then Asked().
    kJump,  // To the later key frame.
    kWait,
  };

  void Begin(Timestamp now) {
    ends_at_ = now + kOpeningSpan;
    wait_until_ = Timestamp::MinusInfinity();
    has_asked_ = false;
    is_over_ = false;
  }

  Step Next(const Standing& standing, Timestamp now) {
    if (is_over_) return Step::kGoOn;
    const bool is_near = standing.behind < kNear;
    is_over_ = now >= ends_at_ || (standing.has_key && standing.is_live && is_near);
    if (is_over_ || is_near || !standing.has_key) return Step::kGoOn;
    if (standing.has_later_key) return Step::kJump;
    if (now < wait_until_) return Step::kWait;
    return !has_asked_ && IsTooLong(standing) ? Step::kAsk : Step::kGoOn;
  }

  // `is_coming`: the publisher was asked. One that has no ears is not asked again.
  enum class Answer { kIsComing = 1, kNever };
  void Asked(Answer answer, Timestamp now) {
    has_asked_ = true;
    if (answer == Answer::kIsComing) wait_until_ = now + kKeyWait;
  }

  bool is_over() const { return is_over_; }

 private:
  static bool IsTooLong(const Standing& standing) {
    if (!standing.line) return standing.behind > kOldGroup;
    const DataRate spare = *standing.line - standing.needed;
    return spare <= DataRate::Zero() || standing.left / spare > kQuick;
  }

  Timestamp ends_at_ = Timestamp::MinusInfinity();
  Timestamp wait_until_ = Timestamp::MinusInfinity();
  bool has_asked_ = false;
  bool is_over_ = true;
};

}  // namespace onair::edge
