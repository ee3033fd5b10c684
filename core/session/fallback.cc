// SPDX-License-Identifier: Apache-2.0
#include "core/session/fallback.h"

#include <algorithm>
#include <utility>

namespace onair::session {

Fallback::Fallback(const FallbackConfig& config, Rng rng, Timestamp now)
    : config_(config),
      rng_(rng),
      returned_at_(now),
      missing_since_(now),
      return_wait_(config.first_return) {}

void Fallback::OnState(PlayState state, const std::optional<Error>& error, Timestamp now) {
  // A publisher who left the fallback is missing everywhere; one who left the realtime stream may
  // be a server that does.
  const bool is_fine = state == PlayState::kPlaying ||
                       (state == PlayState::kAwaitingPublisher && has_fallen_back_) ||
                       (state == PlayState::kEnded && !error);
  if (state == PlayState::kPlaying && std::exchange(is_ahead_, false)) return_at_ = now;
  if (state != PlayState::kPlaying && state != PlayState::kStalled) media_since_.reset();
  if (is_fine) {
    missing_since_.reset();
    is_broken_ = false;
    retry_wait_ = kFirstRetry;
    retry_at_ = Timestamp::MinusInfinity();
    return;
  }
  if (!missing_since_) {
    missing_since_ = now;
    if (!has_fallen_back_ && now - returned_at_ >= kLasting) return_wait_ = config_.first_return;
  }
  is_broken_ = is_broken_ || error.has_value();
}

void Fallback::OnAhead() {
  has_fallen_back_ = true;
  is_ahead_ = true;
}

void Fallback::OnMedia(Timestamp now) {
  if (has_fallen_back_) return;
  if (!media_since_) {
    media_since_ = now;
    longest_gap_ = TimeDelta::Zero();
  } else {
    const TimeDelta gap = now - media_at_;
    longest_gap_ = std::max(gap, longest_gap_ - gap.Scaled(kForgotten));
  }
  media_at_ = now;
}

// Infinity: it may be silent.
Timestamp Fallback::silent_at() const {
  if (!media_since_ || media_at_ - *media_since_ < kAcquainted) return Timestamp::PlusInfinity();
  const TimeDelta silence = std::max(longest_gap_ * kUnusual, kLeastSilence);
  return std::max(media_at_ + std::min(silence, config_.after), alarm_at_);
}

void Fallback::OnFellBack(Timestamp now) {
  has_fallen_back_ = true;
  media_since_.reset();
  missing_since_.reset();
  is_broken_ = false;
  retry_at_ = Timestamp::MinusInfinity();
  return_at_ = now + TakeWait(return_wait_, config_.most_return);
}

void Fallback::OnReturned(Timestamp now) {
  has_fallen_back_ = false;
  missing_since_.reset();
  is_broken_ = false;
  retry_at_ = Timestamp::MinusInfinity();
  return_at_ = Timestamp::PlusInfinity();
  returned_at_ = now;
}

void Fallback::OnFailed(Timestamp now) {
  alarm_at_ = now + kAfterAlarm;
  const bool was_alarm = !has_fallen_back_ && !missing_since_;
  if (was_alarm) return;
  retry_at_ = now + TakeWait(retry_wait_, kMostRetry);
  if (has_fallen_back_) return_at_ = now + TakeWait(return_wait_, config_.most_return);
}

Fallback::Wish Fallback::Decide(Timestamp now) const {
  if (now < decide_at()) return Wish::kNone;
  return has_fallen_back_ ? Wish::kReturn : Wish::kFallBack;
}

Timestamp Fallback::decide_at() const {
  Timestamp at = has_fallen_back_ ? return_at_ : Timestamp::PlusInfinity();
  if (missing_since_) {
    const Timestamp missed = is_broken_ ? *missing_since_ : *missing_since_ + config_.after;
    at = std::min(at, std::max(missed, retry_at_));
  }
  return std::min(at, silent_at());
}

// The wait, a fifth of it by chance; twice as long the next time.
TimeDelta Fallback::TakeWait(TimeDelta& wait, TimeDelta most) {
  const TimeDelta taken = wait.Scaled(0.8 + 0.2 * rng_.Fraction());
  wait = std::min(wait * 2, most);
  return taken;
}

}  // namespace onair::session
