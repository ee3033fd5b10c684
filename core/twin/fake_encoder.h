// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/base/result.h"
#include "core/base/rng.h"
#include "core/media/encoded_frame.h"
#include "core/media/encoder_target.h"

namespace onair::twin {

// What kind of content and encoder the sizes come from. Built once.
struct FakeEncoderConfig {
  // Average over a GOP. Range [10 kbit/s, 100 Mbit/s].
  DataRate rate = DataRate::KilobitsPerSec(1500);

  // Pictures per second. Range [1, 120].
  double frame_rate = 30;

  // Time between key frames. Range [0.1 s, 60 s].
  TimeDelta gop = TimeDelta::Seconds(2);

  // A key frame as a multiple of the other frames' mean. Range [1, 20]. Higher makes larger
  // bursts. Source: transport facts, "key-frame bursts 5-8x mean frame".
  double key_factor = 6;

  // Spread of each size around its mean, uniform in [1 - noise, 1 + noise]. Range [0, 0.9].
  double noise = 0.25;

  // Share of the frames between key frames that nothing refers to. Range [0, 1].
  double droppable = 0;

  [[nodiscard]] Status Validate() const;
};

// An encoder without pictures: frames of the right sizes and kinds at the right times. Each
// payload is one NAL unit behind its length, and its first 8 bytes after the NAL header are
// the frame's number. Pure.
class FakeEncoder {
 public:
  FakeEncoder(const FakeEncoderConfig& config, Rng rng);

  // Takes effect with the next frame.
  void Apply(const EncoderTarget& target);
  void RequestKeyFrame() { wants_key_ = true; }

  // Position of the next frame; the first is at zero.
  MediaTime next_pts() const;
  EncodedFrame Next(Timestamp captured_at);

  const VideoTrack& track() const { return track_; }

 private:
  std::size_t SizeOf(FrameKind kind);

  FakeEncoderConfig config_;
  Rng rng_;
  VideoTrack track_;
  std::int64_t number_ = 0;
  MediaTime line_start_ = MediaTime::Zero();  // Where the present frame rate began.
  std::int64_t since_line_start_ = 0;         // Frames.
  MediaTime next_key_ = MediaTime::Zero();
  bool wants_key_ = true;
};

// The number that FakeEncoder and FakeAudio wrote into a payload; -1 when it is too short.
std::int64_t FrameNumber(const EncodedFrame& frame);

}  // namespace onair::twin
