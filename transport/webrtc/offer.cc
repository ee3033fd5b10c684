// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/offer.h"

#include <string>

#include "transport/webrtc/capabilities.h"

namespace onair::webrtc {
namespace {

MediaSection BeginSection(const LocalDescription& local, MediaKind kind) {
  MediaSection section;
  section.kind = kind;
  section.media = kind == MediaKind::kAudio ? "audio" : "video";
  section.protocol = kRtpProtocol;
  section.direction = kind == MediaKind::kAudio ? local.audio : local.video;
  section.setup = DtlsSetup::kActPass;
  // RFC 8858 section 3: RTCP multiplexed, and nothing else.
  section.is_rtcp_mux = section.is_rtcp_mux_only = section.is_rtcp_reduced_size = true;
  FillTransport(local, section);
  for (const rtp::ExtensionKind extension : ExtensionsOf(kind)) {
    section.extensions.push_back(
        {OfferedId(extension), std::string(rtp::ExtensionUri(extension)), std::nullopt});
  }
  return section;
}

void AddCodec(RtpCodec codec, MediaSection& section) {
  section.formats.push_back(std::to_string(codec.payload_type));
  section.codecs.push_back(std::move(codec));
}

RtpCodec WithFeedback(RtpCodec codec, MediaKind kind) {
  const auto feedback = FeedbackOf(kind);
  codec.feedback.assign(feedback.begin(), feedback.end());
  return codec;
}

MediaSection AudioSection(const LocalDescription& local) {
  MediaSection section = BeginSection(local, MediaKind::kAudio);
  AddCodec(WithFeedback(OpusCodec(kOpusPayloadType), MediaKind::kAudio), section);
  if (local.audio_red == RedundantAudio::kOn) {
    const std::string opus = std::to_string(kOpusPayloadType);
    AddCodec({kRedPayloadType, std::string(kRed), 48'000, 2, {{opus + "/" + opus, ""}}, {}},
             section);
  }
  if (Sends(section.direction)) return section;
  int payload_type = kFirstAacPayloadType;
  for (const AacForm form : local.aac_forms) {
    for (const int rate : {48'000, 44'100}) {
      AddCodec(WithFeedback(AacCodec(form, rate, payload_type++), MediaKind::kAudio), section);
    }
  }
  return section;
}

MediaSection VideoSection(const LocalDescription& local) {
  MediaSection section = BeginSection(local, MediaKind::kVideo);
  int payload_type = kFirstVideoPayloadType;
  for (const VideoFormat& format : local.video_formats) {
    AddCodec(WithFeedback(VideoCodecLine(format, payload_type), MediaKind::kVideo), section);
    AddCodec(RtxCodec(payload_type + 1, payload_type), section);
    payload_type += 2;
  }
  if (local.video_fec == ForwardCorrection::kOn) {
    // repair-window in microseconds. Source: libwebrtc, what it writes and ignores.
    AddCodec({kFlexFecPayloadType,
              std::string(kFlexFec),
              90'000,
              1,
              {{"repair-window", "10000000"}},
              {"goog-remb", "transport-cc"}},
             section);
  }
  return section;
}

MediaSection DataSection(const LocalDescription& local) {
  MediaSection section;
  section.kind = MediaKind::kApplication;
  section.media = "application";
  section.protocol = kDataProtocol;
  section.formats = {"webrtc-datachannel"};
  section.setup = DtlsSetup::kActPass;
  section.sctp_port = local.data_port;
  section.max_message_bytes = local.max_message_bytes;
  FillTransport(local, section);
  return section;
}

}  // namespace

Result<Sdp> MakeOffer(const LocalDescription& local) {
  if (auto status = Validate(local); !status) return Forward(status);
  Sdp sdp;
  sdp.session_id = local.session_id;
  sdp.is_ice_lite = local.is_ice_lite;
  sdp.allows_mixed_extensions = true;
  const auto add = [&sdp](MediaSection section) {
    section.mid = std::to_string(sdp.media.size());
    sdp.media.push_back(std::move(section));
  };
  if (local.audio != Direction::kInactive) add(AudioSection(local));
  if (local.video != Direction::kInactive) add(VideoSection(local));
  if (local.data_port) add(DataSection(local));
  std::vector<std::string> mids;
  for (MediaSection& section : sdp.media) {
    mids.push_back(section.mid);
    const bool sends = section.kind != MediaKind::kApplication && Sends(section.direction);
    if (sends) FillSources(local, section);
    // RFC 9143 section 7.2.1: the first section carries the transport of the others.
    if (section.mid != "0") section.ice.candidates.clear();
  }
  sdp.bundles = {std::move(mids)};
  return sdp;
}

}  // namespace onair::webrtc
