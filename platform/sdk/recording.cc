// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/recording.h"

#include <pthread.h>

#include <system_error>
#include <thread>
#include <utility>

#include "platform/runtime/clock.h"

namespace onair {
namespace {

// A disk that takes nothing for this much media is broken; 32 MiB is 8 s at 32 Mbit/s.
constexpr std::size_t kMaxFrames = 2000;
constexpr DataSize kMaxBytes = DataSize::Mebibytes(32);

DataSize SizeOfPayload(const EncodedFrame& frame) {
  return DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size()));
}

}  // namespace

std::int64_t Recording::SizeOf(const Job& job) {
  const auto* frame = std::get_if<EncodedFrame>(&job);
  return frame == nullptr ? 0 : SizeOfPayload(*frame).bytes();
}

Recording::Recording(std::unique_ptr<Recorder> recorder, std::string url)
    : recorder_(std::move(recorder)),
      jobs_({.items = kMaxFrames, .measure = kMaxBytes.bytes()}, runtime::WhenFull::kRefuse,
            SizeOf) {
  const runtime::MutexLock lock(mutex_);
  stats_.url = std::move(url);
}

Status Recording::Start(Timestamp now, OnEnd on_end) {
  {
    const runtime::MutexLock lock(mutex_);
    stats_.session.started_at = now;
    stats_.session.live_at = now;
    stats_.session.state = PublishState::kLive;
  }
  on_end_ = std::move(on_end);
  try {
    std::thread([self = shared_from_this()] { self->Run(); }).detach();
  } catch (const std::system_error& error) {
    return Fail(ErrorCode::kOutOfMemory, error.what());
  }
  return {};
}

bool Recording::Push(const StreamTracks& tracks) {
  return jobs_.Push(tracks);
}

bool Recording::Push(const EncodedFrame& frame) {
  const bool is_video = frame.track() == TrackKind::kVideo;
  const auto waiting = [&](int step) {
    const runtime::MutexLock lock(mutex_);
    (is_video ? video_waiting_ : audio_waiting_) += step;
    if (is_video && step > 0) ++stats_.session.frames_queued;
  };
  waiting(+1);  // Before the thread may see it.
  if (jobs_.Push(frame)) return true;
  waiting(-1);
  const runtime::MutexLock lock(mutex_);
  ++(is_video ? stats_.session.frames_dropped : stats_.session.audio_frames_dropped);
  return false;
}

void Recording::CountDropped(TrackKind track) {
  const runtime::MutexLock lock(mutex_);
  if (track == TrackKind::kAudio) {
    ++stats_.session.audio_frames_dropped;
    return;
  }
  ++stats_.session.frames_queued;
  ++stats_.session.frames_dropped;
}

Error Recording::Abandon() {
  jobs_.Close();
  const runtime::MutexLock lock(mutex_);
  const std::int64_t lost = CountLost();
  Error error{ErrorCode::kFileWrite,
              lost == 0 ? "the disk did not finish the file in time"
                        : "the disk did not take the last " + std::to_string(lost) + " frames"};
  stats_.session.state = PublishState::kEnded;
  stats_.error = error;
  return error;
}

DestinationStats Recording::stats() const {
  const runtime::MutexLock lock(mutex_);
  return stats_;
}

void Recording::Run() {
  pthread_setname_np(pthread_self(), "onair.file");
  std::optional<Error> error;
  while (auto job = jobs_.PopUntil(Timestamp::PlusInfinity())) {
    if (auto status = Do(*job); !status) {
      error = status.error();
      break;
    }
  }
  jobs_.Close();
  jobs_.Clear();
  if (auto status = recorder_->Close(); !status && !error) error = status.error();
  {
    const runtime::MutexLock lock(mutex_);
    if (!is_over_) {
      static_cast<void>(CountLost());
      stats_.session.state = PublishState::kEnded;
      stats_.error = error;
    }
  }
  on_end_(error);
}

Status Recording::Do(const Job& job) {
  if (const auto* tracks = std::get_if<StreamTracks>(&job)) return recorder_->SetTracks(*tracks);
  const auto& frame = std::get<EncodedFrame>(job);
  const Status status = recorder_->Write(frame);
  if (status) CountWritten(frame);
  return status;
}

void Recording::CountWritten(const EncodedFrame& frame) {
  const Timestamp now = runtime::Now();
  const runtime::MutexLock lock(mutex_);
  if (is_over_) return;
  auto& counts = stats_.session;
  counts.bytes_sent += SizeOfPayload(frame);
  if (frame.track() == TrackKind::kAudio) {
    --audio_waiting_;
    ++counts.audio_frames_sent;
    counts.audio_bytes_sent += SizeOfPayload(frame);
    return;
  }
  --video_waiting_;
  ++counts.frames_sent;
  if (frame.is_key()) ++counts.key_frames_sent;
  if (!counts.first_frame_at) counts.first_frame_at = now;
  counts.video_bytes_sent += SizeOfPayload(frame);
  stats_.send_delay.Add(now - frame.captured_at);
}

std::int64_t Recording::CountLost() {
  is_over_ = true;
  stats_.session.frames_dropped += video_waiting_;
  stats_.session.audio_frames_dropped += audio_waiting_;
  return std::exchange(video_waiting_, 0) + std::exchange(audio_waiting_, 0);
}

}  // namespace onair
