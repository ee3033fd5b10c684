// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/media/media_time.h"

namespace onair {

// Sound samples in memory and on every port of this library.
struct AudioFormat {
  int sample_rate = 0;  // Hz, 8000..96000.
  int channels = 0;     // 1 or 2.
  bool operator==(const AudioFormat&) const = default;
};

// A run of PCM: interleaved 32-bit float, full scale [-1, 1].
struct AudioBlock {
  AudioFormat format;          // Of `samples`.
  std::vector<float> samples;  // frames() * channels values.
  MediaTime pts;               // Of the first sample.
  Timestamp captured_at;       // Driver time of the first sample; of decoding in a player.

  // Samples of one channel.
  std::size_t frames() const {
    return format.channels > 0 ? samples.size() / static_cast<std::size_t>(format.channels) : 0;
  }
  // How long it sounds; zero without a format.
  TimeDelta duration() const {
    if (format.sample_rate <= 0) return TimeDelta::Zero();
    return TimeDelta::Micros(static_cast<std::int64_t>(frames()) * 1'000'000 / format.sample_rate);
  }
};

}  // namespace onair
