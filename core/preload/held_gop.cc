// SPDX-License-Identifier: Apache-2.0
#include "core/preload/held_gop.h"

#include <algorithm>
#include <utility>

namespace onair::preload {
namespace {

DataSize SizeOf(const EncodedFrame& frame) {
  return DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size())) + HeldGop::kFrameOverhead;
}

bool IsSame(const std::optional<VideoTrack>& a, const std::optional<VideoTrack>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->codec == b->codec && std::ranges::equal(a->config.view(), b->config.view());
}

bool IsSame(const std::optional<AudioTrack>& a, const std::optional<AudioTrack>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->codec == b->codec && a->format == b->format &&
         std::ranges::equal(a->config.view(), b->config.view());
}

}  // namespace

void HeldGop::OnTracks(const StreamTracks& tracks) {
  if (!tracks_ || !IsSame(tracks_->video, tracks.video)) {
    Forget();
  } else if (!IsSame(tracks_->audio, tracks.audio)) {
    ForgetSound();
  }
  tracks_ = tracks;
}

void HeldGop::OnFrame(EncodedFrame frame) {
  if (frame.is_key()) Forget();
  if ((frames_.empty() && !frame.is_key()) || !is_whole_) {
    ++frames_dropped_;
    return;
  }
  size_ += SizeOf(frame);
  frames_.push_back(std::move(frame));
  if (size_ <= limit_ || frames_.size() == 1) return;
  ++cuts_;
  is_whole_ = false;
  frames_dropped_ += static_cast<std::int64_t>(frames_.size()) - 1;
  frames_.erase(frames_.begin() + 1, frames_.end());
  size_ = SizeOf(frames_.front());
}

void HeldGop::Clear() {
  Forget();
  tracks_.reset();
}

HeldGop::Taken HeldGop::Take() {
  Taken taken{std::exchange(tracks_, std::nullopt), std::move(frames_), is_whole_};
  Forget();
  return taken;
}

void HeldGop::ForgetSound() {
  for (const EncodedFrame& frame : frames_) {
    if (frame.track() != TrackKind::kAudio) continue;
    size_ -= SizeOf(frame);
    ++frames_dropped_;
  }
  std::erase_if(frames_,
                [](const EncodedFrame& frame) { return frame.track() == TrackKind::kAudio; });
}

void HeldGop::Forget() {
  frames_.clear();
  size_ = DataSize::Zero();
  is_whole_ = true;
}

}  // namespace onair::preload
