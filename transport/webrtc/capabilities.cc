// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/capabilities.h"

#include <algorithm>
#include <string>

#include "transport/webrtc/offer.h"
#include "transport/webrtc/text.h"

namespace onair::webrtc {
namespace {

using enum rtp::ExtensionKind;

constexpr std::array<std::string_view, 2> kAudioFeedback{"transport-cc", "nack"};
constexpr std::array<std::string_view, 5> kVideoFeedback{"goog-remb", "transport-cc", "ccm fir",
                                                         "nack", "nack pli"};

constexpr std::array<rtp::ExtensionKind, 5> kAudioExtensions{kMid, kAbsSendTime, kTransportSequence,
                                                             kAbsCaptureTime, kAudioLevel};
constexpr std::array<rtp::ExtensionKind, 8> kVideoExtensions{
    kMid, kAbsSendTime, kTransportSequence, kAbsCaptureTime, kPlayoutDelay, kVideoOrientation,
    kRid, kRepairedRid};

constexpr int kOpusRate = 48'000;   // RFC 7587 section 4.1: "48000" whatever is inside.
constexpr int kVideoRate = 90'000;  // RFC 6184 and 7798.

Status Missing(std::string what) {
  return Fail(ErrorCode::kInvalidConfig, std::move(what));
}

}  // namespace

std::string_view NameOf(VideoCodec codec) {
  return codec == VideoCodec::kH265 ? "H265" : "H264";
}

std::span<const std::string_view> FeedbackOf(MediaKind kind) {
  if (kind == MediaKind::kVideo) return kVideoFeedback;
  return kAudioFeedback;
}

std::span<const rtp::ExtensionKind> ExtensionsOf(MediaKind kind) {
  if (kind == MediaKind::kVideo) return kVideoExtensions;
  return kAudioExtensions;
}

int OfferedId(rtp::ExtensionKind kind) {
  return static_cast<int>(kind);
}

RtpCodec OpusCodec(int payload_type) {
  // RFC 7587 section 6.1. Stereo is what we can take; in-band FEC what we want.
  return {payload_type,
          std::string(kOpus),
          kOpusRate,
          2,
          {{"minptime", "10"}, {"useinbandfec", "1"}, {"stereo", "1"}},
          {}};
}

// "object=2" is AAC-LC; what comes may be more (SBR, PS), as its own config says. Source: Tencent's
// mini_sdp parser, which knows these names and this key.
RtpCodec AacCodec(AacForm form, int clock_rate, int payload_type) {
  return {payload_type,      std::string(form == AacForm::kLatm ? kLatm : kAdts),
          clock_rate,        2,
          {{"object", "2"}}, {}};
}

std::optional<AacForm> AacFormOf(const RtpCodec& codec) {
  constexpr int kLeastRate = 7'350;  // ISO/IEC 14496-3 table 1.18.
  constexpr int kMostRate = 96'000;
  if (codec.clock_rate < kLeastRate || codec.clock_rate > kMostRate) return std::nullopt;
  if (codec.Is(kLatm)) return AacForm::kLatm;
  if (codec.Is(kAdts)) return AacForm::kAdts;
  return std::nullopt;
}

RtpCodec VideoCodecLine(const VideoFormat& format, int payload_type) {
  RtpCodec out;
  out.payload_type = payload_type;
  out.name = NameOf(format.codec);
  out.clock_rate = kVideoRate;
  if (format.codec == VideoCodec::kH264) {
    out.parameters = {{"level-asymmetry-allowed", "1"},
                      {"packetization-mode", "1"},
                      {"profile-level-id", ToString(format.h264)}};
  } else {
    // draft-ietf-avtcore-hevc-webrtc: Main profile, main tier, one RTP stream.
    out.parameters = {{"level-id", std::to_string(format.h265_level)},
                      {"profile-id", "1"},
                      {"tier-flag", "0"},
                      {"tx-mode", "SRST"}};
  }
  return out;
}

RtpCodec RtxCodec(int payload_type, int media_payload_type) {
  return {payload_type,
          std::string(kRtx),
          kVideoRate,
          1,
          {{"apt", std::to_string(media_payload_type)}},
          {}};
}

std::optional<VideoFormat> Understood(const RtpCodec& codec, std::span<const VideoFormat> formats) {
  if (codec.clock_rate != kVideoRate) return std::nullopt;
  if (codec.Is("H264")) {
    const auto level = H264LevelOf(codec);
    // Mode 0 sends pictures of one packet only; mode 2 reorders.
    if (!level || PacketizationModeOf(codec) != 1) return std::nullopt;
    const bool is_ours = std::any_of(formats.begin(), formats.end(), [&](const VideoFormat& ours) {
      return ours.codec == VideoCodec::kH264 && ours.h264.profile == level->profile;
    });
    if (is_ours) return VideoFormat{VideoCodec::kH264, *level, 0};
    return std::nullopt;
  }
  if (!codec.Is("H265")) return std::nullopt;
  const auto profile = FindParameter(codec.parameters, "profile-id").value_or("1");
  const auto mode = FindParameter(codec.parameters, "tx-mode").value_or("SRST");
  const auto level = FindParameter(codec.parameters, "level-id").value_or("93");
  const auto number = ParseNumberIn<int>(level, 1, 255);
  const bool is_ours = std::any_of(formats.begin(), formats.end(), [](const VideoFormat& ours) {
    return ours.codec == VideoCodec::kH265;
  });
  if (!is_ours || profile != "1" || mode != "SRST" || !number) return std::nullopt;
  return VideoFormat{VideoCodec::kH265, {}, *number};
}

Status Validate(const LocalDescription& local) {
  if (!local.ice.credentials) return Missing("ice has no credentials");
  if (local.fingerprints.empty()) return Missing("fingerprints is empty");
  const bool has_video = local.video != Direction::kInactive;
  if (has_video && local.video_formats.empty()) return Missing("video_formats is empty");
  if (local.aac_forms.size() > 2) return Missing("aac_forms holds too many");
  if (local.video_formats.size() > kMaxVideoFormats) return Missing("video_formats holds too many");
  if (Sends(local.audio) && local.audio_source.ssrc == 0)
    return Missing("audio_source has no ssrc");
  if (Sends(local.video) && local.video_source.ssrc == 0)
    return Missing("video_source has no ssrc");
  const bool sends = Sends(local.audio) || Sends(local.video);
  if (sends && (local.cname.empty() || local.stream_id.empty())) {
    return Missing("cname or stream_id is empty");
  }
  if (!has_video && local.audio == Direction::kInactive && !local.data_port) {
    return Missing("neither audio nor video nor data_port is there");
  }
  return {};
}

void FillTransport(const LocalDescription& local, MediaSection& section) {
  section.ice = local.ice;
  section.fingerprints = local.fingerprints;
}

void FillSources(const LocalDescription& local, MediaSection& section) {
  const bool is_video = section.kind == MediaKind::kVideo;
  const SendSource& source = is_video ? local.video_source : local.audio_source;
  section.msid = local.stream_id + (is_video ? " video" : " audio");
  const auto add = [&](std::uint32_t ssrc) {
    section.sources.push_back({ssrc, local.cname, section.msid});
  };
  const auto has = [&](std::string_view name) {
    return std::any_of(section.codecs.begin(), section.codecs.end(),
                       [&](const RtpCodec& codec) { return codec.Is(name); });
  };
  add(source.ssrc);
  if (source.rtx_ssrc && has(kRtx)) {
    add(*source.rtx_ssrc);
    section.source_groups.push_back({"FID", {source.ssrc, *source.rtx_ssrc}});
  }
  if (source.fec_ssrc && has(kFlexFec)) {
    add(*source.fec_ssrc);
    section.source_groups.push_back({"FEC-FR", {source.ssrc, *source.fec_ssrc}});
  }
}

}  // namespace onair::webrtc
