// SPDX-License-Identifier: Apache-2.0
//
// Where a peer may be reached (RFC 8445 section 5.1) and its line in SDP (RFC 8839 section 5.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/machine/ip_address.h"

namespace onair::ice {

enum class CandidateType { kHost = 1, kServerReflexive, kPeerReflexive, kRelayed };

// A UDP candidate. A plain value.
struct Candidate {
  std::string foundation;       // 1 to 32 letters, digits, '+' and '/'.
  std::uint16_t component = 1;  // 1 to 256. With rtcp-mux and bundle there is only 1.
  std::uint32_t priority = 0;   // 1 to 2^31 - 1.
  SocketAddress address = {};
  CandidateType type = CandidateType::kHost;
  std::optional<SocketAddress> related = {};  // The base, for those that have another address.
  std::string ufrag = {};                     // RFC 8838: the generation it belongs to; or empty.
  // 0 is free (cable, Wi-Fi), 999 the dearest (roaming). libwebrtc's "network-cost".
  std::uint16_t network_cost = 0;

  bool operator==(const Candidate&) const = default;
};

// RFC 8445 section 5.1.2.1 with its recommended type preferences: 126, 110, 100, 0.
// `local_preference` ranks addresses of one type: 65535 is the best.
std::uint32_t Priority(CandidateType type, std::uint16_t local_preference, std::uint16_t component);

// "candidate:1 1 UDP 2130706431 192.0.2.1 5000 typ host", with or without "a=" before it.
// Nothing for a well-formed candidate of a kind that is not used here, which the caller skips:
// TCP, a host name (mDNS ".local" among them), an unknown type, port 0.
// kIceMalformed for what is no candidate line. Unknown extensions are skipped.
Result<std::optional<Candidate>> ParseCandidate(std::string_view line);

// Without "a=": "candidate:...".
std::string ToString(const Candidate& candidate);

// "host", "srflx", "prflx", "relay".
std::string_view ToString(CandidateType type);

// Source: ours; the longest that the grammar allows without extensions has 260 characters.
inline constexpr std::size_t kMaxCandidateLine = 1024;

}  // namespace onair::ice
