// SPDX-License-Identifier: Apache-2.0
//
// A play session before anybody watches: how far it goes, and how it begins to be shown.
#include <utility>

#include "core/session/play_core.h"

namespace onair::session {

void Play::Core::Prepare(PreloadTier depth, DataSize gop_size, Timestamp at) {
  Advance(at);
  if (IsEnded() || (link_ != Link::kIdle && !IsPrepared())) return;  // Being watched, or over.
  const PreloadTier before = std::exchange(prepared_, std::min(depth, PreloadTier::kNewestGop));
  if (prepared_ == before) return;
  if (!gop_) gop_.emplace(gop_size);
  if (prepared_ < before) return LeaveStream();
  if (link_ == Link::kReady) return AskForStream();
  if (link_ != Link::kIdle) return;
  progress_->RestartOpening(now_);
  Open(url_);
}

PreloadTier Play::Core::ready() const {
  if (!IsPrepared()) return PreloadTier::kNone;
  if (gop_->key() != nullptr) return PreloadTier::kNewestGop;
  return link_ == Link::kReady || IsDriven() ? PreloadTier::kConnected : PreloadTier::kNone;
}

void Play::Core::HoldOpen(EncodedFrame frame) {
  const bool is_key = frame.is_key();
  gop_->OnFrame(std::move(frame));
  if (link_ == Link::kOpen) timers_.Set(Timer::kUsable, now_ + config_.usable_timeout);
  if (progress_->NoteMedia()) timers_.Set(Timer::kLasting, now_ + PlayProgress::kLastingSuccess);
  if (is_key && gop_->tracks() && gop_->key() != nullptr) {
    Emit(KeyFrameHeld{*gop_->tracks(), *gop_->key()});
  }
}

// The protocol counts its own time from its making, which may have been long ago.
void Play::Core::AskForStream() {
  auto path = open_path_(opened_, now_);
  if (!path) return Fail(path.error());
  transport_ = std::move(path->transport);
  if (!transport_) return Fail({ErrorCode::kInternal, "no transport was made"});
  transport_idle_ = Idle{};
  link_ = Link::kOpening;
  timers_.Set(Timer::kConnect, now_ + config_.connect_timeout);
  DrainTransport();
  Sync();
}

void Play::Core::LeaveStream() {
  gop_->Clear();
  const bool has_asked = IsDriven();
  if (has_asked) SayGoodbye();
  if (prepared_ == PreloadTier::kConnected && !has_asked) return;
  CloseStreamIfOpen();
  transport_.reset();
  timers_.StopAll();
  link_ = Link::kIdle;
  if (prepared_ == PreloadTier::kConnected) OpenNext();
}

// Of what viewers wait for, what was done before they came took no time.
void Play::Core::NoteDoneAhead() {
  OpeningStages& o = progress_->RestartOpening(now_);
  if (!IsDriven() && link_ != Link::kReady) return;
  o.resolved = o.connected = now_;
  if (security_ == Security::kTls) o.secured = now_;
  if (IsDriven()) o.requested = now_;
  if (progress_->had_media()) o.first_byte = now_;
}

// What is held takes the way that a server's cached GOP would: all at once, now.
void Play::Core::Pour() {
  prepared_ = PreloadTier::kNone;
  auto held = gop_->Take();
  gop_.reset();
  NoteDoneAhead();
  Enter(PlayState::kConnecting, std::nullopt, TimeDelta::Zero());
  trace_.Number(now_, "play.poured_frames", static_cast<double>(held.frames.size()));
  if (!held.frames.empty()) Mark(&OpeningStages::first_key_frame, "play.first_key_frame");
  if (held.tracks) playout().OnTracks(*held.tracks, now_);
  for (EncodedFrame& frame : held.frames) playout().OnFrame(std::move(frame), now_);
  if (!held.is_whole) playout().OnPicturesMissing();
  if (link_ == Link::kReady) return AskForStream();
  if (link_ == Link::kWaiting && !IsInGap()) {
    backoff_.Reset();
    OpenNext();
  }
  Sync();
}

}  // namespace onair::session
