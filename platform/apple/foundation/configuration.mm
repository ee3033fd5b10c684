// SPDX-License-Identifier: Apache-2.0
#import "platform/apple/foundation/configuration.h"

#include <cmath>

#import "platform/apple/foundation/app_decoder.h"
#import "platform/apple/foundation/effects.h"
#import "platform/apple/foundation/encoded.h"
#import "platform/apple/foundation/error.h"
#import "platform/apple/foundation/hardware.h"
#import "platform/apple/foundation/picture.h"
#import "platform/apple/foundation/preload.h"

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

// Tracks that the app codes.
void ReadCoded(ONPublisherConfiguration* in, PublisherConfig& config) {
  NSData* video = in.video.decoderConfiguration;
  NSData* audio = in.audio.decoderConfiguration;
  if (video == nil && audio == nil) return;
  EncodedInput& encoded = config.encoded.emplace();
  if (video != nil) {
    encoded.tracks.video =
        VideoTrack{config.video->codec, config.video->size, config.video->frame_rate, Share(video)};
  }
  if (audio != nil) {
    encoded.tracks.audio = AudioTrack{config.audio->codec, config.audio->format, Share(audio)};
  }
  TellWishes(in.encoderControl, encoded);
}

// Of the policy, by its app.
Status ReadSession(ONPublisherConfiguration* in, PublisherConfig& config) {
  config.session_id = TextOf(in.sessionIdentifier);
  config.session.url_refresh_timeout = SpanOf(in.URLRefreshTimeout);
  if (in.poorNetworkPicture != nil) {
    config.poor_network =
        PoorNetworkPicture{FrameOf(in.poorNetworkPicture).picture, SpanOf(in.poorNetworkDelay)};
  }
  return ReadEnum(in.networkKind, NetworkKind::kEthernet, "networkKind", config.network);
}

Status ReadQualities(ONPlayerConfiguration* in, PlayerConfig& config) {
  for (ONQuality* quality in in.qualities) {
    if (![quality isKindOfClass:[ONQuality class]]) return Refuse("qualities");
    config.qualities.push_back({TextOf(quality.URL),
                                DataRate::BitsPerSec(quality.bitsPerSecond),
                                {Narrow(quality.width), Narrow(quality.height)}});
  }
  config.quality.climb_after = SpanOf(in.qualityClimbInterval);
  config.quality.most_climb_after = SpanOf(in.longestQualityClimbInterval);
  config.quality.proof = SpanOf(in.qualityProofInterval);
  config.quality.share = in.qualityShare;
  return ReadEnum(in.qualityMode, QualityMode::kPinned, "qualityMode", config.quality_mode);
}

Status ReadFallback(ONPlayerConfiguration* in, PlayerConfig& config) {
  config.fallback_url = TextOf(in.fallbackURL);
  config.fallback.after = SpanOf(in.fallbackDelay);
  config.fallback.first_return = SpanOf(in.fallbackReturnInterval);
  config.fallback.most_return = SpanOf(in.longestFallbackReturnInterval);
  return ReadEnum(in.fallbackUse, FallbackUse::kNever, "fallbackUse", config.fallback_use);
}

Status ReadBuffer(ONPlayerConfiguration* in, PlaySessionConfig& session) {
  session.fixed_delay = SpanOf(in.fixedDelay);
  if (auto status = ReadEnum(in.catchUp, CatchUp::kSpeed, "catchUp", session.catch_up); !status) {
    return status;
  }
  return ReadEnum(in.bufferMode, BufferMode::kRealtime, "bufferMode", session.buffer);
}

}  // namespace

int Narrow(NSInteger number) {
  constexpr NSInteger kMost = 1 << 30;
  return static_cast<int>(number < -kMost ? -kMost : number > kMost ? kMost : number);
}

Result<PublisherConfig> ReadPublisher(ONPublisherConfiguration* in) {
  PublisherConfig config;
  for (NSString* url in in.URLs) {
    if (![url isKindOfClass:[NSString class]]) return Refuse("URLs");
    config.urls.push_back(TextOf(url));
  }
  if (auto status = ReadNetwork(in, config); !status) return Forward(status);
  if (auto status = ReadTracks(in, config); !status) return Forward(status);
  ReadCoded(in, config);
  config.control.min_rate = DataRate::BitsPerSec(in.minimumVideoBitsPerSecond);
  if (auto status =
          ReadEnum(in.controlMode, ControlMode::kBalanced, "controlMode", config.control.mode);
      !status) {
    return Forward(status);
  }
  if (auto status = ReadSession(in, config); !status) return Forward(status);
  if (in.faceDetector != nil) {
    config.effects.make_face_detector = DetectorOf(in.faceDetector);
  }
  if (in.encoder == ONCoderChoiceHardware) {
    if (auto status = UseHardwareEncoder(config); !status) return Forward(status);
  } else if (in.encoder != ONCoderChoiceSoftware) {
    return Refuse("encoder");
  }
  if (in.encodedFrameObserver != nil) TapEncoders(config, TapOf(in.encodedFrameObserver));
  return config;
}

Result<PlayerConfig> ReadPlayer(ONPlayerConfiguration* in) {
  PlayerConfig config;
  config.url = TextOf(in.URL);
  if (auto status = ReadNetwork(in, config); !status) return Forward(status);
  if (auto status = ReadBuffer(in, config.session); !status) return Forward(status);
  if (auto status = ReadQualities(in, config); !status) return Forward(status);
  if (auto status = ReadFallback(in, config); !status) return Forward(status);
  config.preload = PoolOf(in.preloadPool);
  config.decode_threads = Narrow(in.decodeThreads);
  if (in.decoderProvider != nil) {
    config.make_video_decoder = DecoderOf(in.decoderProvider);
  } else if (in.decoder == ONCoderChoiceHardware) {
    if (auto status = UseHardwareDecoder(config); !status) return Forward(status);
  } else if (in.decoder != ONCoderChoiceSoftware) {
    return Refuse("decoder");
  }
  return config;
}

Result<PreloadPoolConfig> ReadPreload(ONPreloadConfiguration* in, ONPlayerConfiguration* player) {
  PreloadPoolConfig config;
  if (player != nil) {
    auto play = ReadPlayer(player);
    if (!play) return Forward(play);
    config.play = std::move(*play);
  }
  if (in == nil) return config;
  PreloadConfig& budget = config.budget;
  budget.rooms = Narrow(in.mostRooms);
  budget.picture_distance = Narrow(in.pictureDistance);
  budget.gop_distance = Narrow(in.groupDistance);
  budget.connect_distance = Narrow(in.connectDistance);
  budget.memory = DataSize::Bytes(in.mostMemory);
  budget.gop_size = DataSize::Bytes(in.mostGroupMemory);
  budget.bandwidth = DataRate::BitsPerSec(in.mostBitsPerSecond);
  budget.assumed_rate = DataRate::BitsPerSec(in.assumedBitsPerSecond);
  budget.metered_rooms = Narrow(in.mostMeteredRooms);
  if (auto status =
          ReadEnum(in.meteredTier, PreloadTier::kFirstPicture, "meteredTier", budget.metered_tier);
      !status) {
    return Forward(status);
  }
  return config;
}

}  // namespace onair::apple
