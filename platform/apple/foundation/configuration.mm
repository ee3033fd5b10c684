// SPDX-License-Identifier: Apache-2.0
#import "platform/apple/foundation/configuration.h"

#include <cmath>

#import "platform/apple/foundation/error.h"
#import "platform/apple/foundation/hardware.h"

namespace onair::apple {
namespace {

tl::unexpected<Error> Refuse(const char* name) {
  return Fail(ErrorCode::kInvalidConfig, name);
}

// An enum that counts from 1 to `last` on both sides.
template <typename Enum>
Status ReadEnum(NSInteger number, Enum last, const char* name, Enum& value) {
  if (number < 1 || number > static_cast<NSInteger>(last)) return Refuse(name);
  value = static_cast<Enum>(number);
  return {};
}

// Sides and counts are ints below; the SDK refuses what is out of its range by then.
int Narrow(NSInteger number) {
  constexpr NSInteger kMost = 1 << 30;
  return static_cast<int>(number < -kMost ? -kMost : number > kMost ? kMost : number);
}

// NaN and what no clock holds becomes a span that every range refuses.
TimeDelta SpanOf(NSTimeInterval seconds) {
  if (!(std::fabs(seconds) < 1e9)) return TimeDelta::Seconds(-1);
  return TimeDelta::Micros(static_cast<std::int64_t>(seconds * 1e6));
}

Status ReadIceServers(NSArray* servers, std::vector<IceServer>& all) {
  for (ONIceServer* server in servers) {
    if (![server isKindOfClass:[ONIceServer class]]) return Refuse("iceServers");
    all.push_back({TextOf(server.URL), TextOf(server.username), TextOf(server.password)});
  }
  return {};
}

// What both have; `Config` is a publisher's or a player's.
template <typename Config>
Status ReadNetwork(ONNetworkConfiguration* in, Config& config) {
  config.bearer_token = TextOf(in.bearerToken);
  if (auto status = ReadIceServers(in.iceServers, config.ice_servers); !status) return status;
  config.tls.ca_file = TextOf(in.certificateAuthorityFile);
  config.tls.verify = in.verifiesServer ? tls::VerifyPeer::kYes : tls::VerifyPeer::kNo;
  config.session.reconnect.max_attempts = Narrow(in.maximumReconnects);
  config.seed = in.seed;
  return {};
}

Status ReadVideo(ONVideoConfiguration* in, VideoConfig& video) {
  if (auto status = ReadEnum(in.codec, VideoCodec::kH265, "video.codec", video.codec); !status) {
    return status;
  }
  video.size = {Narrow(in.width), Narrow(in.height)};
  video.frame_rate = in.framesPerSecond;
  video.rate = DataRate::BitsPerSec(in.bitsPerSecond);
  video.gop = SpanOf(in.keyFrameInterval);
  video.preset = TextOf(in.preset);
  video.threads = Narrow(in.threads);
  return {};
}

Status ReadAudio(ONAudioConfiguration* in, AudioConfig& audio) {
  if (auto status = ReadEnum(in.codec, AudioCodec::kOpus, "audio.codec", audio.codec); !status) {
    return status;
  }
  audio.format = {Narrow(in.sampleRate), Narrow(in.channels)};
  audio.rate = DataRate::BitsPerSec(in.bitsPerSecond);
  return {};
}

Status ReadTracks(ONPublisherConfiguration* in, PublisherConfig& config) {
  if (in.video == nil) {
    config.video.reset();
  } else if (auto status = ReadVideo(in.video, *config.video); !status) {
    return status;
  }
  if (in.audio == nil) {
    config.audio.reset();
  } else if (auto status = ReadAudio(in.audio, *config.audio); !status) {
    return status;
  }
  return {};
}

}  // namespace

Result<PublisherConfig> ReadPublisher(ONPublisherConfiguration* in) {
  PublisherConfig config;
  for (NSString* url in in.URLs) {
    if (![url isKindOfClass:[NSString class]]) return Refuse("URLs");
    config.urls.push_back(TextOf(url));
  }
  if (auto status = ReadNetwork(in, config); !status) return Forward(status);
  if (auto status = ReadTracks(in, config); !status) return Forward(status);
  config.control.min_rate = DataRate::BitsPerSec(in.minimumVideoBitsPerSecond);
  if (auto status =
          ReadEnum(in.controlMode, ControlMode::kBalanced, "controlMode", config.control.mode);
      !status) {
    return Forward(status);
  }
  if (in.encoder == ONCoderChoiceHardware) {
    if (auto status = UseHardwareEncoder(config); !status) return Forward(status);
  } else if (in.encoder != ONCoderChoiceSoftware) {
    return Refuse("encoder");
  }
  return config;
}

Result<PlayerConfig> ReadPlayer(ONPlayerConfiguration* in) {
  PlayerConfig config;
  config.url = TextOf(in.URL);
  if (auto status = ReadNetwork(in, config); !status) return Forward(status);
  if (auto status =
          ReadEnum(in.bufferMode, BufferMode::kRealtime, "bufferMode", config.session.buffer);
      !status) {
    return Forward(status);
  }
  config.session.fixed_delay = SpanOf(in.fixedDelay);
  config.decode_threads = Narrow(in.decodeThreads);
  if (in.decoder == ONCoderChoiceHardware) {
    if (auto status = UseHardwareDecoder(config); !status) return Forward(status);
  } else if (in.decoder != ONCoderChoiceSoftware) {
    return Refuse("decoder");
  }
  return config;
}

}  // namespace onair::apple
