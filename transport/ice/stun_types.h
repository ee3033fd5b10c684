// SPDX-License-Identifier: Apache-2.0
//
// Names and numbers of STUN (RFC 8489), of ICE's attributes (RFC 8445 section 16.1) and of TURN
// (RFC 8656 sections 17 and 18).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace onair::ice {

enum class StunClass : std::uint8_t { kRequest = 0, kIndication = 1, kSuccess = 2, kError = 3 };

enum class StunMethod : std::uint16_t {
  kBinding = 0x001,
  kAllocate = 0x003,
  kRefresh = 0x004,
  kSend = 0x006,
  kData = 0x007,
  kCreatePermission = 0x008,
  kChannelBind = 0x009,
};

enum class StunAttribute : std::uint16_t {
  kMappedAddress = 0x0001,
  kUsername = 0x0006,
  kMessageIntegrity = 0x0008,
  kErrorCode = 0x0009,
  kUnknownAttributes = 0x000a,
  kChannelNumber = 0x000c,
  kLifetime = 0x000d,
  kXorPeerAddress = 0x0012,
  kData = 0x0013,
  kRealm = 0x0014,
  kNonce = 0x0015,
  kXorRelayedAddress = 0x0016,
  kRequestedAddressFamily = 0x0017,
  kRequestedTransport = 0x0019,
  kMessageIntegritySha256 = 0x001c,
  kXorMappedAddress = 0x0020,
  kPriority = 0x0024,
  kUseCandidate = 0x0025,
  kSoftware = 0x8022,
  kAlternateServer = 0x8023,
  kFingerprint = 0x8028,
  kIceControlled = 0x8029,
  kIceControlling = 0x802a,
};

// Error codes that somebody here sends or understands.
enum StunError : int {
  kStunTryAlternate = 300,
  kStunBadRequest = 400,
  kStunUnauthenticated = 401,
  kStunForbidden = 403,
  kStunUnknownAttribute = 420,
  kStunAllocationMismatch = 437,
  kStunStaleNonce = 438,
  kStunRoleConflict = 487,
  kStunServerError = 500,
};

using TransactionId = std::array<std::uint8_t, 12>;

inline constexpr std::uint32_t kStunCookie = 0x2112a442;
inline constexpr std::size_t kStunHeaderBytes = 20;

// Longest message that is read. Source: ours; a Data indication around one datagram of an
// Ethernet has 1540 bytes, a jumbo frame's is not ours.
inline constexpr std::size_t kMaxStunBytes = 4096;
// Most attributes of one message. Source: ours; the busiest in use has twelve.
inline constexpr int kMaxStunAttributes = 64;

}  // namespace onair::ice
