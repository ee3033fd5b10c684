// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/negotiated_media.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "transport/webrtc/capabilities.h"
#include "transport/webrtc/offer_checks.h"

namespace onair::webrtc {
namespace {

// One section as each side wrote it.
struct Pair {
  const MediaSection& ours;
  const MediaSection& theirs;
  const MediaSection& answered;  // Which of the two is the answer.
};

NegotiatedFeedback FeedbackIn(const RtpCodec& ours, const RtpCodec& theirs) {
  const auto has = [&](std::string_view kind) {
    return ours.HasFeedback(kind) && theirs.HasFeedback(kind);
  };
  return {has("nack"), has("nack pli"), has("ccm fir"), has("transport-cc"), has("goog-remb")};
}

std::optional<std::uint32_t> Partner(const MediaSection& section, std::string_view semantics,
                                     std::uint32_t ssrc) {
  for (const SourceGroup& group : section.source_groups) {
    const bool is_it = group.semantics == semantics && group.ssrcs.size() == 2;
    if (is_it && group.ssrcs[0] == ssrc) return group.ssrcs[1];
  }
  return std::nullopt;
}

// The source that no group names as somebody's partner.
std::optional<PeerSource> SourceOf(const MediaSection& section) {
  for (const Source& source : section.sources) {
    const auto is_partner = [&source](const SourceGroup& group) {
      return group.ssrcs.size() == 2 && group.ssrcs[1] == source.ssrc;
    };
    const auto& groups = section.source_groups;
    if (std::any_of(groups.begin(), groups.end(), is_partner)) continue;
    return PeerSource{source.ssrc, Partner(section, "FID", source.ssrc),
                      Partner(section, "FEC-FR", source.ssrc), source.cname};
  }
  return std::nullopt;
}

void ReadTrack(const Pair& pair, NegotiatedTrack& track) {
  track.mid = pair.ours.mid;
  track.is_sent = Sends(pair.ours.direction) && Receives(pair.theirs.direction);
  track.is_received = Receives(pair.ours.direction) && Sends(pair.theirs.direction);
  track.is_rtcp_reduced_size = pair.ours.is_rtcp_reduced_size && pair.theirs.is_rtcp_reduced_size;
  for (const HeaderExtension& extension : pair.answered.extensions) {
    const auto kind = rtp::ExtensionOf(extension.uri);
    // The first number of a kind stays: a second line is a fault of the peer's.
    if (kind && !track.extensions.has(*kind)) {
      static_cast<void>(track.extensions.Add(*kind, static_cast<std::uint8_t>(extension.id)));
    }
  }
  if (track.is_received) track.peer_source = SourceOf(pair.theirs);
}

std::optional<Bytes> FromHex(std::string_view text) {
  constexpr std::size_t kMostBytes = 256;
  if (text.size() % 2 != 0 || text.size() > 2 * kMostBytes) return std::nullopt;
  Bytes out;
  for (; !text.empty(); text.remove_prefix(2)) {
    std::uint8_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + 2, value, 16);
    if (error != std::errc() || end != text.data() + 2) return std::nullopt;
    out.push_back(value);
  }
  return out;
}

// RFC 6416 section 7.3: without "cpresent" the config is in band.
Status ReadLatmConfig(const RtpCodec& theirs, NegotiatedAudio& audio) {
  audio.packing = rtp::AudioPacking::kLatmInBand;
  if (FindParameter(theirs.parameters, "cpresent").value_or("1") != "0") return {};
  audio.packing = rtp::AudioPacking::kLatmInSdp;
  auto config = FromHex(FindParameter(theirs.parameters, "config").value_or(""));
  if (!config) return Fail(ErrorCode::kSdpMalformed, "the config of MP4A-LATM is no hex");
  if (const auto read = rtp::ParseStreamMuxConfig(*config); !read) return Forward(read);
  audio.latm_config = std::move(*config);
  return {};
}

// AAC that only comes in: of what the answer lists, the first that we offered.
Result<NegotiatedAudio> ReadAac(const Pair& pair, NegotiatedAudio audio) {
  for (const RtpCodec& answered : pair.answered.codecs) {
    const auto form = AacFormOf(answered);
    const RtpCodec* ours = pair.ours.FindCodec(answered.payload_type);
    const RtpCodec* theirs = pair.theirs.FindCodec(answered.payload_type);
    if (!form || ours == nullptr || theirs == nullptr || !ours->Is(answered.name)) continue;
    audio.payload_type = answered.payload_type;
    audio.clock_rate = theirs->clock_rate;  // What the stream has, whatever we asked for.
    audio.feedback = FeedbackIn(*ours, *theirs);
    audio.packing = rtp::AudioPacking::kAdts;
    if (form == AacForm::kAdts) return audio;
    if (const Status read = ReadLatmConfig(*theirs, audio); !read) return Forward(read);
    return audio;
  }
  return Fail(ErrorCode::kSdpIncompatible, "the audio section has no Opus");
}

Result<NegotiatedAudio> ReadAudio(const Pair& pair) {
  NegotiatedAudio audio;
  ReadTrack(pair, audio);
  const RtpCodec* answered = FindOpus(pair.answered);
  const RtpCodec* ours = FindOpus(pair.ours);
  const RtpCodec* theirs = FindOpus(pair.theirs);
  if (answered == nullptr && !audio.is_sent) return ReadAac(pair, std::move(audio));
  if (answered == nullptr || ours == nullptr || theirs == nullptr) {
    return Fail(ErrorCode::kSdpIncompatible, "the audio section has no Opus");
  }
  audio.payload_type = answered->payload_type;
  audio.red_payload_type = RedFor(pair.answered, answered->payload_type);
  audio.feedback = FeedbackIn(*ours, *theirs);
  audio.wants_inband_fec = FindParameter(theirs->parameters, "useinbandfec") == "1";
  audio.takes_stereo = FindParameter(theirs->parameters, "stereo") == "1";
  return audio;
}

// The forms that our own description speaks of.
std::vector<VideoFormat> FormatsOf(const MediaSection& section) {
  std::vector<VideoFormat> out;
  for (const RtpCodec& codec : section.codecs) {
    if (codec.Is(NameOf(VideoCodec::kH265))) out.push_back({VideoCodec::kH265, {}, 93});
    const auto level = codec.Is(NameOf(VideoCodec::kH264)) ? H264LevelOf(codec) : std::nullopt;
    if (level) out.push_back({VideoCodec::kH264, *level, 0});
  }
  return out;
}

Result<NegotiatedVideo> ReadVideo(const Pair& pair) {
  NegotiatedVideo video;
  ReadTrack(pair, video);
  const auto formats = FormatsOf(pair.ours);
  for (const RtpCodec& answered : pair.answered.codecs) {
    const RtpCodec* ours = pair.ours.FindCodec(answered.payload_type);
    const RtpCodec* theirs = pair.theirs.FindCodec(answered.payload_type);
    const auto format = theirs == nullptr ? std::nullopt : Understood(*theirs, formats);
    if (!format || ours == nullptr || !ours->Is(answered.name)) continue;
    if (video.formats.empty()) video.feedback = FeedbackIn(*ours, *theirs);
    video.formats.push_back(
        {*format, answered.payload_type, RtxFor(pair.answered, answered.payload_type)});
  }
  video.fec_payload_type = PayloadTypeOf(pair.answered, kFlexFec);
  const auto red = PayloadTypeOf(pair.answered, kRed);
  const auto ulpfec = PayloadTypeOf(pair.answered, kUlpFec);
  if (red && ulpfec) video.red = {{*red, RtxFor(pair.answered, *red), *ulpfec}};
  if (video.formats.empty()) {
    return Fail(ErrorCode::kSdpIncompatible, "the video section has none of our formats");
  }
  return video;
}

void ReadData(const Pair& pair, NegotiatedMedia& media) {
  constexpr int kUsualPort = 5000;                 // RFC 8841 section 5.2.
  constexpr std::uint64_t kUsualMessage = 65'536;  // Section 6.1, where nothing is said.
  media.data = {pair.theirs.sctp_port.value_or(kUsualPort),
                pair.theirs.max_message_bytes.value_or(kUsualMessage)};
}

void ReadCandidates(const MediaSection& theirs, NegotiatedMedia& media) {
  for (const ice::Candidate& candidate : theirs.ice.candidates) {
    auto& known = media.peer_candidates;
    // Some servers repeat them in every section of the bundle.
    if (std::find(known.begin(), known.end(), candidate) == known.end() &&
        known.size() < kMaxCandidates) {
      known.push_back(candidate);
    }
  }
}

void ReadTransport(const Pair& pair, NegotiatedMedia& media) {
  media.peer_credentials = *pair.theirs.ice.credentials;
  media.peer_fingerprints = UsableFingerprints(pair.theirs);
  const bool can_trickle = pair.theirs.ice.HasOption("trickle");
  media.has_all_candidates = pair.theirs.ice.has_end_of_candidates || !can_trickle;
  // RFC 4145 section 4.1: without the line an answer means "passive".
  const bool is_answer_active = pair.answered.setup == DtlsSetup::kActive;
  media.begins_dtls = is_answer_active == (&pair.ours == &pair.answered);
}

// RFC 8445 section 6.1.1: the full side controls; else who offered.
bool IsControlling(const Sdp& ours, const Sdp& theirs, Side side) {
  if (ours.is_ice_lite != theirs.is_ice_lite) return theirs.is_ice_lite;
  return side == Side::kOfferer;
}

Status ReadSection(const Pair& pair, NegotiatedMedia& media) {
  switch (pair.ours.kind) {
    case MediaKind::kAudio: {
      auto audio = ReadAudio(pair);
      if (!audio) return Forward(audio);
      if (audio->is_sent || audio->is_received) media.audio = std::move(*audio);
      return {};
    }
    case MediaKind::kVideo: {
      auto video = ReadVideo(pair);
      if (!video) return Forward(video);
      if (video->is_sent || video->is_received) media.video = std::move(*video);
      return {};
    }
    case MediaKind::kApplication:
      ReadData(pair, media);
      return {};
    case MediaKind::kOther:
      return {};
  }
  return {};
}

}  // namespace

Result<NegotiatedMedia> ReadNegotiated(const Sdp& offer, const Sdp& answer, Side side) {
  if (offer.media.size() != answer.media.size()) {
    return Fail(ErrorCode::kSdpMalformed, "the answer has not the offer's sections");
  }
  if (auto status = CheckBundle(answer); !status) return Forward(status);
  const bool offered = side == Side::kOfferer;
  const Sdp& ours = offered ? offer : answer;
  const Sdp& theirs = offered ? answer : offer;
  NegotiatedMedia media;
  media.is_peer_lite = theirs.is_ice_lite;
  media.is_controlling = IsControlling(ours, theirs, side);
  bool has_transport = false;
  for (std::size_t i = 0; i < offer.media.size(); ++i) {
    const Pair pair{ours.media[i], theirs.media[i], answer.media[i]};
    if (pair.ours.kind != pair.theirs.kind) {
      return Fail(ErrorCode::kSdpMalformed, "the answer's sections are in another order");
    }
    if (pair.answered.is_refused()) continue;
    if (auto status = CheckSection(pair.theirs); !status) return Forward(status);
    if (!has_transport) ReadTransport(pair, media);
    has_transport = true;
    ReadCandidates(pair.theirs, media);
    const bool is_idle = pair.answered.kind != MediaKind::kApplication &&
                         pair.answered.direction == Direction::kInactive;
    if (is_idle) continue;
    if (auto status = ReadSection(pair, media); !status) return Forward(status);
  }
  if (!media.audio && !media.video && !media.data) {
    return Fail(ErrorCode::kSdpIncompatible, "nothing would flow");
  }
  return media;
}

}  // namespace onair::webrtc
