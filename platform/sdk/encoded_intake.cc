// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/encoded_intake.h"

#include <algorithm>
#include <array>
#include <utility>

#include "codec/bitstream/nal.h"
#include "platform/runtime/clock.h"

namespace onair {
namespace {

Status Refuse(const char* field) {
  return Fail(ErrorCode::kInvalidConfig, field);
}

// An app's encoder that speaks Annex B gives start codes where lengths and records should be.
bool IsAnnexB(ByteView bytes) {
  constexpr std::array<std::uint8_t, 4> kStart{0, 0, 0, 1};
  const auto begins_with = [bytes](ByteView code) {
    return bytes.size() >= code.size() && std::equal(code.begin(), code.end(), bytes.begin());
  };
  return begins_with(ByteView(kStart)) || begins_with(ByteView(kStart).subspan(1));
}

Status CheckTrack(const VideoTrack& track) {
  if (track.config.empty() || IsAnnexB(track.config.view())) return Refuse("new_track.config");
  const auto is_side = [](int side) { return side >= 1 && side <= kMaxPictureSide; };
  if (!is_side(track.size.width)) return Refuse("new_track.size.width");
  if (!is_side(track.size.height)) return Refuse("new_track.size.height");
  return {};
}

// Apps may tell with each key frame.
bool AreSame(const VideoTrack& a, const VideoTrack& b) {
  const ByteView x = a.config.view();
  const ByteView y = b.config.view();
  return a.size == b.size && std::equal(x.begin(), x.end(), y.begin(), y.end());
}

}  // namespace

void EncodedIntake::Start(Timestamp origin) {
  const runtime::MutexLock lock(mutex_);
  origin_ = origin;
}

Status EncodedIntake::Check(const EncodedFrame& frame,
                            const std::optional<VideoTrack>& new_track) const {
  const bool is_video = frame.track() == TrackKind::kVideo;
  if (is_video ? !tracks_.video : !tracks_.audio) return Refuse("frame.kind");
  if (frame.payload.empty()) return Refuse("frame.payload");
  if (frame.dts > frame.pts) return Refuse("frame.dts");
  const auto& last = is_video ? last_video_ : last_audio_;
  if (last && frame.dts <= *last) return Refuse("frame.dts");
  if (is_video && !codec::SplitLengths(frame.payload.view())) return Refuse("frame.payload");
  if (!new_track) return {};
  if (!frame.is_key() || new_track->codec != tracks_.video->codec) return Refuse("new_track");
  return CheckTrack(*new_track);
}

Status EncodedIntake::Push(EncodedFrame frame, const std::optional<VideoTrack>& new_track) {
  const runtime::MutexLock lock(mutex_);
  if (auto status = Check(frame, new_track); !status) return status;
  const bool is_video = frame.track() == TrackKind::kVideo;
  // Also where the frame itself is let go: the app does not tell it again.
  if (new_track && !AreSame(*new_track, *video_)) {
    video_ = new_track;
    handoff_.SetVideoTrack(*new_track);
  }
  if (!origin_) {
    if (is_video) awaits_key_ = true;
    return {};
  }
  if (!shift_) {
    shift_ = (frame.captured_at - *origin_) - (frame.pts - MediaTime::Zero());
  }
  (is_video ? last_video_ : last_audio_) = frame.dts;
  frame.pts = frame.pts + *shift_;
  frame.dts = frame.dts + *shift_;
  if (IsLetGo(frame)) return {};
  if (is_video) {
    handoff_.PushPicture(std::move(frame));
  } else {
    handoff_.PushSound(std::move(frame), tracks_.audio->codec);
  }
  return {};
}

bool EncodedIntake::IsLetGo(const EncodedFrame& frame) {
  // Captured before the line began, as what an encoder held back.
  const bool is_early = frame.dts < MediaTime::Zero();
  if (frame.track() == TrackKind::kAudio) {
    const bool is_silent = is_muted_ || is_paused_;
    if (is_silent) ++counts_.audio_frames_withheld;
    if (!is_silent) Count(frame);
    return is_silent || is_early;
  }
  const bool is_withheld = is_paused_ || (awaits_key_ && !frame.is_key());
  if (is_withheld) ++counts_.frames_withheld;
  if (!is_withheld) Count(frame);
  awaits_key_ = is_withheld || is_early;
  return awaits_key_;
}

void EncodedIntake::SetMuted(bool is_muted) {
  const runtime::MutexLock lock(mutex_);
  is_muted_ = is_muted;
}

void EncodedIntake::SetPaused(bool is_paused) {
  const runtime::MutexLock lock(mutex_);
  is_paused_ = is_paused;
}

void EncodedIntake::Count(const EncodedFrame& frame) {
  const DataSize size = DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size()));
  if (frame.track() == TrackKind::kAudio) {
    counts_.audio_bytes += size;
    return;
  }
  ++counts_.frames_encoded;
  if (frame.is_key()) ++counts_.key_frames;
  counts_.video_bytes += size;
  const Timestamp now = runtime::Now();
  last_second_.push_back(now);
  while (last_second_.front() <= now - TimeDelta::Seconds(1)) last_second_.pop_front();
}

void EncodedIntake::AddTo(PublisherStats& stats) const {
  const runtime::MutexLock lock(mutex_);
  stats.frames_withheld = counts_.frames_withheld;
  stats.audio_frames_withheld = counts_.audio_frames_withheld;
  if (tracks_.audio) stats.audio_bytes = counts_.audio_bytes;
  if (!tracks_.video) return;
  stats.frames_encoded = counts_.frames_encoded;
  stats.key_frames = counts_.key_frames;
  stats.video_bytes = counts_.video_bytes;
  const Timestamp since = runtime::Now() - TimeDelta::Seconds(1);
  stats.frame_rate = static_cast<double>(std::count_if(
      last_second_.begin(), last_second_.end(), [since](Timestamp at) { return at > since; }));
  stats.picture_size = video_->size;
}

}  // namespace onair
