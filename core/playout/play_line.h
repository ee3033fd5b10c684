// SPDX-License-Identifier: Apache-2.0
//
// Where media time stands against driver time in a player: one line for both tracks. Opens
// by following the fastest path at once ("burst to live"), or from where the media begins
// (CatchUp::kSpeed); then keeps its delay by speed.
#pragma once

#include <optional>

#include "core/api/play_config.h"
#include "core/media/encoded_frame.h"
#include "core/playout/arrival_clock.h"
#include "core/playout/latency_control.h"
#include "core/playout/stall_forecast.h"
#include "core/playout/target_delay.h"

namespace onair::playout {

// What one input did to the line.
struct LineChange {
  enum class Kind {
    kNone = 1,
    kMoved = 2,   // A new map; what is decoded keeps its worth.
    kJumped = 3,  // Was far off and is at the target now.
    kLate = 4,    // Everything came too late for a while: the line went back.
  };
  Kind kind = Kind::kNone;
  const char* reason = "";
};

// Pure. Single-owner.
class PlayLine {
 public:
  // `buffer_span`: as LatencyControl's.
  PlayLine(BufferMode mode, TimeDelta fixed_delay, CatchUp catch_up = CatchUp::kJump,
           TimeDelta buffer_span = TimeDelta::PlusInfinity());

  // A frame at `dts` of a track came in.
  LineChange OnArrival(TrackKind track, MediaTime dts, Timestamp at);
  // Nothing is left to show: the next arrival sets the line again, with more delay.
  void OnStall(Timestamp at);
  // The buffer was full and dropped what is older than `front`, after the arrival that filled it:
  // the line does not wait for what is gone.
  LineChange OnOverflow(MediaTime front, Timestamp at);
  // Timestamps jumped, or a new connection: nothing from before compares.
  void Restart();
  // Speed control; call when decide_at() has come.
  LineChange OnTime(Timestamp now);

  // Media goes on over another kind of connection: the line stays where it is. Its arrivals compare
  // with each other alone, and the target is measured anew, from the delay that the line has there.
  void SetMode(BufferMode mode, TimeDelta fixed_delay);

  // How long before being heard sound must be decoded; counts into the target delay.
  void SetAudioLead(TimeDelta lead) { audio_lead_ = lead; }

  // The delay that the sender asks for (the header extension playout-delay): the target stays
  // within it, the line follows by speed. Range [0 s, 40.95 s] as it comes; `most` >= `least`.
  void SetDelayRange(TimeDelta least, TimeDelta most);

  // The next arrival sets the line anew.
  bool IsWaiting() const { return state_ == State::kWaiting; }
  // Empty before the first arrival.
  const std::optional<ClockMap>& map() const { return map_; }
  // The start-up burst is over as far as can be told: media comes at its own pace.
  bool HasSettled(Timestamp now) const;
  // When HasSettled() turns true if nothing faster comes; infinity when it is or no line is.
  Timestamp settles_at() const;
  // Old media comes in and the line runs ahead: what is not late yet will be in a moment.
  bool IsBursting(Timestamp now) const;
  Timestamp decide_at() const { return decide_at_; }
  TimeDelta Target(Timestamp now) { return target_.At(now); }
  TimeDelta target() const { return target_.current(); }  // As last used.
  double playback_rate() const { return map_ ? map_->rate : 1.0; }
  // Behind the fastest path; zero while none is known.
  TimeDelta Delay(Timestamp at) const;

 private:
  enum class State { kWaiting, kFollowing, kSteady };
  struct Mode {
    BufferMode mode;
    TimeDelta fixed_delay;
    TimeDelta target;  // Before it.
  };

  void NoteTrack(TrackKind track, MediaTime dts, Timestamp at);
  TimeDelta TrackSpread() const;
  void ForgetTracks();
  LineChange Follow(Timestamp at);
  LineChange WatchLateness(MediaTime dts, Timestamp at);
  void PutAtTarget(Timestamp at);
  void Put(TimeDelta offset, Timestamp at);
  bool IsChasing() const { return state_ == State::kFollowing && catch_up_ == CatchUp::kJump; }
  TimeDelta OffsetAt(Timestamp at) const;

  void MeasureAnew(const Mode& mode, TimeDelta begin);
  void TakeDelayForTarget(Timestamp at);

  const CatchUp catch_up_;
  const TimeDelta buffer_span_;
  ArrivalClock clock_;
  TargetDelay target_;
  LatencyControl control_;
  StallForecast forecast_;
  State state_ = State::kWaiting;
  std::optional<ClockMap> map_;
  std::optional<MediaTime> newest_;  // dts.
  // What of the target the line gives at once; infinity: all.
  TimeDelta cushion_ = TimeDelta::PlusInfinity();
  std::optional<TimeDelta> opened_;    // Path of the first arrival, or of what an overflow left.
  std::optional<TimeDelta> followed_;  // Fastest path that the line stands on.
  // Fastest path of each track while following: sound is often tens of milliseconds behind
  // pictures by its encoder's making, and that is known before the first slot is over.
  std::optional<TimeDelta> video_fastest_;
  std::optional<TimeDelta> audio_fastest_;
  TimeDelta spread_ = TimeDelta::Zero();  // As the target knows it.
  std::optional<Timestamp> fell_at_;      // When it last got faster while following.
  std::optional<Timestamp> late_since_;
  Timestamp decide_at_ = Timestamp::PlusInfinity();
  TimeDelta audio_lead_ = TimeDelta::Zero();
  TimeDelta least_ = TimeDelta::Zero();  // As asked for.
  TimeDelta most_ = TimeDelta::PlusInfinity();
  std::optional<Mode> new_mode_;  // Until its first arrival.
};

}  // namespace onair::playout
