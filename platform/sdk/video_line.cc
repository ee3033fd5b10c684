// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/video_line.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "core/control/resolution_ladder.h"
#include "platform/runtime/clock.h"

namespace onair {
namespace {

// How long the thread waits when nothing is due, so that a pause or a target is seen.
constexpr TimeDelta kIdleTick = TimeDelta::Millis(100);

capture::FrameCadenceConfig CadenceOf(const VideoConfig& config) {
  capture::FrameCadenceConfig cadence;
  cadence.frame_rate = config.frame_rate;
  return cadence;
}

EncoderTarget FirstTarget(const VideoConfig& config) {
  return EncoderTarget{.video_rate = config.rate, .frame_rate = config.frame_rate};
}

}  // namespace

VideoLine::VideoLine(Setup setup)
    : config_(setup.config),
      encoder_(std::move(setup.encoder)),
      make_encoder_(std::move(setup.make_encoder)),
      effects_(std::move(setup.effects)),
      deliver_(std::move(setup.deliver)),
      on_track_(std::move(setup.on_track)),
      trace_(*setup.trace),
      waiting_({.items = setup.raw_pictures}, runtime::WhenFull::kDropOldest),
      target_(FirstTarget(setup.config)),
      conform_(setup.config.size, capture::FitMode::kFill),
      cadence_(CadenceOf(setup.config)),
      in_force_(FirstTarget(setup.config)) {
  counts_.picture_size = encoder_->track().size;
  counts_.target_rate = setup.config.rate;
  counts_.roi = encoder_->capabilities().roi;
  counts_.encoder = encoder_->capabilities().name;
}

VideoLine::~VideoLine() {
  Stop();
}

void VideoLine::Start(SharedLine& line) {
  line_ = &line;
  thread_ = std::thread([this] { Run(); });
}

void VideoLine::Stop() {
  is_stopping_ = true;
  waiting_.Close();
  waiting_.Clear();
  if (thread_.joinable()) thread_.join();
}

void VideoLine::Push(VideoFrame frame) {
  {
    const runtime::MutexLock lock(mutex_);
    ++counts_.frames_captured;
  }
  waiting_.Push(std::move(frame));
}

void VideoLine::SetTarget(const EncoderTarget& target) {
  target_.Set(target);
}
void VideoLine::RequestKeyFrame() {
  key_frame_wanted_.Set(true);
}
void VideoLine::Pause(std::optional<Picture> picture) {
  pause_.Set({.is_paused = true, .picture = std::move(picture)});
}
void VideoLine::Resume() {
  pause_.Set({});
}
void VideoLine::Cover(std::optional<Picture> picture) {
  cover_.Set(std::move(picture));
}

void VideoLine::Run() {
  pthread_setname_np(pthread_self(), "onair.video");
  while (!is_stopping_) {
    const Timestamp now = runtime::Now();
    Timestamp wake = now + kIdleTick;
    if (const auto repeat = cadence_.RepeatAt(); repeat && !IsIntakePaused()) {
      wake = std::min(wake, line_->origin() + (*repeat - MediaTime::Zero()));
    }
    auto frame = waiting_.PopUntil(wake);
    ApplyTarget();
    if (frame) {
      HandlePicture(std::move(*frame));
    } else {
      RepeatIfDue(runtime::Now());
    }
  }
  // What a look-ahead still holds was captured before the stop.
  ready_.clear();
  const Status flushed = encoder_->Flush(ready_);
  DeliverReady(runtime::Now(), flushed);
}

void VideoLine::ApplyTarget() {
  const auto target = target_.GetIfNewer(target_seen_);
  const auto key_frame = key_frame_wanted_.GetIfNewer(key_frame_seen_);
  if (!target && !key_frame) return;
  if (target) in_force_ = *target;
  in_force_.key_frame = key_frame ? KeyFrameWanted::kYes : KeyFrameWanted::kNo;
  if (in_force_.resolution_step != step_tried_) ChangeSize(in_force_.resolution_step);
  cadence_.SetFrameRate(std::min(in_force_.frame_rate, config_.frame_rate));
  const Status status = encoder_->Apply(in_force_);
  const Timestamp now = runtime::Now();
  trace_.Decision(now, "encode.target", status ? "applied" : "refused",
                  key_frame ? "key frame wanted" : "rate");
  const runtime::MutexLock lock(mutex_);
  if (status) counts_.target_rate = in_force_.video_rate;
}

void VideoLine::ChangeSize(int step) {
  step_tried_ = step;
  VideoConfig config = config_;
  config.size = control::SizeAtStep(config_.size, step);
  if (config.size == conform_.wanted()) return;
  auto next = make_encoder_(config);
  const Timestamp now = runtime::Now();
  trace_.Decision(now, "encode.size", next ? "changed" : "refused", "resolution step");
  if (!next) {
    const runtime::MutexLock lock(mutex_);
    ++counts_.encode_errors;
    return;
  }
  // What the old one still holds was captured before, and is decoded as before.
  ready_.clear();
  const Status flushed = encoder_->Flush(ready_);
  DeliverReady(now, flushed);
  encoder_ = std::move(*next);
  conform_ = capture::Conform(config.size, capture::FitMode::kFill);
  on_track_(encoder_->track());
  const runtime::MutexLock lock(mutex_);
  counts_.picture_size = encoder_->track().size;
  counts_.roi = encoder_->capabilities().roi;
  counts_.encoder = encoder_->capabilities().name;
}

void VideoLine::HandlePicture(VideoFrame frame) {
  const MediaTime at = frame.pts;
  // While paused nothing of the source may be kept: what was shown before the pause stays.
  if (!newest_ || !pause_.Get().is_paused) newest_ = frame.Share();
  if (IsIntakePaused()) {
    const runtime::MutexLock lock(mutex_);
    ++counts_.frames_skipped;
    return;
  }
  if (cadence_.OnPicture(at).choice == capture::FrameDecision::Choice::kDrop) {
    const runtime::MutexLock lock(mutex_);
    ++counts_.frames_dropped;
    return;
  }
  EncodeFrame(Shown(std::move(frame)));
}

void VideoLine::RepeatIfDue(Timestamp now) {
  if (!newest_ || IsIntakePaused()) return;
  const auto at = cadence_.OnTime(line_->At(now));
  if (!at) return;
  VideoFrame frame = newest_->Share();
  frame.pts = *at;
  frame.captured_at = now;
  frame.captured_utc.reset();  // Nothing was captured now; a stamp would claim it.
  line_->OnFilled(TrackKind::kVideo, *at);
  {
    const runtime::MutexLock lock(mutex_);
    ++counts_.frames_repeated;
  }
  EncodeFrame(Shown(std::move(frame)));
}

VideoFrame VideoLine::Shown(VideoFrame frame) {
  const PauseState pause = pause_.Get();
  if (!pause.is_paused) {
    auto cover = cover_.Get();
    if (!cover) return frame;
    return VideoFrame(std::move(*cover), frame.pts, frame.captured_at);
  }
  // Without a picture of its own a pause holds the last one before it; a pause from the very
  // start holds the first, because something must be shown.
  return VideoFrame(pause.picture.value_or(newest_->picture), frame.pts, frame.captured_at);
}

void VideoLine::EncodeFrame(VideoFrame frame) {
  // A repetition and a picture that was already on its way may meet; time still rises.
  if (last_pts_ && frame.pts <= *last_pts_) {
    const runtime::MutexLock lock(mutex_);
    ++counts_.frames_dropped;
    return;
  }
  const Timestamp begin = runtime::Now();
  auto fitting = conform_.Apply(std::move(frame));
  if (!fitting) {
    const runtime::MutexLock lock(mutex_);
    ++counts_.encode_errors;
    return;
  }
  last_pts_ = fitting->pts;
  ready_.clear();
  trace_.Span(begin, runtime::Now(), "conform");
  fitting = effects_->Apply(std::move(*fitting));
  const Timestamp encode_begin = runtime::Now();
  const Status status = encoder_->Encode(*fitting, ready_);
  const Timestamp end = runtime::Now();
  trace_.Span(encode_begin, end, "encode");
  {
    const runtime::MutexLock lock(mutex_);
    counts_.encode.Add(end - encode_begin);
    counts_.picture_to_bits.Add(end - begin);
  }
  DeliverReady(end, status);
}

void VideoLine::DeliverReady(Timestamp now, const Status& status) {
  {
    const runtime::MutexLock lock(mutex_);
    if (!status) ++counts_.encode_errors;
    for (const EncodedFrame& encoded : ready_) {
      ++counts_.frames_encoded;
      if (encoded.is_key()) ++counts_.key_frames;
      counts_.video_bytes += DataSize::Bytes(static_cast<std::int64_t>(encoded.payload.size()));
      last_second_.push_back(now);
    }
    while (!last_second_.empty() && now - last_second_.front() > TimeDelta::Seconds(1)) {
      last_second_.pop_front();
    }
    counts_.frame_rate = static_cast<double>(last_second_.size());
  }
  for (EncodedFrame& encoded : ready_) deliver_(std::move(encoded));
}

void VideoLine::AddTo(PublisherStats& stats) const {
  effects_->AddTo(stats);
  const runtime::MutexLock lock(mutex_);
  stats.frames_captured = counts_.frames_captured;
  stats.frames_encoded = counts_.frames_encoded;
  stats.frames_dropped = counts_.frames_dropped + waiting_.stats().dropped;
  stats.frames_skipped = counts_.frames_skipped;
  stats.frames_repeated = counts_.frames_repeated;
  stats.encode_errors = counts_.encode_errors;
  stats.key_frames = counts_.key_frames;
  stats.video_bytes = counts_.video_bytes;
  stats.encode = counts_.encode;
  stats.picture_to_bits = counts_.picture_to_bits;
  stats.roi = counts_.roi;
  stats.encoder = counts_.encoder;
  stats.picture_size = counts_.picture_size;
  stats.target_rate = counts_.target_rate;
  stats.frame_rate = counts_.frame_rate;
}

}  // namespace onair
