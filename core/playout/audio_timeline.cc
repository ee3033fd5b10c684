// SPDX-License-Identifier: Apache-2.0
#include "core/playout/audio_timeline.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace onair::playout {
namespace {

// Timestamps in whole milliseconds wobble by one; a lost AAC frame at 48 kHz is 21 ms.
constexpr TimeDelta kJoinLimit = TimeDelta::Millis(20);
// How fast a run's position follows the timestamps of joined blocks: 1 / kSlew per block.
constexpr std::int64_t kSlew = 32;

// Source: ITU-R BT.1359-1: sound early by 45 ms or late by 125 ms is noticed. Corrections
// work well inside, cuts begin where stretching would be noticed for longer than the cut.
constexpr TimeDelta kHardLimit = TimeDelta::Millis(100);
constexpr TimeDelta kEnter = TimeDelta::Millis(5);
constexpr TimeDelta kLeave = TimeDelta::Millis(1);
constexpr double kGain = 1.0;  // Speed per second of error: 50 ms give all of 5 %.
constexpr double kMaxDeviation = 0.05;
// Devices report the moment of hearing with some milliseconds of noise.
constexpr double kSmoothing = 0.1;

// Sound that came too late goes on this much behind the line at most: cut to the line it would run
// out again with the next frame, and each end is heard. Source: BT.1359-1 as above; a third of what
// is noticed.
constexpr TimeDelta kMostLate = TimeDelta::Millis(45);
// It is played faster only while pulls leave this much, for a window and the one before.
// Source: ours; a pull of a usual device; 320 ms, in which AAC's frames at 48 kHz come round
// against a capture of 20 ms, within two windows.
constexpr TimeDelta kReserve = TimeDelta::Millis(10);
constexpr TimeDelta kReserveWindow = TimeDelta::Millis(320);

TimeDelta Size(TimeDelta d) {
  return std::max(d, -d);
}

}  // namespace

AudioTimeline::AudioTimeline(TimeDelta capacity) : capacity_(capacity) {}

void AudioTimeline::Push(const AudioBlock& block) {
  if (block.frames() == 0 || block.format.sample_rate <= 0) return;
  if (!format_ || *format_ != block.format) Configure(block.format);
  const auto channels = static_cast<std::size_t>(format_->channels);
  const std::int64_t most = FramesIn(capacity_);
  auto frames = static_cast<std::int64_t>(block.frames());
  std::span<const float> samples(block.samples.data(), block.frames() * channels);
  MediaTime pts = block.pts;
  if (frames > most) {
    frames_dropped_ += frames - most;
    pts += DurationOf(frames - most);
    samples = samples.last(static_cast<std::size_t>(most) * channels);
    frames = most;
  }
  const TimeDelta step = runs_.empty() ? TimeDelta::PlusInfinity() : pts - EndOf(runs_.back());
  if (const std::int64_t over = stored_ + frames - most; over > 0) {
    frames_dropped_ += over;
    Skip(over);
  }
  if (runs_.empty() || Size(step) > kJoinLimit) {
    runs_.push_back({pts});
  } else {
    runs_.back().begin += step / kSlew;
  }
  runs_.back().frames += frames;
  Append(samples);
}

void AudioTimeline::Clear() {
  runs_.clear();
  stored_ = 0;
  is_playing_ = false;
  has_starved_ = false;
}

AudioPlan AudioTimeline::Plan(const AudioPull& pull) {
  if (runs_.empty()) return Starve(pull);
  NoteReserve(pull);
  const MediaTime due = pull.line.MediaOf(pull.heard_at);
  const TimeDelta error = due - (NextOf(runs_.front()) - pull.held);
  if (!is_playing_ || Size(error) > kHardLimit) return Align(error, pull);
  return Correct(error, pull);
}

AudioPlan AudioTimeline::Starve(const AudioPull& pull) {
  const bool has_held = pull.held > TimeDelta::Zero();
  const std::int64_t silence = has_held ? 0 : pull.frames;
  has_starved_ = has_starved_ || (is_playing_ && !has_held);
  is_playing_ = is_playing_ && has_held;
  least_left_ = TimeDelta::Zero();
  frames_silent_ += silence;
  return {silence, pull.line.rate, AudioPlan::Correction::kStarved, error_};
}

void AudioTimeline::NoteReserve(const AudioPull& pull) {
  if (DurationOf(window_frames_) >= kReserveWindow) {
    least_left_before_ = std::exchange(least_left_, TimeDelta::PlusInfinity());
    window_frames_ = 0;
  }
  window_frames_ += pull.frames;
  least_left_ = std::min(least_left_, buffered() + pull.held - DurationOf(pull.frames));
}

std::size_t AudioTimeline::Read(std::span<float> interleaved) {
  if (runs_.empty()) return 0;
  const auto channels = static_cast<std::size_t>(format_->channels);
  const auto wanted = static_cast<std::int64_t>(interleaved.size() / channels);
  const std::int64_t frames = std::min(wanted, runs_.front().frames);
  const std::size_t count = static_cast<std::size_t>(frames) * channels;
  const std::size_t until_wrap = std::min(count, ring_.size() - read_at_);
  std::copy_n(ring_.begin() + static_cast<std::ptrdiff_t>(read_at_), until_wrap,
              interleaved.begin());
  std::copy_n(ring_.begin(), count - until_wrap,
              interleaved.begin() + static_cast<std::ptrdiff_t>(until_wrap));
  const bool ends_run = frames == runs_.front().frames;
  Advance(frames);
  // What follows stands elsewhere on the line and is aligned anew.
  if (ends_run && !runs_.empty()) is_playing_ = false;
  return static_cast<std::size_t>(frames);
}

TimeDelta AudioTimeline::buffered() const {
  return format_ ? DurationOf(stored_) : TimeDelta::Zero();
}

std::optional<MediaTime> AudioTimeline::position() const {
  if (runs_.empty()) return std::nullopt;
  return NextOf(runs_.front());
}

// Starts, or starts again after a hole or a cut, on the exact sample; after sound that came too
// late as near as it can.
AudioPlan AudioTimeline::Align(TimeDelta error, const AudioPull& pull) {
  using Correction = AudioPlan::Correction;
  const TimeDelta may_be_late = std::exchange(has_starved_, false) ? kMostLate : TimeDelta::Zero();
  error_ = std::clamp(error, TimeDelta::Zero(), may_be_late);
  is_correcting_ = false;
  Correction correction = Correction::kNone;
  const MediaTime due = pull.line.MediaOf(pull.heard_at);
  const MediaTime from = due - may_be_late;
  while (!runs_.empty() && NextOf(runs_.front()) < from) {
    const std::int64_t late =
        std::min(FramesIn(from - NextOf(runs_.front())), runs_.front().frames);
    if (late == 0) break;
    correction = Correction::kDropped;
    frames_dropped_ += late;
    Advance(late);
  }
  if (runs_.empty()) {
    is_playing_ = false;
    has_starved_ = true;
    frames_silent_ += pull.frames;
    return {pull.frames, pull.line.rate, correction, error};
  }
  const TimeDelta early = std::max(NextOf(runs_.front()) - due, TimeDelta::Zero());
  const std::int64_t silence = std::min(FramesIn(early.Scaled(1.0 / pull.line.rate)), pull.frames);
  if (silence > 0 && correction == Correction::kNone) correction = Correction::kWaits;
  frames_silent_ += silence;
  is_playing_ = silence < pull.frames;
  return {silence, pull.line.rate, correction, error};
}

AudioPlan AudioTimeline::Correct(TimeDelta error, const AudioPull& pull) {
  error_ += (error - error_).Scaled(kSmoothing);
  if (Size(error_) > kEnter) is_correcting_ = true;
  if (Size(error_) < kLeave) is_correcting_ = false;
  if (!is_correcting_) {
    return {0, pull.line.rate, AudioPlan::Correction::kNone, error_};
  }
  const double most = Reserve() >= kReserve ? kMaxDeviation : 0.0;
  const double deviation = std::clamp(kGain * error_.seconds_f(), -kMaxDeviation, most);
  const double stretch = std::clamp(pull.line.rate * (1.0 + deviation), 0.5, 2.0);
  return {0, stretch, AudioPlan::Correction::kStretch, error_};
}

// Of the first sample frame still here.
MediaTime AudioTimeline::NextOf(const Run& run) const {
  return run.begin + DurationOf(run.taken);
}

MediaTime AudioTimeline::EndOf(const Run& run) const {
  return run.begin + DurationOf(run.taken + run.frames);
}

TimeDelta AudioTimeline::DurationOf(std::int64_t frames) const {
  return TimeDelta::Micros(frames * 1'000'000 / format_->sample_rate);
}

std::int64_t AudioTimeline::FramesIn(TimeDelta span) const {
  // Double: a span may be infinite or far beyond what a product of integers holds.
  const double frames = span.seconds_f() * format_->sample_rate;
  return static_cast<std::int64_t>(std::llround(std::clamp(frames, -1e12, 1e12)));
}

void AudioTimeline::Configure(const AudioFormat& format) {
  frames_dropped_ += stored_;
  Clear();
  format_ = format;
  const auto frames = static_cast<std::size_t>(std::max<std::int64_t>(FramesIn(capacity_), 1));
  ring_.assign(frames * static_cast<std::size_t>(format.channels), 0.0F);
  read_at_ = 0;
}

void AudioTimeline::Append(std::span<const float> samples) {
  const auto channels = static_cast<std::size_t>(format_->channels);
  const std::size_t write_at =
      (read_at_ + static_cast<std::size_t>(stored_) * channels) % ring_.size();
  const std::size_t until_wrap = std::min(samples.size(), ring_.size() - write_at);
  std::copy_n(samples.begin(), until_wrap, ring_.begin() + static_cast<std::ptrdiff_t>(write_at));
  std::copy(samples.begin() + static_cast<std::ptrdiff_t>(until_wrap), samples.end(),
            ring_.begin());
  stored_ += static_cast<std::int64_t>(samples.size() / channels);
}

// Forgets the oldest `frames`, over the ends of runs.
void AudioTimeline::Skip(std::int64_t frames) {
  while (frames > 0 && !runs_.empty()) {
    const std::int64_t part = std::min(frames, runs_.front().frames);
    Advance(part);
    frames -= part;
  }
}

// Takes `frames` off the first run.
void AudioTimeline::Advance(std::int64_t frames) {
  Run& run = runs_.front();
  run.taken += frames;
  run.frames -= frames;
  stored_ -= frames;
  read_at_ =
      (read_at_ + static_cast<std::size_t>(frames) * static_cast<std::size_t>(format_->channels)) %
      ring_.size();
  if (run.frames == 0) runs_.pop_front();
}

}  // namespace onair::playout
