// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "core/media/audio_block.h"
#include "core/units/data.h"

namespace onair::capture {

// Keeps the audio line whole while no source gives sound. The driver asks `Before()` until
// it is empty ahead of each real block, and `At()` until it is empty at each of its ticks.
// pure, single-owner.
class SilenceFiller {
 public:
  // `patience`: silence begins when sound is this late, range [0, 1 s]. Above the driver's
  // longest normal pause, below the playout buffer of a viewer.
  // Source: ours; a device period is 10..40 ms, Q2 holds 200 ms.
  static constexpr TimeDelta kPatience = TimeDelta::Millis(100);

  // Sound is due from `start` on the session line; that driver time is `start_at`.
  SilenceFiller(const AudioFormat& format, MediaTime start, Timestamp start_at,
                TimeDelta patience = kPatience);

  // Silence that is missing between what was given and `next`: blocks of up to 10 ms.
  // Gaps below a millisecond are rounding and stay.
  [[nodiscard]] std::optional<AudioBlock> Before(const AudioBlock& next);

  // Takes note of a real block that went out; its pts is on the session line.
  void OnBlock(const AudioBlock& block);

  // It is `line_now`: silence for what should have come by now.
  [[nodiscard]] std::optional<AudioBlock> At(MediaTime line_now);

  // Where the given sound ends.
  MediaTime end() const;
  // Time that was left out because the driver slept for more than 2 s.
  TimeDelta skipped() const { return skipped_; }

 private:
  std::optional<AudioBlock> FillTo(MediaTime limit);
  void SkipTo(MediaTime at);

  AudioFormat format_;
  MediaTime base_;            // Where the present run of samples began.
  std::int64_t samples_ = 0;  // Given since `base_`.
  TimeDelta to_driver_;       // Timestamp of line zero, as a span from Timestamp zero.
  TimeDelta patience_;
  TimeDelta skipped_ = TimeDelta::Zero();
};

}  // namespace onair::capture
