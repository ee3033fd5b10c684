// SPDX-License-Identifier: Apache-2.0
#include "tests/platform/apple/coder.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "codec/decode/ffmpeg_video_decoder.h"
#include "codec/encode/audio_encoder.h"
#include "codec/encode/video_encoder.h"

using namespace onair;

namespace {

MediaTime TimeOf(double seconds) {
  return MediaTime::Micros(std::llround(seconds * 1e6));
}
double SecondsOf(MediaTime at) {
  return static_cast<double>(at.us()) / 1e6;
}

// Without one there is no test.
template <typename T>
T Opened(Result<T> made) {
  if (!made) std::abort();
  return std::move(*made);
}

std::vector<std::uint8_t> BytesOf(const Buffer& buffer) {
  return {buffer.data(), buffer.data() + buffer.size()};
}

std::vector<CodedFrame> Told(const std::vector<EncodedFrame>& frames) {
  std::vector<CodedFrame> told;
  for (const EncodedFrame& frame : frames) {
    told.push_back({static_cast<int>(frame.kind), BytesOf(frame.payload), SecondsOf(frame.pts),
                    SecondsOf(frame.dts)});
  }
  return told;
}

Picture BarPicture(PictureSize size, int bar_at) {
  auto pixels = Opened(PictureBuilder::Allocate(PixelFormat::kI420, size));
  for (int row = 0; row < size.height; ++row) {
    std::uint8_t* luma = pixels.plane(0).data + row * pixels.plane(0).stride_bytes;
    std::memset(luma, 40, static_cast<std::size_t>(size.width));
    std::memset(luma + bar_at, 220, static_cast<std::size_t>(size.width / 8));
  }
  for (std::size_t plane = 1; plane < 3; ++plane) {
    std::memset(pixels.plane(plane).data, 128,
                static_cast<std::size_t>(pixels.plane(plane).stride_bytes * size.height / 2));
  }
  return std::move(pixels).Freeze();
}

VideoConfig ConfigOf(const BarCoder::Wish& wish) {
  VideoConfig config;
  config.size = {wish.width, wish.height};
  config.frame_rate = wish.frame_rate;
  config.rate = DataRate::BitsPerSec(wish.bits_per_second);
  config.gop = TimeDelta::Seconds(1);
  config.preset = "ultrafast";
  config.threads = 1;
  config.look_ahead = TimeDelta::Micros(std::llround(wish.look_ahead * 1e6));
  if (wish.look_ahead > 0) config.preset = "veryfast";
  return config;
}

BarePicture Bare(const VideoFrame& frame) {
  const PictureSize size = frame.picture.size();
  BarePicture bare{size.width, size.height, {}, SecondsOf(frame.pts)};
  for (std::size_t plane = 0; plane < 3; ++plane) {
    const int width = plane == 0 ? size.width : ChromaSide(size.width);
    const int height = plane == 0 ? size.height : ChromaSide(size.height);
    const PlaneView from = frame.picture.plane(plane);
    for (int row = 0; row < height; ++row) {
      const std::uint8_t* bytes = from.data + row * from.stride_bytes;
      bare.bytes.insert(bare.bytes.end(), bytes, bytes + width);
    }
  }
  return bare;
}

}  // namespace

struct BarCoder::Parts {
  std::unique_ptr<VideoEncoder> encoder;
};

BarCoder::BarCoder(const Wish& wish)
    : wish_(wish),
      parts_(new Parts{Opened(codec::OpenVideoEncoder(ConfigOf(wish)))}),
      record_(BytesOf(parts_->encoder->track().config)),
      rate_(wish.bits_per_second) {}
BarCoder::~BarCoder() = default;

void BarCoder::SetRate(std::int64_t bits_per_second) {
  rate_ = bits_per_second;
}

std::vector<CodedFrame> BarCoder::Encode(int bar_at, double at) {
  const EncoderTarget target{.video_rate = DataRate::BitsPerSec(rate_),
                             .frame_rate = wish_.frame_rate,
                             .key_frame = std::exchange(is_key_wanted_, false)
                                              ? KeyFrameWanted::kYes
                                              : KeyFrameWanted::kNo};
  std::vector<EncodedFrame> out;
  const VideoFrame frame(BarPicture({wish_.width, wish_.height}, bar_at), TimeOf(at),
                         Timestamp::Zero());
  if (!parts_->encoder->Apply(target) || !parts_->encoder->Encode(frame, out)) std::abort();
  return Told(out);
}

struct SoundCoder::Parts {
  std::unique_ptr<AudioEncoder> encoder;
};

SoundCoder::SoundCoder()
    : parts_(new Parts{Opened(codec::OpenAudioEncoder(AudioConfig{}))}),
      record_(BytesOf(parts_->encoder->track().config)) {}
SoundCoder::~SoundCoder() = default;

std::vector<CodedFrame> SoundCoder::Encode(const std::vector<float>& samples, double at) {
  std::vector<EncodedFrame> out;
  const AudioBlock block{{48'000, 2}, samples, TimeOf(at), Timestamp::Zero()};
  if (!parts_->encoder->Encode(block, out)) std::abort();
  return Told(out);
}

struct PictureCoder::Parts {
  std::unique_ptr<VideoDecoder> decoder = Opened(codec::OpenFfmpegVideoDecoder());
};

PictureCoder::PictureCoder() : parts_(new Parts) {}
PictureCoder::~PictureCoder() = default;

bool PictureCoder::Configure(const std::uint8_t* record, std::size_t size, int width, int height) {
  return parts_->decoder
      ->Configure(
          {VideoCodec::kH264, {width, height}, 0, Buffer::Own(Bytes(record, record + size))})
      .has_value();
}

bool PictureCoder::Decode(const CodedFrame& frame, std::vector<BarePicture>& out) {
  std::vector<VideoFrame> pictures;
  const EncodedFrame coded{Buffer::Own(frame.bytes), static_cast<FrameKind>(frame.kind),
                           TimeOf(frame.presented_at), TimeOf(frame.decoded_at), Timestamp::Zero()};
  const bool is_taken = parts_->decoder->Decode(coded, pictures).has_value();
  for (const VideoFrame& picture : pictures) out.push_back(Bare(picture));
  return is_taken;
}

void PictureCoder::Flush(std::vector<BarePicture>& out) {
  std::vector<VideoFrame> pictures;
  (void)parts_->decoder->Flush(pictures);
  for (const VideoFrame& picture : pictures) out.push_back(Bare(picture));
}

void PictureCoder::Reset() {
  parts_->decoder->Reset();
}
