// SPDX-License-Identifier: Apache-2.0
//
// The two transforms of SRTP under one call: AES counter mode with HMAC-SHA1 (RFC 3711) and
// AES-GCM (RFC 7714). What is encrypted, where its tag stands and which index it has is srtp.h's.
// Nothing is allocated after Make().
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace onair::rtp {

// By their numbers in DTLS's use_srtp (RFC 5764 section 4.1.2, RFC 7714 section 14.2).
enum class SrtpSuite : std::uint16_t { kAes128CmSha1_80 = 0x0001, kAeadAes128Gcm = 0x0007 };

inline constexpr std::size_t kSrtpKeyBytes = 16;
inline constexpr std::size_t kSrtpMaxSaltBytes = 14;
inline constexpr std::size_t kSrtpMaxTagBytes = 16;

// RFC 3711 section 8.2, RFC 7714 section 12.
constexpr std::size_t SrtpSaltBytes(SrtpSuite suite) {
  return suite == SrtpSuite::kAeadAes128Gcm ? 12 : 14;
}
constexpr std::size_t SrtpTagBytes(SrtpSuite suite) {
  return suite == SrtpSuite::kAeadAes128Gcm ? 16 : 10;
}

// One direction's secret. Never in a trace or an error's text.
struct SrtpKey {
  SrtpSuite suite = SrtpSuite::kAes128CmSha1_80;
  std::array<std::uint8_t, kSrtpKeyBytes> key{};
  std::array<std::uint8_t, kSrtpMaxSaltBytes> salt{};  // Of it the first SrtpSaltBytes().
};

// What is derived from a master key for RTP or for RTCP (RFC 3711 section 4.3).
struct SrtpSessionKeys {
  std::array<std::uint8_t, kSrtpKeyBytes> cipher{};
  std::array<std::uint8_t, 20> authentication{};
  std::array<std::uint8_t, kSrtpMaxSaltBytes> salt{};
};

enum class SrtpUse : std::uint8_t { kRtp = 1, kRtcp = 2 };

// kInternal: the crypto library failed. kUnsupported: this build has none.
Result<SrtpSessionKeys> DeriveSessionKeys(const SrtpKey& master, SrtpUse use);

// The parts of one packet. `head` is sent in clear, `body` encrypted in place, `trailer` is only
// authenticated: GCM takes it behind the head, HMAC behind the body.
struct SrtpParts {
  ByteView head;
  std::span<std::uint8_t> body;
  ByteView trailer;
  std::uint32_t ssrc = 0;
  std::uint64_t index = 0;  // Range [0, 2^48): never twice with one key and SSRC.
};

// single-owner.
class SrtpCipher {
 public:
  virtual ~SrtpCipher() = default;

  // kInternal, kUnsupported as above.
  static Result<std::unique_ptr<SrtpCipher>> Make(SrtpSuite suite, const SrtpSessionKeys& keys);

  // `tag` has the suite's length and lies apart from the parts. False: the library failed; the
  // packet must not be sent.
  [[nodiscard]] virtual bool Seal(const SrtpParts& parts, std::span<std::uint8_t> tag) = 0;
  // False: the tag does not fit. The body may be changed then.
  [[nodiscard]] virtual bool Open(const SrtpParts& parts, ByteView tag) = 0;
};

}  // namespace onair::rtp
