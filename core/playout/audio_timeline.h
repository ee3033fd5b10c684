// SPDX-License-Identifier: Apache-2.0
//
// Decoded sound on its way to the device (Q6), and what to do with it so that each sample is
// heard when the play line says. The owner stretches; this class decides by how much.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "core/media/audio_block.h"
#include "core/media/media_time.h"

namespace onair::playout {

// What the device asks for.
struct AudioPull {
  ClockMap line;
  Timestamp heard_at;   // When the pull's first sample leaves the speaker.
  std::int64_t frames;  // Sample frames wanted.
  // Media that Read() gave out and that still waits inside the stretcher.
  TimeDelta held = TimeDelta::Zero();
};

// How to fill it: `silence` sample frames first, then Read() at `stretch` for the rest.
struct AudioPlan {
  enum class Correction {
    kNone = 1,
    kStretch = 2,  // Small error: played a little faster or slower.
    kDropped = 3,  // Far late: sound was thrown away here; empty the stretcher too.
    kWaits = 4,    // Far early, or a hole: silence until its time.
    kStarved = 5,  // Nothing decoded: what the stretcher holds, else silence.
  };
  std::int64_t silence;  // [0, frames]
  double stretch;        // Media seconds per second of device time, [0.5, 2].
  Correction correction;
  TimeDelta error;  // > 0: heard later than the line says. Smoothed.
};

// Single-owner; neither Plan() nor Read() allocates. Usage per device pull:
//   plan = Plan(pull); write plan.silence frames of zero;
//   feed Read() through the stretcher at plan.stretch until the pull is full;
//   where Read() gives nothing: silence.
class AudioTimeline {
 public:
  // `capacity`: most sound kept; above it the oldest is dropped and counted.
  // Range [100 ms, 10 s].
  explicit AudioTimeline(TimeDelta capacity = TimeDelta::Millis(500));

  // A decoded block. Blocks that follow each other within 20 ms (timestamps in whole
  // milliseconds wobble) are joined; others start a new run at their own pts. A new format
  // forgets what is left in the old one.
  void Push(const AudioBlock& block);
  // Forgets all sound: a jump.
  void Clear();

  [[nodiscard]] AudioPlan Plan(const AudioPull& pull);

  // Moves the next sample frames into `interleaved`; returns how many. Stops early where
  // sound ends or a run ends; a later Plan() goes on behind the hole.
  std::size_t Read(std::span<float> interleaved);

  // Empty before the first block.
  const std::optional<AudioFormat>& format() const { return format_; }
  TimeDelta buffered() const;
  // Position of the next sample that Read() gives.
  std::optional<MediaTime> position() const;
  std::int64_t frames_dropped() const { return frames_dropped_; }
  std::int64_t frames_silent() const { return frames_silent_; }  // Asked of the owner.
  TimeDelta error() const { return error_; }

 private:
  // Sound without holes.
  struct Run {
    MediaTime begin;          // Of its first sample frame ever.
    std::int64_t frames = 0;  // Still here.
    std::int64_t taken = 0;   // Gone before them: counted, as sums of rounded spans drift.
  };

  MediaTime NextOf(const Run& run) const;
  MediaTime EndOf(const Run& run) const;
  TimeDelta DurationOf(std::int64_t frames) const;
  std::int64_t FramesIn(TimeDelta span) const;
  void Configure(const AudioFormat& format);
  void Append(std::span<const float> samples);
  void Skip(std::int64_t frames);
  void Advance(std::int64_t frames);
  AudioPlan Starve(const AudioPull& pull);
  void NoteReserve(const AudioPull& pull);
  TimeDelta Reserve() const { return std::min(least_left_, least_left_before_); }
  AudioPlan Align(TimeDelta error, const AudioPull& pull);
  AudioPlan Correct(TimeDelta error, const AudioPull& pull);

  TimeDelta capacity_;
  std::optional<AudioFormat> format_;
  std::vector<float> ring_;  // capacity_ of samples.
  std::size_t read_at_ = 0;  // In samples.
  std::int64_t stored_ = 0;  // In sample frames.
  std::deque<Run> runs_;
  bool is_playing_ = false;
  bool is_correcting_ = false;
  bool has_starved_ = false;  // What comes next was wanted before.
  // What pulls left over: in this window, and in the one before.
  TimeDelta least_left_ = TimeDelta::PlusInfinity();
  TimeDelta least_left_before_ = TimeDelta::PlusInfinity();
  std::int64_t window_frames_ = 0;
  TimeDelta error_ = TimeDelta::Zero();
  std::int64_t frames_dropped_ = 0;
  std::int64_t frames_silent_ = 0;
};

}  // namespace onair::playout
