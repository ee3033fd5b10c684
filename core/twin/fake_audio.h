// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/base/rng.h"
#include "core/media/encoded_frame.h"
#include "core/units/data.h"

namespace onair::twin {

// An encoder without sound, AAC with 1024 samples a frame or Opus with 20 ms, sizes around the
// rate's mean. The first 8 bytes of a payload, behind Opus' first one, are the frame's number.
// Pure.
class FakeAudio {
 public:
  // `rate` > 0; 48000 Hz stereo.
  FakeAudio(DataRate rate, Rng rng, AudioCodec codec = AudioCodec::kAac);

  MediaTime next_pts() const;
  EncodedFrame Next(Timestamp captured_at);
  // The frames before `at` are not encoded.
  void SkipTo(MediaTime at);

  const AudioTrack& track() const { return track_; }

 private:
  bool is_opus() const { return track_.codec == AudioCodec::kOpus; }
  std::int64_t samples() const;  // Of a frame.

  DataRate rate_;
  Rng rng_;
  AudioTrack track_;
  std::int64_t number_ = 0;   // Of the next frame that is encoded.
  std::int64_t skipped_ = 0;  // Frames.
};

}  // namespace onair::twin
