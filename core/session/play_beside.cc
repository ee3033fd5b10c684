// SPDX-License-Identifier: Apache-2.0
//
// A play session beside another one: its frames are said as they come, until what the other plays
// goes on here.
#include <utility>

#include "core/session/play_core.h"

namespace onair::session {

void Play::Core::StartBeside(Timestamp at) {
  if (link_ != Link::kIdle || IsPrepared()) return;
  is_beside_ = true;
  Start(at);
}

std::unique_ptr<PlayProgress> Play::Core::GiveUp(Timestamp at) {
  Advance(at);
  Sync();
  is_beside_ = true;
  auto given = std::exchange(
      progress_, std::make_unique<PlayProgress>(config_, PlayoutStyle::OfStreams(), trace_));
  progress_->RestartOpening(now_);
  return given;
}

void Play::Core::TakeOver(std::unique_ptr<PlayProgress> progress, HeldMedia media, Timestamp at) {
  Advance(at);
  if (IsEnded() || !is_beside_) return;
  is_beside_ = false;
  shift_ = media.joint.shift;
  progress->Inherit(*progress_);
  progress_ = std::move(progress);
  playout().GoOn(media.joint, config_, PlayoutStyle::OfStreams(), now_);
  playout().OnTracks(media.tracks, now_);
  for (EncodedFrame& frame : media.frames) Feed(std::move(frame));
  playout().OnHeldFed();
  Sync();
}

// True: it can be decoded, or somebody else's to tell.
bool Play::Core::Feed(EncodedFrame frame) {
  if (is_beside_) {
    Emit(FrameArrived{std::move(frame)});
    return true;
  }
  frame.pts += shift_;
  frame.dts += shift_;
  return playout().OnFrame(std::move(frame), now_);
}

}  // namespace onair::session
