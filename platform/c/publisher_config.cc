// SPDX-License-Identifier: Apache-2.0
#include "platform/c/publisher_config.h"

#include "platform/c/convert.h"
#include "platform/c/first_sizes.h"
#include "platform/sdk/callback_thread.h"

namespace onair::c {
namespace {

// Zero leaves what is there.
template <typename Number, typename Value>
void Take(Number number, Value& value) {
  if (number != Number{}) value = static_cast<Value>(number);
}
void TakeMillis(std::int32_t ms, TimeDelta& value) {
  if (ms != 0) value = TimeDelta::Millis(ms);
}
void TakeRate(std::int64_t bps, DataRate& value) {
  if (bps != 0) value = DataRate::BitsPerSec(bps);
}

Status ReadCodecs(const onair_video_config& in, VideoConfig& video) {
  if (auto status = ReadEncoder(in, video); !status) return status;
  return ReadEnum(in.profile, H264Profile::kConstrainedBaseline, "video.profile",
                  video.h264_profile);
}

EncodedInput& Coded(PublisherConfig& config) {
  if (!config.encoded) config.encoded.emplace();
  return *config.encoded;
}

Status ReadVideo(const onair_video_config* given, PublisherConfig& config) {
  if (given == nullptr) return {};
  const auto in = ReadSized(given, "video");
  if (!in) return Forward(in);
  bool is_on = true;
  if (auto status = ReadSwitch(in->enabled, "video.enabled", is_on); !status) return status;
  if (!is_on) {
    config.video.reset();
    return {};
  }
  VideoConfig& video = *config.video;
  if (in->reserved != 0) return Refuse("video.reserved");
  if (auto status = ReadCodecs(*in, video); !status) return status;
  if (in->width != 0 || in->height != 0) video.size = {in->width, in->height};
  TakeMillis(in->gop_ms, video.gop);
  Take(in->frame_rate, video.frame_rate);
  TakeRate(in->rate_bps, video.rate);
  TakeRate(in->min_rate_bps, config.control.min_rate);
  TakeMillis(in->look_ahead_ms, video.look_ahead);
  if (in->preset != nullptr) video.preset = in->preset;
  Take(in->threads, video.threads);
  bool has_regions = true;
  if (auto status = ReadSwitch(in->regions, "video.regions", has_regions); !status) return status;
  if (!has_regions) video.roi_strength = 0;
  if (in->decoder_config != nullptr) {
    Coded(config).tracks.video = VideoTrack{video.codec, video.size, video.frame_rate,
                                            CopyOf(in->decoder_config, in->decoder_config_size)};
  }
  return ReadEnum(in->control, ControlMode::kBalanced, "video.control", config.control.mode);
}

Status ReadAudio(const onair_audio_config* given, PublisherConfig& config) {
  if (given == nullptr) return {};
  const auto in = ReadSized(given, "audio");
  if (!in) return Forward(in);
  bool is_on = true;
  if (auto status = ReadSwitch(in->enabled, "audio.enabled", is_on); !status) return status;
  if (!is_on) {
    config.audio.reset();
    return {};
  }
  AudioConfig& audio = *config.audio;
  if (in->codec == ONAIR_CODEC_OPUS) {
    audio.codec = AudioCodec::kOpus;
  } else if (in->codec != 0 && in->codec != ONAIR_CODEC_AAC) {
    return Refuse("audio.codec");
  }
  Take(in->sample_rate, audio.format.sample_rate);
  Take(in->channels, audio.format.channels);
  TakeRate(in->rate_bps, audio.rate);
  if (in->decoder_config != nullptr) {
    Coded(config).tracks.audio =
        AudioTrack{audio.codec, audio.format, CopyOf(in->decoder_config, in->decoder_config_size)};
  }
  return {};
}

constexpr std::int32_t kMostFaces = 64;

// An app's detector. Single-owner, on the publisher's onair.face.
class AppsDetector final : public FaceDetector {
 public:
  AppsDetector(const void* owner, onair_find_faces_fn find, void* user)
      : owner_(owner), find_(find), user_(user) {}

  Result<std::vector<DetectedFace>> Detect(const Picture& picture) override {
    const onair_picture seen = PictureOf(VideoFrame(picture, MediaTime::Zero(), Timestamp::Zero()));
    std::vector<onair_face> faces(kMostFaces);
    const std::int32_t count = Ask(seen, faces.data());
    if (count < 0) return Fail(ErrorCode::kInternal, "find_faces", count);
    if (count > kMostFaces) return Refuse("find_faces");
    std::vector<DetectedFace> all;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      const onair_face& face = faces[i];
      all.push_back({{face.x, face.y, face.width, face.height}, std::nullopt, face.confidence});
    }
    return all;
  }

 private:
  // Nothing thrown comes in from an app.
  std::int32_t Ask(const onair_picture& picture, onair_face* faces) const noexcept {
    const InCallback mark(owner_);
    try {
      return find_(user_, &picture, faces, kMostFaces);
    } catch (...) {
      return -1;
    }
  }

  const void* const owner_;
  const onair_find_faces_fn find_;
  void* const user_;
};

Status ReadPolicy(const onair_publisher_config& in, PublisherConfig& config) {
  config.session_id = TextOf(in.session_id);
  return ReadEnum(in.network, NetworkKind::kEthernet, "network", config.network);
}

}  // namespace

Status ReadEncoder(const onair_video_config& in, VideoConfig& video) {
  if (auto status = ReadEnum(in.codec, VideoCodec::kH265, "video.codec", video.codec); !status) {
    return status;
  }
  video.openh264_library = TextOf(in.openh264_library);
  return ReadEnum(in.encoder, EncoderChoice::kOpenH264, "video.encoder", video.encoder);
}

Result<PublisherConfig> ReadConfig(const onair_publisher_config& in, const void* owner) {
  PublisherConfig config;
  if (in.reserved != 0 || in.reserved_2 != 0) return Refuse("reserved");
  if (in.urls == nullptr || in.url_count < 1 || in.url_count > 8) return Refuse("urls");
  for (std::size_t i = 0; i < in.url_count; ++i) {
    if (in.urls[i] == nullptr) return Refuse("urls");
    config.urls.emplace_back(in.urls[i]);
  }
  if (auto status = ReadVideo(in.video, config); !status) return Forward(status);
  if (auto status = ReadAudio(in.audio, config); !status) return Forward(status);
  auto ice_servers = ReadIceServers(in.ice_servers, in.ice_server_count);
  if (!ice_servers) return Forward(ice_servers);
  config.ice_servers = std::move(*ice_servers);
  if (auto status = ReadTls(in.ca_file, in.tls_verify, config.tls); !status) {
    return Forward(status);
  }
  config.bearer_token = TextOf(in.bearer_token);
  if (auto status = ReadPolicy(in, config); !status) return Forward(status);
  if (in.find_faces != nullptr) {
    config.effects.make_face_detector = [owner, find = in.find_faces, user = in.user] {
      return std::make_unique<AppsDetector>(owner, find, user);
    };
  }
  ReadReconnects(in.max_reconnects, config.session.reconnect);
  if (in.seed != 0) config.seed = in.seed;
  return config;
}

}  // namespace onair::c
