// SPDX-License-Identifier: Apache-2.0
//
// What our side brings to an offer or an answer. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/media/encoded_frame.h"
#include "transport/webrtc/h264_profile.h"
#include "transport/webrtc/ice_description.h"
#include "transport/webrtc/sdp.h"

namespace onair::webrtc {

// A form of video that our side can send or take.
struct VideoFormat {
  VideoCodec codec = VideoCodec::kH264;
  H264Level h264 = {};  // For H.264, packetization-mode 1.
  int h265_level = 93;  // For H.265, Main profile: 30 times the level (RFC 7798).

  bool operator==(const VideoFormat&) const = default;
};

// AAC in RTP as vendors carry it, for reading: RFC 6416, and ADTS frames as they are.
enum class AacForm { kLatm = 1, kAdts = 2 };

// Where one track of ours comes from. Numbers by chance from outside, unlike each other.
struct SendSource {
  std::uint32_t ssrc = 0;
  std::optional<std::uint32_t> rtx_ssrc;  // Video: resends (RFC 4588).
  std::optional<std::uint32_t> fec_ssrc;  // Video: FlexFEC-03.
};

enum class RedundantAudio { kOff = 1, kOn = 2 };  // RFC 2198 as "red/48000/2".
// FlexFEC-03 for video, and ULPFEC in RED read where a peer offers it.
enum class ForwardCorrection { kOff = 1, kOn = 2 };

struct LocalDescription {
  std::uint64_t session_id = 0;  // By chance, below 2^63 (RFC 8829 section 5.2.1).
  std::string cname;             // By chance; the same for all tracks.
  std::string stream_id;         // Of msid: one MediaStream.

  IceDescription ice;
  bool is_ice_lite = false;
  std::vector<Fingerprint> fingerprints;  // Of our certificate. At least one.
  // What our answer takes where the offer leaves the choice. Active saves half a round trip: its
  // first flight needs no invitation. Offers always leave the choice (RFC 8842 section 5.2).
  DtlsSetup answer_setup = DtlsSetup::kActive;

  // What our side would do; kInactive: a kind that this side has nothing of.
  Direction audio = Direction::kInactive;
  Direction video = Direction::kInactive;
  std::vector<VideoFormat> video_formats;  // By preference. At least one where video is active.
  std::vector<AacForm> aac_forms;          // Taken besides Opus, by preference; offers alone.
  RedundantAudio audio_red = RedundantAudio::kOn;
  ForwardCorrection video_fec = ForwardCorrection::kOn;
  SendSource audio_source;  // Where audio sends.
  SendSource video_source;
  // SCTP port of data channels.
  std::optional<int> data_port;
  std::uint64_t max_message_bytes = 262'144;  // Source: libwebrtc, what Chromium announces.
};

}  // namespace onair::webrtc
