// SPDX-License-Identifier: Apache-2.0
//
// What a play session does when the other side of the stream goes and comes back: its publisher,
// or its own network.
#include "core/session/play_core.h"

namespace onair::session {

void Play::Core::HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp at) {
  Advance(at);
  from_ = from;
  if (link_ == Link::kIdle || link_ == Link::kPlayingOut || IsEnded()) return;
  trace_.Decision(now_, "play.path", "changed", "");
  backoff_.Reset();
  SayGoodbye();
  CloseStreamIfOpen();
  transport_.reset();
  if (progress_->state() == PlayState::kPlaying || progress_->state() == PlayState::kStalled) {
    Enter(PlayState::kReconnecting, std::nullopt, TimeDelta::Zero());
  }
  OpenNext();
  Sync();
}

// The stream is over unless somebody publishes it again in time.
void Play::Core::OnPublisherLeft() {
  if (config_.publisher_gap == TimeDelta::Zero()) return PlayOut();
  timers_.Stop(Timer::kStall);
  timers_.Stop(Timer::kUsable);
  if (IsInGap()) return;
  progress_->NoteGap();
  gap_backoff_.Reset();
  timers_.Set(Timer::kGap, now_ + config_.publisher_gap);
  playout().OnPublisherLeft();
  if (gop_) gop_->Clear();
  Sync();
  Enter(PlayState::kAwaitingPublisher, std::nullopt, TimeDelta::Zero());
}

// Until the gap is over a server that knows nothing of the stream is no news. One that does not
// let us in any more has nothing to wait for.
void Play::Core::RetryInGap(const Error& error) {
  const bool may_retry = config_.reconnect.max_attempts > 0;
  if (!may_retry || Describe(error.code).retryable == Retryable::kNo) return PlayOut();
  playout().OnConnection();
  link_ = Link::kWaiting;
  timers_.Set(Timer::kRetry, now_ + *gap_backoff_.Next());
  trace_.Decision(now_, "play.publisher", "look again", Describe(error.code).name);
}

}  // namespace onair::session
