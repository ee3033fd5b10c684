// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/credentials.h"

#include <algorithm>

#include "core/base/byte_writer.h"
#include "transport/ice/digest.h"

namespace onair::ice {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kOurUfrag = 4;

}  // namespace

bool IsIceText(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most &&
         text.find_first_not_of(kAlphabet) == std::string_view::npos;
}

Status Credentials::Validate() const {
  if (!IsIceText(ufrag, 4, kMaxUfrag)) return Fail(ErrorCode::kIceMalformed, "ice-ufrag");
  if (!IsIceText(password, 22, 256)) return Fail(ErrorCode::kIceMalformed, "ice-pwd");
  return {};
}

Credentials MakeCredentials(
    const std::array<std::uint8_t, kCredentialEntropyBytes>& secret_random) {
  Credentials made;
  for (std::size_t i = 0; i < secret_random.size(); ++i) {
    (i < kOurUfrag ? made.ufrag : made.password) += kAlphabet[secret_random[i] & 63U];
  }
  return made;
}

std::optional<Credentials> DeriveCredentials(
    const std::array<std::uint8_t, kCredentialEntropyBytes>& secret_random,
    std::uint32_t generation) {
  const auto derived = HmacSha256(secret_random, ByteWriter().U32(generation).view());
  if (!derived) return std::nullopt;
  std::array<std::uint8_t, kCredentialEntropyBytes> entropy{};
  std::copy_n(derived->begin(), entropy.size(), entropy.begin());
  return MakeCredentials(entropy);
}

}  // namespace onair::ice
