// SPDX-License-Identifier: Apache-2.0
#include "core/playout/target_delay.h"

#include <algorithm>

#include "core/api/opening.h"

namespace onair::playout {
namespace {

// What one stall adds at least.
// Source: ours; a fifth of what ExoPlayer's DefaultLivePlaybackSpeedControl adds (500 ms),
// which rules delays of seconds.
constexpr TimeDelta kStallStep = TimeDelta::Millis(100);
// Source: ours; a fifth of VCMTiming's 100 ms/s (libwebrtc timing.cc), so that the slow-down
// and the speed-up around one bad slot are not heard.
constexpr double kFallPerSecond = 0.02;

constexpr TimeDelta kBoostHold = TimeDelta::Seconds(10);
constexpr double kBoostFallPerSecond = 0.01;

// From the first picture to the first delay that is told: a slot of ArrivalClock.
constexpr TimeDelta kFirstDelay = TimeDelta::Millis(500);

struct Policy {
  double quantile;       // Share of slots whose worst frame is in time.
  TimeDelta floor;       // Decoding, display refresh and what no histogram has seen yet.
  TimeDelta jitter_cap;  // What lasts longer is an outage, to be caught up with, not waited for.
  TimeDelta boost_cap;   // Most that stalls may add.
  TimeDelta boost_step = kStallStep;        // Least that one adds.
  double fall = kFallPerSecond;             // Seconds that the target falls in a second.
  TimeDelta boost_hold = kBoostHold;        // After the last stall.
  double boost_fall = kBoostFallPerSecond;  // Then, as `fall`.
  double forget = DelayHistogram::kForget;
  double sound_quantile = 0;                      // Of sound alone, where that is more.
  TimeDelta opening = TimeDelta::PlusInfinity();  // What it cost is forgotten when it is over.
};

// Source: ours; quantiles bracket NetEq's 0.95 (libwebrtc delay_manager.h). The caps keep an
// outage, which no live buffer can cover, from costing delay for long after it.
constexpr Policy PolicyOf(BufferMode mode) {
  switch (mode) {
    case BufferMode::kFast:
      return {.quantile = 0.90,
              .floor = TimeDelta::Millis(40),
              .jitter_cap = TimeDelta::Millis(500),
              .boost_cap = TimeDelta::Millis(200)};
    case BufferMode::kSmooth:
      return {.quantile = 0.99,
              .floor = TimeDelta::Millis(300),
              .jitter_cap = TimeDelta::Seconds(4),
              .boost_cap = TimeDelta::Seconds(2)};
    case BufferMode::kRealtime:
      // What a picture needs for decoding counts as jitter (PlayLine), so the floor is next to
      // nothing. A resend comes within a round trip: stalls are short, and a picture that misses
      // its time by less than 150 ms is no freeze, so one slot in five may hold such a one.
      // Source: ours; tests/scenario/rts_play_scenario.cc. At 0.95 lossy lines take 60 ms more.
      // What pictures from before the viewer came cost on a narrow line is no jitter, and what
      // jitter there was is forgotten in 10 slots. Sound comes by its copies (RED) before pictures
      // come by resends, so that nearly all of its slots cost little beside them.
      return {.quantile = 0.80,
              .floor = TimeDelta::Millis(10),
              .jitter_cap = TimeDelta::Millis(500),
              .boost_cap = TimeDelta::Millis(200),
              .boost_step = TimeDelta::Millis(30),
              .fall = 0.10,
              .boost_hold = TimeDelta::Seconds(3),
              .boost_fall = 0.05,
              .forget = 0.90,
              .sound_quantile = 0.95,
              .opening = kOpeningSpan - kFirstDelay};
    case BufferMode::kAuto:
    case BufferMode::kFixed:
      break;
  }
  return {.quantile = 0.95,
          .floor = TimeDelta::Millis(80),
          .jitter_cap = TimeDelta::Millis(1'500),
          .boost_cap = TimeDelta::Millis(600)};
}

constexpr TimeDelta kLongest = TimeDelta::Seconds(5);

}  // namespace

TargetDelay::TargetDelay(BufferMode mode, TimeDelta fixed_delay, TimeDelta begin)
    : mode_(mode),
      fixed_(fixed_delay),
      histogram_(PolicyOf(mode).forget),
      sound_(PolicyOf(mode).forget),
      current_(mode == BufferMode::kFixed ? fixed_delay : std::max(PolicyOf(mode).floor, begin)) {
  if (begin > TimeDelta::Zero()) opening_ends_at_ = Timestamp::PlusInfinity();
}

void TargetDelay::OnSlot(const ArrivalClock::SlotDelays& delays, Timestamp at) {
  if (!opening_ends_at_) opening_ends_at_ = at + PolicyOf(mode_).opening;
  const bool has_opened = at >= *opening_ends_at_;
  if (has_opened) {
    opening_ends_at_ = Timestamp::PlusInfinity();
    histogram_.Clear();
    sound_.Clear();
  }
  histogram_.Add(delays.worst);
  if (delays.sound > TimeDelta::Zero()) sound_.Add(delays.sound);
  const Policy policy = PolicyOf(mode_);
  const TimeDelta needed =
      std::max(histogram_.Quantile(policy.quantile), sound_.Quantile(policy.sound_quantile));
  jitter_ = std::min(needed, policy.jitter_cap);
  if (has_opened) current_ = Wanted();
  static_cast<void>(At(at));
}

void TargetDelay::OnStall(TimeDelta late, Timestamp at) {
  const Policy policy = PolicyOf(mode_);
  boost_ = std::min(boost_ + std::max(late, policy.boost_step), policy.boost_cap);
  boosted_at_ = at;
  static_cast<void>(At(at));
}

void TargetDelay::SetRange(TimeDelta least, TimeDelta most) {
  least_ = std::min(least, kLongest);
  most_ = most;
}

TimeDelta TargetDelay::At(Timestamp now) {
  if (mode_ == BufferMode::kFixed) return fixed_;
  if (updated_at_ && now < *updated_at_) return current_;
  const Policy policy = PolicyOf(mode_);
  if (boosted_at_ && now - *boosted_at_ > policy.boost_hold) {
    const TimeDelta over = now - *boosted_at_ - policy.boost_hold;
    boost_ = std::max(boost_ - over.Scaled(policy.boost_fall), TimeDelta::Zero());
    boosted_at_ = now - policy.boost_hold;
    if (boost_ == TimeDelta::Zero()) boosted_at_.reset();
  }
  const TimeDelta wanted = Wanted();
  const TimeDelta passed = updated_at_ ? now - *updated_at_ : TimeDelta::Zero();
  current_ = std::max(wanted, current_ - passed.Scaled(policy.fall));
  current_ = std::min(current_, std::max(least_, most_));
  updated_at_ = now;
  return current_;
}

TimeDelta TargetDelay::Wanted() const {
  const Policy policy = PolicyOf(mode_);
  const TimeDelta needed = std::min(std::max(jitter_, policy.floor) + boost_, kLongest);
  return std::max(std::min(needed, most_), least_);
}

}  // namespace onair::playout
