// SPDX-License-Identifier: Apache-2.0
#include "platform/c/publisher_config.h"

#include "platform/c/convert.h"
#include "platform/c/first_sizes.h"

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
  if (auto status = ReadEnum(in.codec, VideoCodec::kH265, "video.codec", video.codec); !status) {
    return status;
  }
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

}  // namespace

Result<PublisherConfig> ReadConfig(const onair_publisher_config& in) {
  PublisherConfig config;
  if (in.reserved != 0) return Refuse("reserved");
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
  ReadReconnects(in.max_reconnects, config.session.reconnect);
  if (in.seed != 0) config.seed = in.seed;
  return config;
}

}  // namespace onair::c
