// SPDX-License-Identifier: Apache-2.0
//
// What two WebRTC peers tell each other about their certificates (RFC 8122): signalling carries
// it, the DTLS handshake is held against it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace onair::dtls {

// Weaker ones are not taken. RFC 8122 section 5: "Implementations compliant with this
// specification MUST NOT use the MD2 and MD5 hash functions"; SHA-1 went the same way.
enum class FingerprintHash { kSha256 = 1, kSha384 = 2, kSha512 = 3 };

struct Fingerprint {
  FingerprintHash hash;
  Bytes digest;  // 32, 48 or 64 bytes, as `hash` says.

  bool operator==(const Fingerprint&) const = default;
};

// Reads the value of SDP's a=fingerprint: "sha-256 4A:AD:…", in any case. Otherwise:
// kUnsupported (another hash), kInvalidConfig (not hexadecimal pairs, or of another length).
Result<Fingerprint> ParseFingerprint(std::string_view text);

// As SDP wants it: "sha-256 4A:AD:…".
std::string ToString(const Fingerprint& fingerprint);

// Those of the strongest hash among them, which is all that a certificate is held against.
// RFC 8122 section 5.1: "select the set of fingerprints that use its most preferred hash
// function (out of those offered by the peer)".
std::vector<Fingerprint> StrongestOf(std::span<const Fingerprint> fingerprints);

}  // namespace onair::dtls
