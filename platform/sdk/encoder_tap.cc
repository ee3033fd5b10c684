// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/encoder_tap.h"

#include <utility>

#include "platform/sdk/encoders.h"

namespace onair {
namespace {

template <typename Track>
using See = std::function<void(const EncodedFrame&, const Track&)>;

// What both kinds of encoder share.
template <typename Encoder, typename Media, typename Target, typename Track>
class Tapped : public Encoder {
 public:
  Tapped(std::unique_ptr<Encoder> encoder, See<Track> see)
      : encoder_(std::move(encoder)), see_(std::move(see)) {}

  Status Apply(const Target& target) override { return encoder_->Apply(target); }
  const Track& track() const override { return encoder_->track(); }
  Status Encode(const Media& media, std::vector<EncodedFrame>& out) override {
    const std::size_t before = out.size();
    return Tell(out, before, encoder_->Encode(media, out));
  }
  Status Flush(std::vector<EncodedFrame>& out) override {
    const std::size_t before = out.size();
    return Tell(out, before, encoder_->Flush(out));
  }

 protected:
  const Encoder& encoder() const { return *encoder_; }

 private:
  Status Tell(const std::vector<EncodedFrame>& frames, std::size_t from, Status status) const {
    for (std::size_t i = from; i < frames.size(); ++i) see_(frames[i], track());
    return status;
  }

  const std::unique_ptr<Encoder> encoder_;
  const See<Track> see_;
};

class TappedVideo final : public Tapped<VideoEncoder, VideoFrame, EncoderTarget, VideoTrack> {
 public:
  using Tapped::Tapped;
  EncoderCapabilities capabilities() const override { return encoder().capabilities(); }
};
using TappedAudio = Tapped<AudioEncoder, AudioBlock, AudioTarget, AudioTrack>;

}  // namespace

void TapEncoders(PublisherConfig& config, EncoderTap tap) {
  auto open_video = std::exchange(config.make_video_encoder, nullptr);
  if (!open_video) open_video = OpenVideoEncoder;
  config.make_video_encoder = [open_video, see = std::move(tap.on_picture)](
                                  const VideoConfig& c) -> Result<std::unique_ptr<VideoEncoder>> {
    auto encoder = open_video(c);
    if (!encoder) return encoder;
    return std::make_unique<TappedVideo>(std::move(*encoder), see);
  };
  auto open_audio = std::exchange(config.make_audio_encoder, nullptr);
  if (!open_audio) open_audio = OpenAudioEncoder;
  config.make_audio_encoder = [open_audio, see = std::move(tap.on_sound)](
                                  const AudioConfig& c) -> Result<std::unique_ptr<AudioEncoder>> {
    auto encoder = open_audio(c);
    if (!encoder) return encoder;
    return std::make_unique<TappedAudio>(std::move(*encoder), see);
  };
}

}  // namespace onair
