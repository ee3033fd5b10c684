// SPDX-License-Identifier: Apache-2.0
//
// The digests of STUN. Two implementations: by OpenSSL (digest_openssl.cc), and one for builds
// without it (digest_unavailable.cc) that answers nothing, so that no message is believed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/bytes.h"

namespace onair::ice {

using Md5Digest = std::array<std::uint8_t, 16>;
using Sha1Digest = std::array<std::uint8_t, 20>;
using Sha256Digest = std::array<std::uint8_t, 32>;

// Nothing when the build or the system's policy lacks the algorithm.
std::optional<Sha1Digest> HmacSha1(ByteView key, ByteView message);
std::optional<Sha256Digest> HmacSha256(ByteView key, ByteView message);
std::optional<Md5Digest> Md5(ByteView message);

// In a time that does not tell where they differ.
bool AreEqual(ByteView a, ByteView b);

// RFC 8489 section 14.7, without the final XOR: the CRC-32 of ITU-T V.42.
std::uint32_t Crc32(ByteView bytes);

inline ByteView AsBytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace onair::ice
