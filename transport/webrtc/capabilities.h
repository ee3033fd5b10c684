// SPDX-License-Identifier: Apache-2.0
//
// What our RTP can do, in the words of SDP: the common stock of offers and answers.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "transport/rtp/header_extensions.h"
#include "transport/webrtc/local_description.h"
#include "transport/webrtc/sdp.h"

namespace onair::webrtc {

// Names in rtpmap lines.
inline constexpr std::string_view kOpus = "opus";
inline constexpr std::string_view kRed = "red";
inline constexpr std::string_view kLatm = "MP4A-LATM";
inline constexpr std::string_view kAdts = "MP4A-ADTS";
inline constexpr std::string_view kRtx = "rtx";
inline constexpr std::string_view kFlexFec = "flexfec-03";
inline constexpr std::string_view kUlpFec = "ulpfec";
std::string_view NameOf(VideoCodec codec);

inline constexpr std::string_view kRtpProtocol = "UDP/TLS/RTP/SAVPF";
inline constexpr std::string_view kDataProtocol = "UDP/DTLS/SCTP";

// Feedback by rtcp-fb that we send and answer.
std::span<const std::string_view> FeedbackOf(MediaKind kind);

// Extensions that we write and read, in the order of the numbers that our offers give them.
std::span<const rtp::ExtensionKind> ExtensionsOf(MediaKind kind);
int OfferedId(rtp::ExtensionKind kind);

RtpCodec OpusCodec(int payload_type);
RtpCodec AacCodec(AacForm form, int clock_rate, int payload_type);
// Of a codec line, with any rate that AAC has.
std::optional<AacForm> AacFormOf(const RtpCodec& codec);
RtpCodec VideoCodecLine(const VideoFormat& format, int payload_type);
RtpCodec RtxCodec(int payload_type, int media_payload_type);

// What a codec line of a peer is to us: one of `formats`, mode 1 for H.264. The level is the
// peer's.
std::optional<VideoFormat> Understood(const RtpCodec& codec, std::span<const VideoFormat> formats);

// kInvalidConfig names what `local` lacks.
Status Validate(const LocalDescription& local);

// The lines of our side that are the same in offers and answers: ICE, fingerprints, sources.
void FillTransport(const LocalDescription& local, MediaSection& section);
void FillSources(const LocalDescription& local, MediaSection& section);

}  // namespace onair::webrtc
