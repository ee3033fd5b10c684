// SPDX-License-Identifier: Apache-2.0
//
// Decides when a viewer of a realtime stream goes to the same stream over another protocol, and
// when it is worth a try to go back.
#pragma once

#include <optional>

#include "core/api/events.h"
#include "core/api/fallback_config.h"
#include "core/base/rng.h"

namespace onair::session {

// Pure; single-owner. `now` does not decrease.
class Fallback {
 public:
  enum class Wish { kNone = 1, kFallBack = 2, kReturn = 3 };

  // `config` is valid.
  Fallback(const FallbackConfig& config, Rng rng, Timestamp now);

  // Of the stream that plays, whichever it is.
  void OnState(PlayState state, const std::optional<Error>& error, Timestamp now);
  // The other stream plays from the beginning, because it was made ready before anybody came: the
  // realtime one is wished for as soon as that shows something.
  void OnAhead();
  // Media came since the last call: of the realtime stream while it plays, asked each 50 ms or so.
  // A silence unlike its usual ones wishes for the other stream before anything is missing, so that
  // it is there when the buffer ends; the wish goes when media comes again.
  void OnMedia(Timestamp now);
  // What was wished for came about, or did not.
  void OnFellBack(Timestamp now);
  void OnReturned(Timestamp now);
  void OnFailed(Timestamp now);

  // The same until something is told.
  [[nodiscard]] Wish Decide(Timestamp now) const;
  Timestamp decide_at() const;  // Infinity: not before something is told.

  bool has_fallen_back() const { return has_fallen_back_; }

 private:
  // Back for this long: what it cost before is forgotten.
  // Source: ours; longer than networks take that come and go as one walks.
  static constexpr TimeDelta kLasting = TimeDelta::Seconds(60);
  // Between tries while nothing plays at all. Source: ours; as sessions look for a publisher.
  static constexpr TimeDelta kFirstRetry = TimeDelta::Seconds(1);
  static constexpr TimeDelta kMostRetry = TimeDelta::Seconds(15);

  // Media must have come this long before its silence means something.
  static constexpr TimeDelta kAcquainted = TimeDelta::Seconds(2);
  // Silences: this many times the longest lately, and no less than this; the longest is forgotten
  // by a hundredth of the time. Source: ours; ten packets of sound, as much as a handover between
  // two cells takes, and what a buffer for realtime holds.
  static constexpr int kUnusual = 2;
  static constexpr TimeDelta kLeastSilence = TimeDelta::Millis(200);
  static constexpr double kForgotten = 0.01;
  // After one that was nothing.
  static constexpr TimeDelta kAfterAlarm = TimeDelta::Seconds(2);

  Timestamp silent_at() const;
  TimeDelta TakeWait(TimeDelta& wait, TimeDelta most);

  const FallbackConfig config_;
  Rng rng_;
  bool has_fallen_back_ = false;
  Timestamp returned_at_;
  std::optional<Timestamp> missing_since_;  // Media of the stream that plays.
  bool is_ahead_ = false;                   // And shows nothing yet.
  bool is_broken_ = false;                  // Rather than slow.
  std::optional<Timestamp> media_since_;
  Timestamp media_at_ = Timestamp::MinusInfinity();
  TimeDelta longest_gap_ = TimeDelta::Zero();        // Lately.
  Timestamp alarm_at_ = Timestamp::MinusInfinity();  // No earlier.
  Timestamp retry_at_ = Timestamp::MinusInfinity();
  Timestamp return_at_ = Timestamp::PlusInfinity();
  TimeDelta retry_wait_ = kFirstRetry;
  TimeDelta return_wait_;
};

}  // namespace onair::session
