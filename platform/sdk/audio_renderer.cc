// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/audio_renderer.h"

#include <sonic.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "platform/runtime/clock.h"

namespace onair {
namespace {

// Samples fed to the stretcher at a time; it wants two pitch periods (65 Hz) before it gives.
constexpr std::size_t kFeedFrames = 256;
constexpr int kMaxFeeds = 64;

constexpr double kVolumeEaseSeconds = 0.02;

// Sound that begins, or comes back after a hole, rises this long instead of clicking.
// Source: ours; above one period of the lowest tones that phones give, below what is missed.
constexpr double kEntrySeconds = 0.03;

// Below this nothing is changed.
constexpr double kNoStretch = 0.0005;

// Up to here the speed is changed by resampling: a sixth of a semitone, and no latency, where
// the stretcher wants 30 ms of sound in advance.
// Source: ours; just noticeable differences for the pitch of complex tones are about 0.5 %, for
// music in motion several times that.
// Half a grain of LatencyControl's above a hundredth, which no sum of doubles hits exactly.
constexpr double kResampleLimit = 0.0105;

// What the stretcher wants in advance, and a pull of 10 ms: it is entered where as much is here.
// Source: sonic.c, two periods of SONIC_MIN_PITCH (65 Hz).
constexpr TimeDelta kStretchAdvance = TimeDelta::Millis(42);

// Where it is not, the speed is changed by resampling up to here: half a semitone for a second or
// two is missed by few, silence by none.
// Source: ours; from nothing in advance, a line that slows down has the stretcher's in 1.4 s.
constexpr double kShortResampleLimit = 0.03;

// A lead that grew by less is not worth a new target delay.
constexpr TimeDelta kLeadStep = TimeDelta::Millis(3);

}  // namespace

void AudioRenderer::FreeStretcher::operator()(sonicStreamStruct* stream) const {
  sonicDestroyStream(stream);
}

AudioRenderer::AudioRenderer(const AudioFormat& format, OnLead on_lead)
    : format_(format),
      on_lead_(std::move(on_lead)),
      stretcher_(sonicCreateStream(format.sample_rate, format.channels)),
      scratch_(kFeedFrames * static_cast<std::size_t>(format.channels)) {}

AudioRenderer::~AudioRenderer() = default;

void AudioRenderer::Push(const AudioBlock& block) {
  if (block.format != format_) {
    ++refused_;
    return;
  }
  const runtime::MutexLock lock(mutex_);
  timeline_.Push(block);
}

void AudioRenderer::SetLine(const ClockMap& line) {
  const runtime::MutexLock lock(mutex_);
  line_ = line;
}

void AudioRenderer::Clear() {
  const runtime::MutexLock lock(mutex_);
  timeline_.Clear();
  DropHeld();
}

void AudioRenderer::SetVolume(double gain) {
  const runtime::MutexLock lock(mutex_);
  wanted_gain_ = std::isfinite(gain) ? std::clamp(gain, 0.0, 1.0) : 0.0;
  if (!first_heard_at_) gain_ = wanted_gain_;  // Nothing sounds yet that could click.
}

std::optional<Timestamp> AudioRenderer::first_heard_at() const {
  const runtime::MutexLock lock(mutex_);
  return first_heard_at_;
}

TimeDelta AudioRenderer::longest_gap() const {
  const runtime::MutexLock lock(mutex_);
  return longest_gap_;
}

std::optional<TimeDelta> AudioRenderer::error() const {
  const runtime::MutexLock lock(mutex_);
  return error_;
}

void AudioRenderer::Pull(std::span<float> interleaved, Timestamp heard_at) {
  const runtime::MutexLock lock(mutex_);
  std::fill(interleaved.begin(), interleaved.end(), 0.0F);
  if (!line_) return;
  const auto channels = static_cast<std::size_t>(format_.channels);
  const std::size_t frames = interleaved.size() / channels;
  NoteLead(heard_at - runtime::Now() +
           TimeDelta::SecondsF(static_cast<double>(frames) / format_.sample_rate));
  const auto plan = timeline_.Plan({.line = *line_,
                                    .heard_at = heard_at,
                                    .frames = static_cast<std::int64_t>(frames),
                                    .held = Held()});
  using Correction = playout::AudioPlan::Correction;
  if (plan.correction == Correction::kDropped) DropHeld();

  const auto silence = std::min(static_cast<std::size_t>(plan.silence), frames);
  const auto rest = interleaved.subspan(silence * channels);
  const std::size_t filled = FillFrom(rest, plan.stretch);
  if (!is_sounding_ || silence > 0) entry_ = 0;
  EaseIn(rest.first(filled));
  ApplyVolume(interleaved);
  if (filled > 0) {
    const auto span_of = [&](std::size_t count) {
      return TimeDelta::SecondsF(static_cast<double>(count) / format_.sample_rate);
    };
    NoteHeard(heard_at + span_of(silence), heard_at + span_of(silence + filled / channels),
              silence > 0);
  }

  const bool is_starved = plan.correction == Correction::kStarved && filled == 0;
  const bool has_ended = filled < rest.size() || is_starved;
  if (is_sounding_ && has_ended) ++gaps_;
  is_sounding_ = filled > 0 && !has_ended;
  error_ = is_sounding_ ? std::optional(plan.error) : std::nullopt;
}

void AudioRenderer::NoteHeard(Timestamp from, Timestamp until, bool has_silence) {
  if (!first_heard_at_) first_heard_at_ = from;
  // A device's estimates wobble: what it plays in a row has no gap.
  const bool is_gap = heard_until_ && (!is_sounding_ || has_silence);
  if (is_gap) longest_gap_ = std::max(longest_gap_, from - *heard_until_);
  heard_until_ = until;
}

void AudioRenderer::NoteLead(TimeDelta lead) {
  if (told_lead_ && lead < *told_lead_ + kLeadStep) return;
  told_lead_ = lead;
  on_lead_(lead);
}

std::size_t AudioRenderer::FillFrom(std::span<float> out, double stretch) {
  if (out.empty()) return 0;
  const double off = std::abs(stretch - 1.0);
  if (off > kResampleLimit && (held_frames_ > 0 || timeline_.buffered() >= kStretchAdvance)) {
    is_resampling_ = false;
    return ReadStretched(out, stretch);
  }
  const std::size_t held = ReadHeld(out);
  const auto rest = out.subspan(held);
  if (is_resampling_ || off >= kNoStretch) {
    const double most = kShortResampleLimit;
    return held + ReadResampled(rest, std::clamp(stretch, 1.0 - most, 1.0 + most));
  }
  return held + timeline_.Read(rest) * static_cast<std::size_t>(format_.channels);
}

// What the stretcher kept goes first, and it is left: it would hold 50 ms for as long as it is
// used.
std::size_t AudioRenderer::ReadHeld(std::span<float> out) {
  sonicStream stream = stretcher_.get();
  if (held_frames_ > 0) {
    sonicSetSpeed(stream, 1.0F);
    sonicFlushStream(stream);
  }
  const auto channels = static_cast<std::size_t>(format_.channels);
  const int got =
      sonicReadFloatFromStream(stream, out.data(), static_cast<int>(out.size() / channels));
  held_frames_ = sonicSamplesAvailable(stream);
  return static_cast<std::size_t>(got) * channels;
}

bool AudioRenderer::TakeFrame(std::array<float, 2>& frame) {
  return timeline_.Read(std::span(frame.data(), static_cast<std::size_t>(format_.channels))) == 1;
}

std::size_t AudioRenderer::ReadResampled(std::span<float> out, double stretch) {
  const auto channels = static_cast<std::size_t>(format_.channels);
  if (!is_resampling_) {
    if (!TakeFrame(before_) || !TakeFrame(after_)) return 0;
    fraction_ = 0;
    is_resampling_ = true;
  }
  std::size_t done = 0;
  while (done < out.size()) {
    for (; fraction_ >= 1.0; fraction_ -= 1.0) {
      before_ = after_;
      if (TakeFrame(after_)) continue;
      is_resampling_ = false;
      return done;
    }
    const auto weight = static_cast<float>(fraction_);
    for (std::size_t c = 0; c < channels; ++c) {
      out[done++] = before_[c] + (after_[c] - before_[c]) * weight;
    }
    fraction_ += stretch;
  }
  return done;
}

std::size_t AudioRenderer::ReadStretched(std::span<float> out, double stretch) {
  const auto channels = static_cast<std::size_t>(format_.channels);
  sonicStream stream = stretcher_.get();
  sonicSetSpeed(stream, static_cast<float>(stretch));
  std::size_t done = 0;
  for (int feeds = 0; feeds < kMaxFeeds; ++feeds) {
    const auto wanted = static_cast<int>((out.size() - done) / channels);
    const int got = sonicReadFloatFromStream(stream, out.data() + done, wanted);
    done += static_cast<std::size_t>(got) * channels;
    held_frames_ -= static_cast<double>(got) * stretch;
    if (done == out.size()) break;
    const std::size_t fed = timeline_.Read(scratch_);
    if (fed == 0) return done + ReadHeld(out.subspan(done));
    sonicWriteFloatToStream(stream, scratch_.data(), static_cast<int>(fed));
    held_frames_ += static_cast<double>(fed);
  }
  held_frames_ = std::max(held_frames_, 0.0);
  return done;
}

void AudioRenderer::DropHeld() {
  stretcher_.reset(sonicCreateStream(format_.sample_rate, format_.channels));
  held_frames_ = 0;
  is_resampling_ = false;
}

TimeDelta AudioRenderer::Held() const {
  return TimeDelta::SecondsF(held_frames_ / format_.sample_rate);
}

void AudioRenderer::EaseIn(std::span<float> samples) {
  const double step = 1.0 / (kEntrySeconds * format_.sample_rate);
  const auto channels = static_cast<std::size_t>(format_.channels);
  for (std::size_t i = 0; i < samples.size() && entry_ < 1.0; ++i) {
    samples[i] *= static_cast<float>(entry_);
    if (i % channels == channels - 1) entry_ = std::min(entry_ + step, 1.0);
  }
}

void AudioRenderer::ApplyVolume(std::span<float> samples) {
  if (gain_ == 1.0 && wanted_gain_ == 1.0) return;
  const double step = 1.0 / (kVolumeEaseSeconds * format_.sample_rate);
  const auto channels = static_cast<std::size_t>(format_.channels);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (i % channels == 0) gain_ += std::clamp(wanted_gain_ - gain_, -step, step);
    samples[i] *= static_cast<float>(gain_);
  }
}

}  // namespace onair
