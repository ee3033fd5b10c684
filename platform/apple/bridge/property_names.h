// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <utility>

#include "core/base/result.h"

namespace onair::apple {

// Errors name fields of C++; this one names the property that an app set.
inline Error ByProperty(Error error) {
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"video.size.width", "video.width"},
      {"video.size.height", "video.height"},
      {"video.frame_rate", "video.framesPerSecond"},
      {"video.rate", "video.bitsPerSecond"},
      {"video.gop", "video.keyFrameInterval"},
      {"audio.format.sample_rate", "audio.sampleRate"},
      {"audio.format.channels", "audio.channels"},
      {"audio.rate", "audio.bitsPerSecond"},
      {"control.min_rate", "minimumVideoBitsPerSecond"},
      {"reconnect.max_attempts", "maximumReconnects"},
      {"fixed_delay", "fixedDelay"},
      {"decode_threads", "decodeThreads"},
      {"quality.climb_after", "qualityClimbInterval"},
      {"quality.most_climb_after", "longestQualityClimbInterval"},
      {"quality.proof", "qualityProofInterval"},
      {"quality.share", "qualityShare"},
      {"fallback.after", "fallbackDelay"},
      {"fallback.first_return", "fallbackReturnInterval"},
      {"fallback.most_return", "longestFallbackReturnInterval"},
      {"preload.rooms", "mostRooms"},
      {"preload.picture_distance", "pictureDistance"},
      {"preload.gop_distance", "groupDistance"},
      {"preload.connect_distance", "connectDistance"},
      {"preload.memory", "mostMemory"},
      {"preload.gop_size", "mostGroupMemory"},
      {"preload.bandwidth", "mostBitsPerSecond"},
      {"preload.assumed_rate", "assumedBitsPerSecond"},
      {"preload.metered_rooms", "mostMeteredRooms"},
      {"url_refresh_timeout", "URLRefreshTimeout"},
      {"poor_network.after", "poorNetworkDelay"},
      {"session_id", "sessionIdentifier"},
      {"beauty.smooth", "smooth"},
      {"beauty.whiten", "whiten"},
      {"beauty.ruddy", "ruddy"},
      {"beauty.sharpen", "sharpen"},
      {"beauty.slim", "slim"},
      {"beauty.eyes", "eyes"},
      {"colour_table.strength", "strength"},
      {"ice.stun_servers", "iceServers"},
      {"ice.turn_servers", "iceServers"},
      {"urls", "URLs"},
      {"encoded.tracks.video.config", "video.decoderConfiguration"},
      {"encoded.tracks.audio.config", "audio.decoderConfiguration"},
      {"frame.kind", "kind"},
      {"frame.payload", "data"},
      {"frame.dts", "decodeTime"},
      {"new_track", "decoderConfiguration"},
      {"new_track.config", "decoderConfiguration"},
      {"new_track.size.width", "width"},
      {"new_track.size.height", "height"},
      {"pts", "presentationTime"},
      {"target.video_rate", "bitsPerSecond"},
      {"target.frame_rate", "framesPerSecond"},
  };
  if (error.code != ErrorCode::kInvalidConfig) return error;
  for (const auto& [field, property] : kNames) {
    if (error.detail == field) error.detail = property;
  }
  return error;
}

// A refusal of a config.
template <typename T>
[[nodiscard]] tl::unexpected<Error> ForwardByProperty(const Result<T>& failed) {
  return Fail(ByProperty(failed.error()));
}

}  // namespace onair::apple
