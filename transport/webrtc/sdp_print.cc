// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include "transport/webrtc/sdp.h"
#include "transport/webrtc/text.h"

namespace onair::webrtc {
namespace {

// Builds "a=name:value" lines.
class Writer {
 public:
  void Line(std::string_view text) { (out_ += text) += "\r\n"; }
  void Attribute(std::string_view name) { ((out_ += "a=") += name) += "\r\n"; }
  void Attribute(std::string_view name, std::string_view value) {
    ((((out_ += "a=") += name) += ':') += value) += "\r\n";
  }
  void Raw(std::string_view lines) { out_ += lines; }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

std::string_view NameOf(Direction direction) {
  switch (direction) {
    case Direction::kSendRecv:
      return "sendrecv";
    case Direction::kSendOnly:
      return "sendonly";
    case Direction::kRecvOnly:
      return "recvonly";
    case Direction::kInactive:
      return "inactive";
  }
  return "inactive";
}

std::string_view NameOf(DtlsSetup setup) {
  switch (setup) {
    case DtlsSetup::kActPass:
      return "actpass";
    case DtlsSetup::kActive:
      return "active";
    case DtlsSetup::kPassive:
      return "passive";
  }
  return "actpass";
}

std::string ToHex(const Bytes& bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const std::uint8_t byte : bytes) {
    if (!out.empty()) out += ':';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::string ParametersOf(const RtpCodec& codec) {
  std::string out;
  for (const auto& [name, value] : codec.parameters) {
    if (!out.empty()) out += ';';
    out += name;
    if (!value.empty()) (out += '=') += value;
  }
  return out;
}

void Print(const RtpCodec& codec, Writer& out) {
  const std::string type = std::to_string(codec.payload_type);
  if (!codec.name.empty()) {
    const std::string channels = codec.channels > 1 ? "/" + std::to_string(codec.channels) : "";
    out.Attribute("rtpmap",
                  type + " " + codec.name + "/" + std::to_string(codec.clock_rate) + channels);
  }
  for (const std::string& kind : codec.feedback) out.Attribute("rtcp-fb", type + " " + kind);
  if (!codec.parameters.empty()) out.Attribute("fmtp", type + " " + ParametersOf(codec));
}

std::string ToText(const std::vector<std::vector<std::string>>& layers) {
  std::vector<std::string> texts;
  for (const auto& alternatives : layers) texts.push_back(Join(alternatives, ","));
  return Join(texts, ";");
}

void Print(const Simulcast& simulcast, Writer& out) {
  std::string value;
  if (!simulcast.send.empty()) value = "send " + ToText(simulcast.send);
  if (!simulcast.receive.empty()) {
    value += (value.empty() ? "recv " : " recv ") + ToText(simulcast.receive);
  }
  out.Attribute("simulcast", value);
}

void PrintSources(const MediaSection& media, Writer& out) {
  for (const SourceGroup& group : media.source_groups) {
    std::string value = group.semantics;
    for (const std::uint32_t ssrc : group.ssrcs) value += " " + std::to_string(ssrc);
    out.Attribute("ssrc-group", value);
  }
  for (const Source& source : media.sources) {
    const std::string ssrc = std::to_string(source.ssrc);
    if (source.cname.empty() && source.msid.empty()) out.Attribute("ssrc", ssrc);
    if (!source.cname.empty()) out.Attribute("ssrc", ssrc + " cname:" + source.cname);
    if (!source.msid.empty()) out.Attribute("ssrc", ssrc + " msid:" + source.msid);
  }
}

void PrintTransport(const MediaSection& media, Writer& out) {
  out.Raw(PrintIce(media.ice));
  for (const Fingerprint& fingerprint : media.fingerprints) {
    out.Attribute("fingerprint", fingerprint.hash + " " + ToHex(fingerprint.value));
  }
  if (media.setup) out.Attribute("setup", NameOf(*media.setup));
  if (!media.mid.empty()) out.Attribute("mid", media.mid);
  if (media.is_bundle_only) out.Attribute("bundle-only");
}

void PrintRtp(const MediaSection& media, Writer& out) {
  for (const HeaderExtension& extension : media.extensions) {
    const std::string direction =
        extension.direction ? "/" + std::string(NameOf(*extension.direction)) : "";
    out.Attribute("extmap", std::to_string(extension.id) + direction + " " + extension.uri);
  }
  out.Attribute(NameOf(media.direction));
  if (!media.msid.empty()) out.Attribute("msid", media.msid);
  if (media.is_rtcp_mux) out.Attribute("rtcp-mux");
  if (media.is_rtcp_mux_only) out.Attribute("rtcp-mux-only");
  if (media.is_rtcp_reduced_size) out.Attribute("rtcp-rsize");
  for (const RtpCodec& codec : media.codecs) Print(codec, out);
  for (const Rid& rid : media.rids) {
    const std::string rest = rid.restrictions.empty() ? "" : " " + rid.restrictions;
    out.Attribute("rid", rid.id + (rid.sends ? " send" : " recv") + rest);
  }
  if (media.simulcast) Print(*media.simulcast, out);
  PrintSources(media, out);
}

void Print(const MediaSection& media, Writer& out) {
  out.Line("m=" + media.media + " " + std::to_string(media.port) + " " + media.protocol + " " +
           Join(media.formats, " "));
  out.Line("c=IN IP4 0.0.0.0");
  PrintTransport(media, out);
  if (media.kind != MediaKind::kApplication) PrintRtp(media, out);
  if (media.sctp_port) out.Attribute("sctp-port", std::to_string(*media.sctp_port));
  if (media.max_message_bytes) {
    out.Attribute("max-message-size", std::to_string(*media.max_message_bytes));
  }
}

}  // namespace

std::string PrintSdp(const Sdp& sdp) {
  Writer out;
  out.Line("v=0");
  // RFC 8829 section 5.2.1: what the address says is not used; this one tells nobody anything.
  out.Line("o=- " + std::to_string(sdp.session_id) + " " + std::to_string(sdp.session_version) +
           " IN IP4 127.0.0.1");
  out.Line("s=-");
  out.Line("t=0 0");
  for (const auto& mids : sdp.bundles) out.Attribute("group", "BUNDLE " + Join(mids, " "));
  if (sdp.is_ice_lite) out.Attribute("ice-lite");
  if (sdp.allows_mixed_extensions) out.Attribute("extmap-allow-mixed");
  out.Attribute("msid-semantic", "WMS *");
  for (const MediaSection& media : sdp.media) Print(media, out);
  return out.Take();
}

}  // namespace onair::webrtc
