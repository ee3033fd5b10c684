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

PictureSize SizeOf(const VideoTrack& track) {
  return track.size;
}
PictureSize SizeOf(const AudioTrack&) {
  return {};
}

// What both kinds of encoder share: whatever comes out is told before it goes on.
template <typename Encoder, typename Media, typename Target>
class Tapped : public Encoder {
 public:
  Tapped(std::unique_ptr<Encoder> encoder, EncodedTap tap)
      : encoder_(std::move(encoder)), tap_(tap) {}

  Status Apply(const Target& target) override { return encoder_->Apply(target); }
  decltype(std::declval<const Encoder&>().track()) track() const override {
    return encoder_->track();
  }
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
    for (std::size_t i = from; i < frames.size(); ++i) {
      onair_encoded_frame frame = FrameOf(frames[i], CodecOf(track().codec), track().config);
      const PictureSize size = SizeOf(track());
      frame.width = size.width;
      frame.height = size.height;
      CallApp(tap_.owner, tap_.function, tap_.user, &frame);
    }
    return status;
  }

  const std::unique_ptr<Encoder> encoder_;
  const EncodedTap tap_;
};

class TappedVideo final : public Tapped<VideoEncoder, VideoFrame, EncoderTarget> {
 public:
  using Tapped::Tapped;
  EncoderCapabilities capabilities() const override { return encoder().capabilities(); }
};
using TappedAudio = Tapped<AudioEncoder, AudioBlock, AudioTarget>;

}  // namespace

std::unique_ptr<VideoEncoder> TapVideo(std::unique_ptr<VideoEncoder> encoder, EncodedTap tap) {
  return std::make_unique<TappedVideo>(std::move(encoder), tap);
}
std::unique_ptr<AudioEncoder> TapAudio(std::unique_ptr<AudioEncoder> encoder, EncodedTap tap) {
  return std::make_unique<TappedAudio>(std::move(encoder), tap);
}

}  // namespace onair::c
