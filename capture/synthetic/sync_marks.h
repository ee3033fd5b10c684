// SPDX-License-Identifier: Apache-2.0
//
// What is seen and heard at the same media time once a second, and how to find it again
// after coding, sending and playing: the difference of both findings is the A/V offset.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/media/audio_block.h"
#include "core/media/video_frame.h"

namespace onair::capture {

// The mark: a white block and a tone of 1 kHz with soft edges.
inline constexpr TimeDelta kFlashLength = TimeDelta::Millis(100);
inline constexpr TimeDelta kBeepLength = TimeDelta::Millis(100);
inline constexpr TimeDelta kBeepEdge = TimeDelta::Millis(4);  // Each end, raised cosine.
inline constexpr int kBeepHz = 1000;
inline constexpr float kBeepLevel = 0.25F;  // -12 dBFS.

// Paints the block white (kOn) or black. Sides >= 64.
enum class Flash { kOff = 1, kOn = 2 };
void DrawFlash(Flash flash, PictureBuilder& picture);

// Whether the block of a test picture, at any size of the same shape, is white.
bool HasFlash(const Picture& picture);

// The tone at `sample` samples after the beep's start; 0 outside of it.
float BeepSample(std::int64_t sample, int sample_rate);

// Finds where beeps begin, within 2 ms, in a run of blocks of one format. A gap or overlap
// of pts starts afresh. Listens to the first channel. pure, single-owner.
class BeepFinder {
 public:
  // The media time at which a beep began that `block` made certain (it may lie in an
  // earlier block); empty when there was none.
  std::optional<MediaTime> OnBlock(const AudioBlock& block);

 private:
  void Reset(const AudioBlock& block);
  std::optional<MediaTime> OnWindow();

  AudioFormat format_;
  std::optional<MediaTime> next_pts_;
  MediaTime run_start_ = MediaTime::Zero();
  std::int64_t position_ = 0;  // Samples since run_start_.
  std::int64_t filled_ = 0;    // Samples in the present window of one tone period.
  double in_phase_ = 0;
  double quadrature_ = 0;
  double last_level_ = 0;
  int loud_windows_ = 0;
  int quiet_windows_ = 0;
  std::optional<double> crossing_s_;  // Where the level rose through half, since run_start_.
};

// One block at once: where a beep begins inside it.
std::optional<MediaTime> FindBeepStart(const AudioBlock& block);

}  // namespace onair::capture
