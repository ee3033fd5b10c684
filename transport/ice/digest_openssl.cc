// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "transport/ice/digest.h"

namespace onair::ice {
namespace {

template <typename Digest>
std::optional<Digest> Hmac(const EVP_MD* algorithm, ByteView key, ByteView message) {
  Digest digest{};
  unsigned size = 0;
  const unsigned char none = 0;  // OpenSSL takes no null pointers.
  const void* key_bytes = key.empty() ? &none : key.data();
  const unsigned char* made = ::HMAC(algorithm, key_bytes, static_cast<int>(key.size()),
                                     message.data(), message.size(), digest.data(), &size);
  if (made == nullptr || size != digest.size()) return std::nullopt;
  return digest;
}

}  // namespace

std::optional<Sha1Digest> HmacSha1(ByteView key, ByteView message) {
  return Hmac<Sha1Digest>(EVP_sha1(), key, message);
}

std::optional<Sha256Digest> HmacSha256(ByteView key, ByteView message) {
  return Hmac<Sha256Digest>(EVP_sha256(), key, message);
}

std::optional<Md5Digest> Md5(ByteView message) {
  Md5Digest digest{};
  unsigned size = 0;
  const int made = EVP_Digest(message.data(), message.size(), digest.data(), &size, EVP_md5(), {});
  if (made != 1 || size != digest.size()) return std::nullopt;
  return digest;
}

}  // namespace onair::ice
