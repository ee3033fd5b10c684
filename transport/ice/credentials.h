// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace onair::ice {

// User name fragment and password of one side for one ICE session (RFC 8445 section 5.3).
// The password is a secret: it goes into SDP, never into logs.
struct Credentials {
  std::string ufrag;     // 4 to 256 letters, digits, '+' and '/'.
  std::string password;  // 22 to 256 of them.

  bool operator==(const Credentials&) const = default;
  // Ok, or kIceMalformed that names the bad one.
  [[nodiscard]] Status Validate() const;
};

// `secret_random`: from the TLS library or the system, never from core/base/rng.h; each byte
// becomes 6 bits. 24 bits for the fragment and 144 for the password.
inline constexpr std::size_t kCredentialEntropyBytes = 28;
Credentials MakeCredentials(const std::array<std::uint8_t, kCredentialEntropyBytes>& secret_random);

// Those of a session and of each restart of it, all from one secret: who knows some cannot tell the
// others. Nothing in a build without digests.
std::optional<Credentials> DeriveCredentials(
    const std::array<std::uint8_t, kCredentialEntropyBytes>& secret_random,
    std::uint32_t generation);

// Whether `text` has `least` to `most` letters, digits, '+' and '/' and nothing else.
bool IsIceText(std::string_view text, std::size_t least, std::size_t most);

// RFC 8839 section 5.4: "4*256ice-char".
inline constexpr std::size_t kMaxUfrag = 256;

}  // namespace onair::ice
