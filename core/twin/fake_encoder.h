// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

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

  // Slow rise and fall of what the content needs, which the rate control does not catch: a
  // deviation of the sizes with a memory of a second. Range [0, 0.5]. RFC 8867 asks for 0.05.
  double wander = 0;

  // From a target to the first frame that follows it. Range [0, 2 s].
  // Source: transport facts, "encoder lag 33 ms" at 30 pictures a second.
  TimeDelta reaction = TimeDelta::Zero();

  // Share of the frames between key frames that nothing refers to. Range [0, 1].
  double droppable = 0;

  [[nodiscard]] Status Validate() const;
};

// An encoder without pictures: frames of the right sizes and kinds at the right times. Each
// payload is one NAL unit behind its length, and its first 8 bytes after the NAL header are
// the frame's number, the next 8 that of the frame it refers to. Pure.
class FakeEncoder {
 public:
  FakeEncoder(const FakeEncoderConfig& config, Rng rng);

  // Takes effect with the next frame. What its limit takes off a picture is made up for by the
  // pictures after it, as our rate control does, up to a quarter of a second.
  void Apply(const EncoderTarget& target);
  void RequestKeyFrame() { wants_key_ = true; }
  // The same for the first frame that leaves the encoder `reaction` after `now`: what is inside by
  // then was begun before. That goes for rates, limits and the intake alike.
  void Apply(const EncoderTarget& target, Timestamp now) {
    pending_.push_back({now + config_.reaction, target});
  }
  void RequestKeyFrame(Timestamp now) { pending_.push_back({now + config_.reaction, {}}); }
  // Whether a picture comes out at `at`, or was skipped before the encoder.
  Intake IntakeAt(Timestamp at);
  // The pictures before `at` are not encoded: what follows refers to what came before them.
  // How many those were.
  std::int64_t SkipTo(MediaTime at);

  // Position of the next frame; the first is at zero.
  MediaTime next_pts() const;
  EncodedFrame Next(Timestamp captured_at);

  const VideoTrack& track() const { return track_; }

 private:
  struct Pending {
    Timestamp at;
    std::optional<EncoderTarget> target;  // Nothing: a key frame.
  };
  void Obey(Timestamp at);
  std::size_t SizeOf(FrameKind kind);
  double Payback() const;
  double Need();

  FakeEncoderConfig config_;
  Rng rng_;
  VideoTrack track_;
  std::deque<Pending> pending_;
  std::optional<DataSize> frame_limit_;
  Intake intake_ = Intake::kOpen;
  double need_ = 0;    // How far the content is above its mean, in deviations.
  double owed_s_ = 0;  // Taken off by limits and not made up for yet, as seconds at the rate.
  std::int64_t number_ = 0;
  std::int64_t reference_ = -1;               // The latest frame that others may refer to.
  MediaTime line_start_ = MediaTime::Zero();  // Where the present frame rate began.
  std::int64_t since_line_start_ = 0;         // Frames.
  MediaTime next_key_ = MediaTime::Zero();
  bool wants_key_ = true;
};

// The number that FakeEncoder and FakeAudio wrote into a payload; -1 when it is too short.
std::int64_t FrameNumber(const EncodedFrame& frame);
// The number of the frame that a video frame refers to; -1 for a key frame.
std::int64_t ReferenceNumber(const EncodedFrame& frame);

}  // namespace onair::twin
