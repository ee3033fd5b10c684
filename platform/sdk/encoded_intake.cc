// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/encoded_intake.h"

#include <algorithm>
#include <utility>

#include "platform/runtime/clock.h"

namespace onair {
namespace {

Status Refuse(const char* field) {
  return Fail(ErrorCode::kInvalidConfig, field);
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
  if (!new_track) return {};
  if (!frame.is_key() || new_track->codec != tracks_.video->codec) return Refuse("new_track");
  return {};
}

Status EncodedIntake::Push(EncodedFrame frame, const std::optional<VideoTrack>& new_track) {
  const runtime::MutexLock lock(mutex_);
  if (auto status = Check(frame, new_track); !status) return status;
  if (!origin_) return {};
  const bool is_video = frame.track() == TrackKind::kVideo;
  if (!shift_) {
    shift_ = (frame.captured_at - *origin_) - (frame.pts - MediaTime::Zero());
  }
  (is_video ? last_video_ : last_audio_) = frame.dts;
  Count(frame);
  frame.pts = frame.pts + *shift_;
  frame.dts = frame.dts + *shift_;
  // Captured before the line began, as what an encoder held back.
  if (frame.dts < MediaTime::Zero()) return {};
  if (!is_video) {
    handoff_.PushSound(std::move(frame), tracks_.audio->codec);
    return {};
  }
  if (new_track && !AreSame(*new_track, *video_)) {
    video_ = new_track;
    handoff_.SetVideoTrack(*new_track);
  }
  handoff_.PushPicture(std::move(frame));
  return {};
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
  if (tracks_.audio) stats.audio_bytes = counts_.audio_bytes;
  if (!tracks_.video) return;
  stats.frames_encoded = counts_.frames_encoded;
  stats.key_frames = counts_.key_frames;
  stats.video_bytes = counts_.video_bytes;
  stats.frame_rate = static_cast<double>(last_second_.size());
  stats.picture_size = video_->size;
}

}  // namespace onair
