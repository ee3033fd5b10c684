// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/section_reader.h"

#include <algorithm>
#include <utility>

#include "transport/webrtc/attribute_values.h"
#include "transport/webrtc/text.h"

namespace onair::webrtc {
namespace {

tl::unexpected<Error> Malformed(std::string detail) {
  return Fail(ErrorCode::kSdpMalformed, std::move(detail));
}

tl::unexpected<Error> TooLarge(std::string detail) {
  return Fail(ErrorCode::kSdpTooLarge, std::move(detail));
}

MediaKind KindOf(std::string_view media) {
  if (media == "audio") return MediaKind::kAudio;
  if (media == "video") return MediaKind::kVideo;
  if (media == "application") return MediaKind::kApplication;
  return MediaKind::kOther;
}

}  // namespace

// "audio 9 UDP/TLS/RTP/SAVPF 111 63".
Result<MediaSection> ParseMediaLine(std::string_view value) {
  Words words(value);
  const auto media = words.Next();
  const auto port_text = words.Next();
  const auto protocol = words.Next();
  if (!media || !port_text || !protocol) return Malformed("an m= line that is cut short");
  const auto port = ParseNumberIn<int>(SplitAt(*port_text, '/').first, 0, 65'535);
  if (!port) return Malformed("an m= line whose port is none");
  MediaSection out;
  out.kind = KindOf(*media);
  out.media = *media;
  out.port = *port;
  out.protocol = *protocol;
  const bool is_rtp = out.protocol.find("RTP") != std::string::npos;
  // Only data channels are meant here, not applications over RTP.
  if (is_rtp && out.kind == MediaKind::kApplication) out.kind = MediaKind::kOther;
  while (const auto format = words.Next()) {
    if (out.formats.size() == kMaxFormats) return TooLarge("too many formats on an m= line");
    out.formats.emplace_back(*format);
    if (!is_rtp) continue;
    const auto payload_type = ParseNumberIn<int>(*format, 0, 127);
    if (!payload_type) return Malformed("an m= line with something else than payload types");
    if (out.FindCodec(*payload_type) == nullptr) {
      RtpCodec codec;
      codec.payload_type = *payload_type;
      out.codecs.push_back(std::move(codec));
    }
  }
  if (out.formats.empty()) return Malformed("an m= line without formats");
  return out;
}

Status SectionReader::Take(std::string_view name, std::string_view value) {
  if (const auto direction = ParseDirection(name)) {
    media_.direction = *direction;
    has_direction_ = true;
    return {};
  }
  auto is_ice = ice_.Take(name, value);
  if (!is_ice) return Forward(is_ice);
  if (*is_ice) return {};
  if (name == "fingerprint" || name == "setup" || name == "mid") return TakeTransport(name, value);
  if (name == "rtpmap" || name == "fmtp") return TakeCodec(name, value);
  if (name == "rtcp-fb") return TakeFeedback(value);
  if (name == "extmap") return TakeExtension(value);
  if (name == "ssrc") return TakeSource(value);
  if (name == "ssrc-group") return TakeGroup(value);
  if (name == "sctp-port" || name == "max-message-size") return TakeData(name, value);
  if (name == "msid") media_.msid = value;
  if (name == "rid") TakeRid(value);
  if (name == "simulcast") media_.simulcast = ParseSimulcast(value);
  TakeFlag(name);
  return {};
}

void SectionReader::TakeFlag(std::string_view name) {
  if (name == "rtcp-mux") media_.is_rtcp_mux = true;
  // RFC 8858 section 3: exclusive multiplexing is multiplexing.
  if (name == "rtcp-mux-only") media_.is_rtcp_mux = media_.is_rtcp_mux_only = true;
  if (name == "rtcp-rsize") media_.is_rtcp_reduced_size = true;
  if (name == "bundle-only") media_.is_bundle_only = true;
}

Status SectionReader::TakeTransport(std::string_view name, std::string_view value) {
  if (name == "fingerprint") {
    if (media_.fingerprints.size() == kMaxFingerprints) return TooLarge("too many fingerprints");
    auto fingerprint = ParseFingerprint(value);
    if (!fingerprint) return Forward(fingerprint);
    media_.fingerprints.push_back(std::move(*fingerprint));
  } else if (name == "mid") {
    if (value.empty() || value.find(' ') != std::string_view::npos) {
      return Malformed("a mid that is no token");
    }
    media_.mid = value;
  } else if (value == "actpass") {
    media_.setup = DtlsSetup::kActPass;
  } else if (value == "active") {
    media_.setup = DtlsSetup::kActive;
  } else if (value == "passive") {
    media_.setup = DtlsSetup::kPassive;
  } else {
    return Malformed("a setup that is none of actpass, active, passive");
  }
  return {};
}

RtpCodec* SectionReader::Codec(std::string_view payload_type) {
  const auto number = ParseNumber<int>(payload_type);
  return number ? const_cast<RtpCodec*>(media_.FindCodec(*number)) : nullptr;
}

Status SectionReader::TakeCodec(std::string_view name, std::string_view value) {
  const auto [payload_type, rest] = SplitAt(value, ' ');
  RtpCodec* codec = Codec(payload_type);
  if (codec == nullptr) return {};  // Of a payload type that the m= line does not offer.
  return name == "rtpmap" ? TakeMap(*codec, Trimmed(rest)) : TakeFormat(*codec, Trimmed(rest));
}

Status SectionReader::TakeMap(RtpCodec& codec, std::string_view value) {
  const auto [name, numbers] = SplitAt(value, '/');
  const auto [rate_text, channels_text] = SplitAt(numbers, '/');
  const auto rate = ParseNumberIn<int>(rate_text, 1, 1'000'000);
  const auto channels =
      channels_text.empty() ? std::optional<int>(1) : ParseNumberIn<int>(channels_text, 1, 255);
  if (name.empty() || !rate || !channels) return Malformed("an rtpmap that is not name/rate");
  codec.name = name;
  codec.clock_rate = *rate;
  codec.channels = *channels;
  return {};
}

Status SectionReader::TakeFormat(RtpCodec& codec, std::string_view value) {
  for (std::string_view rest = value; !rest.empty();) {
    const auto [part, after] = SplitAt(rest, ';');
    rest = after;
    const auto [name, parameter] = SplitAt(Trimmed(part), '=');
    if (name.empty()) continue;
    if (codec.parameters.size() == kMaxParameters) return TooLarge("too many fmtp parameters");
    codec.parameters.emplace_back(Trimmed(name), Trimmed(parameter));
  }
  return {};
}

Status SectionReader::TakeFeedback(std::string_view value) {
  const auto [payload_type, rest] = SplitAt(value, ' ');
  const std::string kind(Trimmed(rest));
  const auto add = [&kind](RtpCodec& codec) {
    if (codec.feedback.size() < kMaxFeedback && !codec.HasFeedback(kind)) {
      codec.feedback.push_back(kind);
    }
  };
  if (kind.empty()) return Malformed("an rtcp-fb without its kind");
  if (payload_type == "*") {
    std::for_each(media_.codecs.begin(), media_.codecs.end(), add);
  } else if (RtpCodec* codec = Codec(payload_type)) {
    add(*codec);
  }
  return {};
}

// "1/sendonly urn:.. attributes"; attributes are not used by any extension known here.
Status SectionReader::TakeExtension(std::string_view value) {
  Words words(value);
  const auto head = words.Next();
  const auto uri = words.Next();
  if (!head || !uri) return Malformed("an extmap without its number or name");
  const auto [number, direction] = SplitAt(*head, '/');
  const auto id = ParseNumber<int>(number);
  if (!id || *id < 1) return Malformed("an extmap whose number is none");
  // RFC 8285 section 5: 4096 and above stand for "to be chosen".
  if (*id > 255) return {};
  if (media_.extensions.size() == kMaxExtensions) return TooLarge("too many header extensions");
  media_.extensions.push_back({*id, std::string(*uri), ParseDirection(direction)});
  return {};
}

Status SectionReader::TakeSource(std::string_view value) {
  const auto [number, rest] = SplitAt(value, ' ');
  const auto ssrc = ParseNumber<std::uint32_t>(number);
  if (!ssrc) return Malformed("an ssrc that is no 32-bit number");
  auto& sources = media_.sources;
  auto found = std::find_if(sources.begin(), sources.end(),
                            [&](const Source& source) { return source.ssrc == *ssrc; });
  if (found == sources.end()) {
    if (sources.size() == kMaxSources) return TooLarge("too many sources");
    found = sources.insert(found, Source{*ssrc, {}, {}});
  }
  const auto [name, text] = SplitAt(Trimmed(rest), ':');
  if (name == "cname") found->cname = text;
  if (name == "msid") found->msid = text;
  return {};
}

Status SectionReader::TakeGroup(std::string_view value) {
  Words words(value);
  const auto semantics = words.Next();
  if (!semantics) return Malformed("an ssrc-group without its kind");
  if (media_.source_groups.size() == kMaxSources) return TooLarge("too many groups of sources");
  SourceGroup group{std::string(*semantics), {}};
  while (const auto word = words.Next()) {
    const auto ssrc = ParseNumber<std::uint32_t>(*word);
    if (!ssrc) return Malformed("an ssrc-group with something else than 32-bit numbers");
    if (group.ssrcs.size() == kMaxSources) return TooLarge("too many sources in a group");
    group.ssrcs.push_back(*ssrc);
  }
  media_.source_groups.push_back(std::move(group));
  return {};
}

void SectionReader::TakeRid(std::string_view value) {
  Words words(value);
  const auto id = words.Next();
  const auto direction = words.Next();
  if (!id || !direction) return;
  media_.rids.push_back({std::string(*id), *direction == "send", std::string(words.Rest())});
}

Status SectionReader::TakeData(std::string_view name, std::string_view value) {
  if (name == "sctp-port") {
    const auto port = ParseNumberIn<int>(value, 1, 65'535);
    if (!port) return Malformed("an sctp-port that is none");
    media_.sctp_port = *port;
    return {};
  }
  const auto bytes = ParseNumber<std::uint64_t>(value);
  if (!bytes) return Malformed("a max-message-size that is no number");
  media_.max_message_bytes = *bytes;
  return {};
}

Status SectionReader::Finish(const MediaSection* session) {
  if (auto status = ice_.Finish(); !status) return status;
  if (session == nullptr) return {};
  if (!has_direction_) media_.direction = session->direction;
  if (!media_.ice.credentials) media_.ice.credentials = session->ice.credentials;
  if (media_.ice.options.empty()) media_.ice.options = session->ice.options;
  media_.ice.has_end_of_candidates |= session->ice.has_end_of_candidates;
  if (media_.fingerprints.empty()) media_.fingerprints = session->fingerprints;
  if (!media_.setup) media_.setup = session->setup;
  // RFC 8285 section 8: session-level maps hold for every section.
  if (media_.extensions.empty()) media_.extensions = session->extensions;
  if (media_.kind == MediaKind::kApplication) KeepData();
  return {};
}

// Lines about RTP mean nothing to data channels.
void SectionReader::KeepData() {
  MediaSection data;
  data.kind = media_.kind;
  data.media = std::move(media_.media);
  data.port = media_.port;
  data.protocol = std::move(media_.protocol);
  data.formats = std::move(media_.formats);
  data.mid = std::move(media_.mid);
  data.ice = std::move(media_.ice);
  data.fingerprints = std::move(media_.fingerprints);
  data.setup = media_.setup;
  data.is_bundle_only = media_.is_bundle_only;
  data.sctp_port = media_.sctp_port;
  data.max_message_bytes = media_.max_message_bytes;
  media_ = std::move(data);
}

}  // namespace onair::webrtc
