// SPDX-License-Identifier: Apache-2.0
//
// What a description must have before anything is built on it; the same for both sides.
#pragma once

#include <optional>
#include <vector>

#include "transport/webrtc/sdp.h"

namespace onair::webrtc {

// Of a section that is not refused: DTLS and a fingerprint by SHA-2 (kSdpInsecure), RTCP
// multiplexed (kSdpIncompatible), ICE credentials (kSdpMalformed).
Status CheckSection(const MediaSection& section);

// The sections that are not refused lie in one bundle, or there is only one (kSdpIncompatible).
Status CheckBundle(const Sdp& sdp);

// Those whose hash we can check: RFC 8122 section 5, but neither MD5 nor SHA-1.
std::vector<Fingerprint> UsableFingerprints(const MediaSection& section);

// The payload type of the rtx line for `payload_type`.
std::optional<int> RtxFor(const MediaSection& section, int payload_type);

// The payload type of the RED line around Opus with `payload_type`.
std::optional<int> RedFor(const MediaSection& section, int payload_type);

// Of the first line of that name.
std::optional<int> PayloadTypeOf(const MediaSection& section, std::string_view codec);

const RtpCodec* FindOpus(const MediaSection& section);

}  // namespace onair::webrtc
