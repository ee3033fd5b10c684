// SPDX-License-Identifier: Apache-2.0
#include "platform/c/convert.h"

#include <algorithm>
#include <cstring>

#include "platform/c/first_sizes.h"

namespace onair::c {
namespace {

constexpr std::size_t kMostIceServers = 64;
constexpr std::int32_t kMostSamples = 960'000;  // 10 s at 96 kHz.

// Bytes and rows of one plane that are read.
struct PlaneExtent {
  std::int32_t row_bytes;
  std::int32_t rows;
};

std::size_t PlaneCount(const onair_picture& picture) {
  return picture.format == ONAIR_PIXELS_NV12 ? 2 : 3;
}

PlaneExtent ExtentOf(const onair_picture& picture, std::size_t plane) {
  if (plane == 0) return {picture.width, picture.height};
  const std::int32_t chroma = ChromaSide(picture.width);
  return {picture.format == ONAIR_PIXELS_NV12 ? 2 * chroma : chroma, ChromaSide(picture.height)};
}

void CopySamples(const onair_sound& sound, std::vector<float>& out) {
  if (sound.format == ONAIR_SAMPLES_F32) {
    std::memcpy(out.data(), sound.samples, out.size() * sizeof(float));
    return;
  }
  const auto* in = static_cast<const std::int16_t*>(sound.samples);
  std::transform(in, in + out.size(), out.begin(),
                 [](std::int16_t sample) { return static_cast<float>(sample) / 32768.0F; });
}

}  // namespace

Status ReadSwitch(std::int32_t number, const char* name, bool& value) {
  if (number != ONAIR_DEFAULT && number != ONAIR_ON && number != ONAIR_OFF) return Refuse(name);
  if (number != ONAIR_DEFAULT) value = number == ONAIR_ON;
  return {};
}

Status ReadTls(const char* ca_file, std::int32_t verify, TlsConfig& tls) {
  tls.ca_file = TextOf(ca_file);
  bool is_verified = true;
  if (auto status = ReadSwitch(verify, "tls_verify", is_verified); !status) return status;
  tls.verify = is_verified ? tls::VerifyPeer::kYes : tls::VerifyPeer::kNo;
  return {};
}

void ReadReconnects(std::int32_t max_reconnects, ReconnectConfig& reconnect) {
  if (max_reconnects == -1) {
    reconnect.max_attempts = 0;
  } else if (max_reconnects != 0) {
    reconnect.max_attempts = max_reconnects;
  }
}

Result<std::vector<IceServer>> ReadIceServers(const onair_ice_server* servers, std::size_t count) {
  std::vector<IceServer> all;
  if (count > kMostIceServers) return Refuse("ice_server_count");
  auto status =
      ForEachSized(servers, count, "ice_servers", [&](const onair_ice_server& server) -> Status {
        if (server.url == nullptr) return Refuse("ice_servers.url");
        all.push_back({server.url, TextOf(server.username), TextOf(server.password)});
        return {};
      });
  if (!status) return Forward(status);
  return all;
}

Result<std::optional<IpAddress>> ReadAddress(const char* text) {
  if (text == nullptr) return std::optional<IpAddress>();
  auto address = IpAddress::Parse(text);
  if (!address) return Refuse("from");
  return address;
}

Result<TimeDelta> ReadStatsPeriod(std::int32_t ms) {
  if (ms == 0) return TimeDelta::Seconds(1);
  if (ms < 100 || ms > 60'000) return Refuse("stats_every_ms");
  return TimeDelta::Millis(ms);
}

std::int32_t CodecOf(VideoCodec codec) {
  return codec == VideoCodec::kH264 ? ONAIR_CODEC_H264 : ONAIR_CODEC_H265;
}
std::int32_t CodecOf(AudioCodec codec) {
  return codec == AudioCodec::kAac ? ONAIR_CODEC_AAC : ONAIR_CODEC_OPUS;
}

Result<onair_picture> ReadPicture(const onair_picture* in) {
  auto picture = ReadSized(in, "picture");
  if (!picture) return picture;
  const auto is_side = [](std::int32_t side) { return side >= 1 && side <= kMaxPictureSide; };
  if (picture->format != ONAIR_PIXELS_I420 && picture->format != ONAIR_PIXELS_NV12) {
    return Refuse("picture.format");
  }
  if (!is_side(picture->width)) return Refuse("picture.width");
  if (!is_side(picture->height)) return Refuse("picture.height");
  if (picture->reserved != 0) return Refuse("picture.reserved");
  if (picture->rotation < ONAIR_ROTATION_0 || picture->rotation > ONAIR_ROTATION_270) {
    return Refuse("picture.rotation");
  }
  for (std::size_t i = 0; i < PlaneCount(*picture); ++i) {
    if (picture->planes[i] == nullptr) return Refuse("picture.planes");
    if (picture->strides[i] < ExtentOf(*picture, i).row_bytes) return Refuse("picture.strides");
  }
  return picture;
}

std::array<PlaneView, 3> PlanesOf(const onair_picture& picture) {
  std::array<PlaneView, 3> planes;
  for (std::size_t i = 0; i < PlaneCount(picture); ++i) {
    planes[i] = {picture.planes[i], picture.strides[i]};
  }
  return planes;
}

PixelFormat PixelFormatOf(const onair_picture& picture) {
  return picture.format == ONAIR_PIXELS_NV12 ? PixelFormat::kNv12 : PixelFormat::kI420;
}

Rotation RotationOf(const onair_picture& picture) {
  return static_cast<Rotation>(picture.rotation + 1);
}

Result<Picture> CopyOf(const onair_picture& picture) {
  auto copy =
      PictureBuilder::Allocate(PixelFormatOf(picture), PictureSize{picture.width, picture.height});
  if (!copy) return Forward(copy);
  for (std::size_t i = 0; i < PlaneCount(picture); ++i) {
    const PlaneExtent extent = ExtentOf(picture, i);
    const Plane to = copy->plane(i);
    for (std::int32_t row = 0; row < extent.rows; ++row) {
      std::memcpy(to.data + std::ptrdiff_t{row} * to.stride_bytes,
                  picture.planes[i] + std::ptrdiff_t{row} * picture.strides[i],
                  static_cast<std::size_t>(extent.row_bytes));
    }
  }
  return std::move(*copy).Freeze();
}

onair_picture PictureOf(const VideoFrame& frame) {
  onair_picture picture{};
  picture.size = sizeof(picture);
  const bool is_nv12 = frame.picture.format() == PixelFormat::kNv12;
  picture.format = is_nv12 ? ONAIR_PIXELS_NV12 : ONAIR_PIXELS_I420;
  picture.width = frame.picture.size().width;
  picture.height = frame.picture.size().height;
  picture.rotation = static_cast<std::int32_t>(frame.rotation) - 1;
  for (std::size_t i = 0; i < PlaneCount(picture); ++i) {
    picture.planes[i] = frame.picture.plane(i).data;
    picture.strides[i] = frame.picture.plane(i).stride_bytes;
  }
  picture.at_us = frame.pts.us();
  picture.captured_utc_us = frame.captured_utc ? frame.captured_utc->us() : 0;
  return picture;
}

Result<onair_encoded_frame> ReadEncoded(const onair_encoded_frame* in) {
  auto frame = ReadSized(in, "frame");
  if (!frame) return frame;
  if (frame->kind < ONAIR_FRAME_KEY || frame->kind > ONAIR_FRAME_AUDIO) return Refuse("frame.kind");
  const bool is_sound = frame->codec == ONAIR_CODEC_AAC || frame->codec == ONAIR_CODEC_OPUS;
  const bool is_video = frame->codec == ONAIR_CODEC_H264 || frame->codec == ONAIR_CODEC_H265;
  if (!is_sound && !is_video) return Refuse("frame.codec");
  if (is_sound != (frame->kind == ONAIR_FRAME_AUDIO)) return Refuse("frame.codec");
  if (frame->data == nullptr || frame->data_size == 0) return Refuse("frame.data");
  if ((frame->config_size == 0) != (frame->config == nullptr)) return Refuse("frame.config");
  return frame;
}

Buffer CopyOf(const std::uint8_t* data, std::size_t size) {
  return Buffer::Own(Bytes(data, data + size));
}

Result<AudioBlock> ReadSound(const onair_sound* in, Timestamp now) {
  const auto sound = ReadSized(in, "sound");
  if (!sound) return Forward(sound);
  if (sound->format != ONAIR_SAMPLES_F32 && sound->format != ONAIR_SAMPLES_S16) {
    return Refuse("sound.format");
  }
  if (sound->sample_rate < 8'000 || sound->sample_rate > 96'000) {
    return Refuse("sound.sample_rate");
  }
  if (sound->channels < 1 || sound->channels > 2) return Refuse("sound.channels");
  if (sound->frame_count < 1 || sound->frame_count > kMostSamples) {
    return Refuse("sound.frame_count");
  }
  if (sound->samples == nullptr) return Refuse("sound.samples");
  const Timestamp at = sound->at_us == 0 ? now : std::min(now, Timestamp::Micros(sound->at_us));
  AudioBlock block{{sound->sample_rate, sound->channels},
                   std::vector<float>(static_cast<std::size_t>(sound->frame_count) *
                                      static_cast<std::size_t>(sound->channels)),
                   MediaTime::Zero(),
                   at};
  CopySamples(*sound, block.samples);
  return block;
}

}  // namespace onair::c
