// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "core/base/result.h"
#include "transport/webrtc/sdp.h"

namespace onair::webrtc {

// "sendrecv", "sendonly", "recvonly", "inactive"; nothing for another word.
std::optional<Direction> ParseDirection(std::string_view name);

// RFC 8122 section 5: "SHA-256 12:DF:.."; the longest hash has 64 bytes. kSdpMalformed.
Result<Fingerprint> ParseFingerprint(std::string_view value);

// "send q;h,~f recv a", lists as in RFC 8853 section 5.1. What is no such list is left out.
Simulcast ParseSimulcast(std::string_view value);

}  // namespace onair::webrtc
