// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "core/media/media_time.h"
#include "core/units/time.h"
#include "platform/runtime/byte_stream.h"
#include "platform/runtime/mutex.h"
#include "platform/sdk/media_place.h"
#include "platform/sdk/percentiles.h"
#include "platform/sdk/play_switch.h"
#include "platform/sdk/player_stats.h"

namespace onair {

// What a player can tell of its session at any time: the sessions belong to the net loop, which
// leaves samples here. thread-safe.
class PlayerFacts {
 public:
  // `url`: what is played until the first sample.
  explicit PlayerFacts(std::string url) : url_(std::move(url)) {}

  // On the net loop.
  void Sample(const PlaySwitch& sessions);
  // Whether the picture stands by intention, from now on or until now.
  [[nodiscard]] bool SetState(PlayState state, Timestamp now);
  void SetLine(const ClockMap& line);

  // A picture went to the display at `at`, while sound was `sound_late` after the line.
  void NotePresented(MediaTime pts, Timestamp at, std::optional<TimeDelta> sound_late);

  // When pictures may still come: a stream without a publisher is no frozen one, unless it goes on.
  Timestamp expected_until() const;
  // What of `stats` is of the session.
  void Fill(PlayerStats& stats) const;

 private:
  mutable runtime::Mutex mutex_;
  std::optional<ClockMap> line_ ONAIR_GUARDED_BY(mutex_);
  PlaySessionStats session_ ONAIR_GUARDED_BY(mutex_);
  MediaPlace place_ ONAIR_GUARDED_BY(mutex_);
  runtime::ByteStreamStats stream_ ONAIR_GUARDED_BY(mutex_);
  PlaySwitch::Counts switches_ ONAIR_GUARDED_BY(mutex_);
  PlaySwitch::Quality quality_ ONAIR_GUARDED_BY(mutex_);
  std::string url_ ONAIR_GUARDED_BY(mutex_);
  Timestamp expected_until_ ONAIR_GUARDED_BY(mutex_) = Timestamp::PlusInfinity();
  Percentiles buffered_ ONAIR_GUARDED_BY(mutex_);
  Percentiles av_offset_ ONAIR_GUARDED_BY(mutex_);
  double rate_min_ ONAIR_GUARDED_BY(mutex_) = 1.0;
  double rate_max_ ONAIR_GUARDED_BY(mutex_) = 1.0;
};

}  // namespace onair
