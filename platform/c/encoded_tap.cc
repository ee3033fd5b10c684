// SPDX-License-Identifier: Apache-2.0
#include "platform/c/encoded_tap.h"

#include <utility>

#include "platform/c/convert.h"
#include "platform/sdk/callback_thread.h"

namespace onair::c {
namespace {

onair_encoded_frame FrameOf(const EncodedFrame& frame, std::int32_t codec, const Buffer& config) {
  onair_encoded_frame out{};
  out.size = sizeof(out);
  out.codec = codec;
  out.kind = static_cast<std::int32_t>(frame.kind);
  out.data = frame.payload.data();
  out.data_size = frame.payload.size();
  out.pts_us = frame.pts.us();
  out.dts_us = frame.dts.us();
  out.captured_at_us = frame.captured_at.us();
  out.config = config.data();
  out.config_size = config.size();
  return out;
}

class TappedVideo final : public VideoEncoder {
 public:
  TappedVideo(std::unique_ptr<VideoEncoder> encoder, EncodedTap tap)
      : encoder_(std::move(encoder)), tap_(tap) {}

  EncoderCapabilities capabilities() const override { return encoder_->capabilities(); }
  Status Apply(const EncoderTarget& target) override { return encoder_->Apply(target); }
  const VideoTrack& track() const override { return encoder_->track(); }

  Status Encode(const VideoFrame& frame, std::vector<EncodedFrame>& out) override {
    const std::size_t before = out.size();
    auto status = encoder_->Encode(frame, out);
    Tell(out, before);
    return status;
  }
  Status Flush(std::vector<EncodedFrame>& out) override {
    const std::size_t before = out.size();
    auto status = encoder_->Flush(out);
    Tell(out, before);
    return status;
  }

 private:
  void Tell(const std::vector<EncodedFrame>& frames, std::size_t from) const {
    for (std::size_t i = from; i < frames.size(); ++i) {
      onair_encoded_frame frame = FrameOf(frames[i], CodecOf(track().codec), track().config);
      frame.width = track().size.width;
      frame.height = track().size.height;
      CallApp(tap_.owner, tap_.function, tap_.user, &frame);
    }
  }

  const std::unique_ptr<VideoEncoder> encoder_;
  const EncodedTap tap_;
};

class TappedAudio final : public AudioEncoder {
 public:
  TappedAudio(std::unique_ptr<AudioEncoder> encoder, EncodedTap tap)
      : encoder_(std::move(encoder)), tap_(tap) {}

  Status Apply(const AudioTarget& target) override { return encoder_->Apply(target); }
  const AudioTrack& track() const override { return encoder_->track(); }

  Status Encode(const AudioBlock& block, std::vector<EncodedFrame>& out) override {
    const std::size_t before = out.size();
    auto status = encoder_->Encode(block, out);
    Tell(out, before);
    return status;
  }
  Status Flush(std::vector<EncodedFrame>& out) override {
    const std::size_t before = out.size();
    auto status = encoder_->Flush(out);
    Tell(out, before);
    return status;
  }

 private:
  void Tell(const std::vector<EncodedFrame>& frames, std::size_t from) const {
    for (std::size_t i = from; i < frames.size(); ++i) {
      const onair_encoded_frame frame = FrameOf(frames[i], CodecOf(track().codec), track().config);
      CallApp(tap_.owner, tap_.function, tap_.user, &frame);
    }
  }

  const std::unique_ptr<AudioEncoder> encoder_;
  const EncodedTap tap_;
};

}  // namespace

std::unique_ptr<VideoEncoder> TapVideo(std::unique_ptr<VideoEncoder> encoder, EncodedTap tap) {
  return std::make_unique<TappedVideo>(std::move(encoder), tap);
}
std::unique_ptr<AudioEncoder> TapAudio(std::unique_ptr<AudioEncoder> encoder, EncodedTap tap) {
  return std::make_unique<TappedAudio>(std::move(encoder), tap);
}

}  // namespace onair::c
