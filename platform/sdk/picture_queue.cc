// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/picture_queue.h"

#include <algorithm>
#include <utility>

namespace onair {
namespace {

// WebRTC statistics call a longer gap a freeze at live frame rates.
// Source: ours; the report's definition of freeze_percent.
constexpr TimeDelta kFreezeGap = TimeDelta::Millis(150);

// Half of a refresh at 50 a second: a display that asks more seldom, or paused, says nothing of how
// long a refresh lasts.
constexpr TimeDelta kMostEarly = TimeDelta::Millis(10);

}  // namespace

void PictureQueue::Push(VideoFrame frame, Timestamp due, Timestamp latest) {
  const runtime::MutexLock lock(mutex_);
  const auto ahead = std::exchange(ahead_, std::nullopt);
  if (ahead && *ahead == frame.pts) return;
  if (waiting_.size() >= kBound) {
    waiting_.pop_front();
    ++counts_.dropped;
  }
  waiting_.push_back({std::move(frame), due, latest});
}

void PictureQueue::PushAhead(VideoFrame frame, Timestamp now) {
  const MediaTime pts = frame.pts;
  Push(std::move(frame), now, now);
  const runtime::MutexLock lock(mutex_);
  ahead_ = pts;
}

void PictureQueue::SetLine(const ClockMap& line) {
  const runtime::MutexLock lock(mutex_);
  for (Waiting& waiting : waiting_) {
    waiting.due = std::min(line.AtOf(waiting.frame.pts), waiting.latest);
  }
}

void PictureQueue::ExpectGap() {
  const runtime::MutexLock lock(mutex_);
  is_gap_expected_ = true;
}

void PictureQueue::Clear() {
  const runtime::MutexLock lock(mutex_);
  counts_.dropped += static_cast<std::int64_t>(waiting_.size());
  waiting_.clear();
}

std::optional<VideoFrame> PictureQueue::TakePicture(Timestamp at) {
  const runtime::MutexLock lock(mutex_);
  const TimeDelta refresh = refreshed_at_ ? at - *refreshed_at_ : TimeDelta::Zero();
  refreshed_at_ = at;
  const TimeDelta early = std::clamp(refresh / 2, TimeDelta::Zero(), kMostEarly);
  std::optional<VideoFrame> newest;
  while (!waiting_.empty() && waiting_.front().due - early <= at) {
    if (newest) ++counts_.dropped;
    newest = std::move(waiting_.front().frame);
    waiting_.pop_front();
  }
  return newest;
}

void PictureQueue::OnPresented(const VideoFrame& frame, const CaptureTime& when) {
  const runtime::MutexLock lock(mutex_);
  CountPresented(when.at);
  counts_.last_presented = when;
  counts_.last_pts = frame.pts;
  counts_.size = frame.picture.size();
  if (!frame.captured_utc) return;
  counts_.latency_now = when.utc - *frame.captured_utc;
  counts_.latency.Add(*counts_.latency_now);
}

void PictureQueue::CountPresented(Timestamp at) {
  ++counts_.presented;
  if (!counts_.first_presented_at) counts_.first_presented_at = at;
  if (counts_.last_presented && !std::exchange(is_gap_expected_, false)) {
    const TimeDelta gap = at - counts_.last_presented->at;
    if (gap > kFreezeGap) frozen_ += gap;
  }
  last_second_.push_back(at);
  while (at - last_second_.front() > TimeDelta::Seconds(1)) last_second_.pop_front();
  counts_.frame_rate = static_cast<double>(last_second_.size());
  const TimeDelta shown_for = at - *counts_.first_presented_at;
  if (shown_for > TimeDelta::Zero()) {
    counts_.freeze_percent = 100.0 * frozen_.seconds_f() / shown_for.seconds_f();
  }
}

PictureQueue::Counts PictureQueue::counts(Timestamp now, Timestamp expected_until) const {
  const runtime::MutexLock lock(mutex_);
  Counts counts = counts_;
  if (!counts.last_presented) return counts;
  const TimeDelta gap = now - counts.last_presented->at;
  const Timestamp until = std::min(now, expected_until);
  const TimeDelta still = until - counts.last_presented->at;
  if (still > kFreezeGap && !is_gap_expected_) {
    const TimeDelta shown_for = until - *counts.first_presented_at;
    counts.freeze_percent = 100.0 * (frozen_ + still).seconds_f() / shown_for.seconds_f();
  }
  if (gap > TimeDelta::Seconds(1)) {
    counts.frame_rate = 0;
    counts.latency_now.reset();
  }
  return counts;
}

}  // namespace onair
