// SPDX-License-Identifier: Apache-2.0
//
// profile-level-id of H.264 (RFC 6184 section 8.1): three hexadecimal bytes, of which the middle
// one decides between profiles that share the first.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "transport/webrtc/sdp.h"

namespace onair::webrtc {

enum class H264Profile {
  kConstrainedBaseline = 1,
  kBaseline = 2,
  kMain = 3,
  kConstrainedHigh = 4,
  kHigh = 5,
};

struct H264Level {
  H264Profile profile = H264Profile::kConstrainedBaseline;
  // Ten times the level: 31 is 3.1. 9 stands for 1b, below 1.1.
  int level = 31;

  bool operator==(const H264Level&) const = default;
};

// "42e01f". Nothing for another profile or for text that is none.
std::optional<H264Level> ParseH264Level(std::string_view profile_level_id);

// "42e01f".
std::string ToString(const H264Level& level);

// Of an fmtp line; without the parameter Constrained Baseline 3.1. RFC 6184 says "Baseline profile,
// level 1" there, but senders that leave it out mean what browsers infer.
// Source: libwebrtc cd6792e5 api/video_codecs/h264_profile_level_id.cc kDefaultProfileLevelId.
std::optional<H264Level> H264LevelOf(const RtpCodec& codec);

// The level that an answer states: with level-asymmetry-allowed on both sides each tells its own,
// else the lower one holds both ways (RFC 6184 section 8.2.2).
int AnsweredLevel(const RtpCodec& offered, int our_level);

// 0, 1 or 2; without the parameter 0. Nothing for other text.
std::optional<int> PacketizationModeOf(const RtpCodec& codec);

}  // namespace onair::webrtc
