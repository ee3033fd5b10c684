// SPDX-License-Identifier: Apache-2.0
//
// Connectivity checks on the wire (RFC 8445 section 7.1 to 7.3).
#pragma once

#include <optional>
#include <span>

#include "transport/ice/agent_config.h"
#include "transport/ice/stun_message.h"
#include "transport/ice/stun_writer.h"

namespace onair::ice {

// What a check says beside who sends it.
struct Check {
  std::uint32_t priority = 0;
  Role role = Role::kControlling;
  std::uint64_t tie_breaker = 0;
  bool nominates = false;
};

// Fits the longest: two user fragments of 256 bytes.
inline constexpr std::size_t kMaxCheckBytes = 640;
using CheckBuffer = std::array<std::uint8_t, kMaxCheckBytes>;

// All answer the bytes inside `buffer`; empty in a build without digests.
ByteView WriteCheck(CheckBuffer& buffer, const TransactionId& id, const Check& check,
                    const Credentials& ours, const Credentials& peers);
ByteView WriteAnswer(CheckBuffer& buffer, const TransactionId& id, const SocketAddress& seen,
                     const Credentials& ours);
ByteView WriteRefusal(CheckBuffer& buffer, const StunMessage& request, StunError error,
                      const Credentials& ours);

// What the request says; nothing when it claims no role or both.
std::optional<Check> ReadCheck(const StunMessage& request);

// Whether a request is addressed to the owner of `ours` and signed by its password.
enum class Authenticity { kAuthentic = 1, kForOthers, kForged };
Authenticity Authenticate(const StunMessage& request, const Credentials& ours);

}  // namespace onair::ice
