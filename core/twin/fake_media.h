// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "core/media/encoder_target.h"
#include "core/twin/fake_audio.h"
#include "core/twin/fake_encoder.h"
#include "core/twin/world.h"

namespace onair::twin {

// A camera, a microphone and their encoders in a world: every frame reaches `sink` at the
// moment it would leave the encoder. Single-owner; dies before its world.
class FakeMedia {
 public:
  using Sink = std::function<void(EncodedFrame frame, Timestamp now)>;

  // A missing device gives no track.
  FakeMedia(World& world, std::optional<FakeEncoder> video, std::optional<FakeAudio> audio,
            Sink sink);

  // Media time zero is `now`; the first frames come at once.
  void Start();
  void Stop();
  // After Stop(): goes on at `now` of the same media time line.
  void Resume();
  // What the network tells; the encoder follows after its reaction. While the intake is paused
  // pictures are skipped before the encoder. Only where there is video.
  void Apply(const EncoderTarget& target);
  void RequestKeyFrame();
  std::int64_t pictures_skipped() const { return skipped_; }

  StreamTracks tracks() const;
  // Valid where there is video.
  FakeEncoder& video() { return *video_; }

 private:
  void GiveVideo();
  void GiveAudio();
  Timestamp At(MediaTime pts) const { return started_at_ + (pts - MediaTime::Zero()); }

  World& world_;
  std::optional<FakeEncoder> video_;
  std::optional<FakeAudio> audio_;
  Sink sink_;
  Timestamp started_at_;
  std::int64_t skipped_ = 0;
  Alarm video_due_;
  Alarm audio_due_;
};

}  // namespace onair::twin
