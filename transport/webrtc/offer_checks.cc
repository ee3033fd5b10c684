// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/offer_checks.h"

#include <algorithm>
#include <string>

#include "transport/webrtc/capabilities.h"

namespace onair::webrtc {

Status CheckSection(const MediaSection& section) {
  const std::string where = section.media + " section: ";
  const bool is_data = section.kind == MediaKind::kApplication;
  const bool is_secure = is_data ? section.protocol.find("DTLS") != std::string::npos
                                 : section.protocol.find("SAVP") != std::string::npos;
  if (!is_secure) return Fail(ErrorCode::kSdpInsecure, where + section.protocol);
  if (UsableFingerprints(section).empty()) {
    return Fail(ErrorCode::kSdpInsecure, where + "no fingerprint by SHA-256 or better");
  }
  if (!is_data && !section.is_rtcp_mux) {
    return Fail(ErrorCode::kSdpIncompatible, where + "RTCP is not multiplexed");
  }
  if (!section.ice.credentials) {
    return Fail(ErrorCode::kSdpMalformed, where + "no ICE credentials");
  }
  return {};
}

Status CheckBundle(const Sdp& sdp) {
  std::vector<std::string> mids;
  for (const MediaSection& section : sdp.media) {
    if (!section.is_refused()) mids.push_back(section.mid);
  }
  const auto holds_all = [&mids](const std::vector<std::string>& bundle) {
    return std::all_of(mids.begin(), mids.end(), [&bundle](const std::string& mid) {
      return std::find(bundle.begin(), bundle.end(), mid) != bundle.end();
    });
  };
  const bool is_bundled =
      mids.size() <= 1 || std::any_of(sdp.bundles.begin(), sdp.bundles.end(), holds_all);
  if (is_bundled) return {};
  return Fail(ErrorCode::kSdpIncompatible, "the sections are not in one bundle");
}

std::vector<Fingerprint> UsableFingerprints(const MediaSection& section) {
  std::vector<Fingerprint> out;
  for (const Fingerprint& fingerprint : section.fingerprints) {
    const std::size_t bytes = fingerprint.value.size();
    const bool is_usable = (fingerprint.hash == "sha-256" && bytes == 32) ||
                           (fingerprint.hash == "sha-384" && bytes == 48) ||
                           (fingerprint.hash == "sha-512" && bytes == 64);
    if (is_usable) out.push_back(fingerprint);
  }
  return out;
}

std::optional<int> RtxFor(const MediaSection& section, int payload_type) {
  const std::string apt = std::to_string(payload_type);
  for (const RtpCodec& codec : section.codecs) {
    if (codec.Is(kRtx) && FindParameter(codec.parameters, "apt") == apt) return codec.payload_type;
  }
  return std::nullopt;
}

std::optional<int> RedFor(const MediaSection& section, int payload_type) {
  const std::string first = std::to_string(payload_type) + "/";
  for (const RtpCodec& codec : section.codecs) {
    const bool is_red = codec.Is(kRed) && codec.clock_rate == 48'000;
    if (is_red && !codec.parameters.empty() && codec.parameters[0].first.starts_with(first)) {
      return codec.payload_type;
    }
  }
  return std::nullopt;
}

std::optional<int> PayloadTypeOf(const MediaSection& section, std::string_view codec) {
  for (const RtpCodec& line : section.codecs) {
    if (line.Is(codec)) return line.payload_type;
  }
  return std::nullopt;
}

const RtpCodec* FindOpus(const MediaSection& section) {
  for (const RtpCodec& codec : section.codecs) {
    if (codec.Is(kOpus) && codec.clock_rate == 48'000) return &codec;
  }
  return nullptr;
}

}  // namespace onair::webrtc
