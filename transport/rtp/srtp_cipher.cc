// SPDX-License-Identifier: Apache-2.0
//
// On OpenSSL. Its SHA-1 is used below EVP on purpose: EVP's copy of a keyed state allocates for
// each packet (OpenSSL 3.0), a plain struct does not.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "transport/rtp/srtp_cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>

namespace onair::rtp {
namespace {

constexpr std::size_t kBlock = 16;
constexpr std::size_t kGcmIvBytes = 12;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

// By OpenSSL's numbers.
constexpr int kEncrypt = 1;
constexpr int kDecrypt = 0;
constexpr int kAsItIs = -1;

Context MakeContext(const EVP_CIPHER* cipher, const std::uint8_t* key, int direction) {
  Context context(EVP_CIPHER_CTX_new());
  if (!context || EVP_CipherInit_ex(context.get(), cipher, nullptr, key, nullptr, direction) != 1) {
    return {};
  }
  return context;
}

int Size(ByteView bytes) {
  return static_cast<int>(bytes.size());
}

void XorBigEndian(std::uint64_t value, std::size_t count, std::uint8_t* at) {
  for (std::size_t i = count; i > 0; --i, value >>= 8)
    at[i - 1] ^= static_cast<std::uint8_t>(value);
}

// RFC 2104 with SHA-1, the two keyed states made once.
class HmacSha1 {
 public:
  explicit HmacSha1(ByteView key) {
    Absorb(key, 0x36, inner_);
    Absorb(key, 0x5c, outer_);
  }
  ~HmacSha1() {
    OPENSSL_cleanse(&inner_, sizeof inner_);
    OPENSSL_cleanse(&outer_, sizeof outer_);
  }
  HmacSha1(const HmacSha1&) = delete;
  HmacSha1& operator=(const HmacSha1&) = delete;

  std::array<std::uint8_t, SHA_DIGEST_LENGTH> Of(std::initializer_list<ByteView> parts) const {
    std::array<std::uint8_t, SHA_DIGEST_LENGTH> digest{};
    SHA_CTX state = inner_;
    for (const ByteView part : parts) SHA1_Update(&state, part.data(), part.size());
    SHA1_Final(digest.data(), &state);
    state = outer_;
    SHA1_Update(&state, digest.data(), digest.size());
    SHA1_Final(digest.data(), &state);
    return digest;
  }

 private:
  static void Absorb(ByteView key, std::uint8_t pad, SHA_CTX& state) {
    std::array<std::uint8_t, SHA_CBLOCK> block;
    block.fill(pad);
    for (std::size_t i = 0; i < key.size(); ++i) block[i] ^= key[i];
    SHA1_Init(&state);
    SHA1_Update(&state, block.data(), block.size());
    OPENSSL_cleanse(block.data(), block.size());
  }

  SHA_CTX inner_;
  SHA_CTX outer_;
};

class CounterModeHmac final : public SrtpCipher {
 public:
  CounterModeHmac(Context context, const SrtpSessionKeys& keys)
      : context_(std::move(context)), hmac_(keys.authentication), salt_(keys.salt) {}

  bool Seal(const SrtpParts& parts, std::span<std::uint8_t> tag) override {
    if (!Crypt(parts)) return false;
    const auto digest = hmac_.Of({parts.head, parts.body, parts.trailer});
    std::copy_n(digest.begin(), tag.size(), tag.begin());
    return true;
  }
  bool Open(const SrtpParts& parts, ByteView tag) override {
    const auto digest = hmac_.Of({parts.head, parts.body, parts.trailer});
    return CRYPTO_memcmp(digest.data(), tag.data(), tag.size()) == 0 && Crypt(parts);
  }

 private:
  // RFC 3711 section 4.1.1: "IV = (k_s * 2^16) XOR (SSRC * 2^64) XOR (i * 2^16)".
  bool Crypt(const SrtpParts& parts) {
    std::array<std::uint8_t, kBlock> iv{};
    std::copy(salt_.begin(), salt_.end(), iv.begin());
    XorBigEndian(parts.ssrc, 4, &iv[4]);
    XorBigEndian(parts.index, 6, &iv[8]);
    int written = 0;
    return EVP_EncryptInit_ex(context_.get(), nullptr, nullptr, nullptr, iv.data()) == 1 &&
           EVP_EncryptUpdate(context_.get(), parts.body.data(), &written, parts.body.data(),
                             Size(parts.body)) == 1;
  }

  Context context_;
  HmacSha1 hmac_;
  std::array<std::uint8_t, kSrtpMaxSaltBytes> salt_;
};

class GaloisCounterMode final : public SrtpCipher {
 public:
  GaloisCounterMode(Context seal, Context open, const SrtpSessionKeys& keys)
      : seal_(std::move(seal)), open_(std::move(open)), salt_(keys.salt) {}

  bool Seal(const SrtpParts& parts, std::span<std::uint8_t> tag) override {
    int written = 0;
    return Crypt(seal_.get(), parts) &&
           EVP_EncryptFinal_ex(seal_.get(), nothing_.data(), &written) == 1 &&
           EVP_CIPHER_CTX_ctrl(seal_.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag.size()),
                               tag.data()) == 1;
  }
  bool Open(const SrtpParts& parts, ByteView tag) override {
    std::array<std::uint8_t, kSrtpMaxTagBytes> wanted{};
    std::copy(tag.begin(), tag.end(), wanted.begin());
    int written = 0;
    return Crypt(open_.get(), parts) &&
           EVP_CIPHER_CTX_ctrl(open_.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()),
                               wanted.data()) == 1 &&
           EVP_DecryptFinal_ex(open_.get(), nothing_.data(), &written) == 1;
  }

 private:
  // RFC 7714 sections 8.1 and 9.1: two zero bytes, SSRC and the 48 bits of the index, XOR salt.
  bool Crypt(EVP_CIPHER_CTX* context, const SrtpParts& parts) {
    std::array<std::uint8_t, kGcmIvBytes> iv{};
    std::copy_n(salt_.begin(), iv.size(), iv.begin());
    XorBigEndian(parts.ssrc, 4, &iv[2]);
    XorBigEndian(parts.index, 6, &iv[6]);
    return EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, iv.data(), kAsItIs) == 1 &&
           Feed(context, parts.head, nullptr) && Feed(context, parts.trailer, nullptr) &&
           Feed(context, parts.body, parts.body.data());
  }
  static bool Feed(EVP_CIPHER_CTX* context, ByteView in, std::uint8_t* out) {
    int written = 0;
    return in.empty() || EVP_CipherUpdate(context, out, &written, in.data(), Size(in)) == 1;
  }

  Context seal_;
  Context open_;
  std::array<std::uint8_t, kSrtpMaxSaltBytes> salt_;
  std::array<std::uint8_t, kBlock> nothing_{};
};

// RFC 3711 section 4.3.1 with a derivation rate of zero: the key stream of counter mode from
// "x * 2^16", x = label * 2^48 XOR salt.
bool Derive(EVP_CIPHER_CTX* context, const SrtpKey& master, std::uint8_t label,
            std::span<std::uint8_t> out) {
  std::array<std::uint8_t, kBlock> iv{};
  std::copy_n(master.salt.begin(), SrtpSaltBytes(master.suite), iv.begin());
  iv[7] ^= label;
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  int written = 0;
  return EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, iv.data()) == 1 &&
         EVP_EncryptUpdate(context, out.data(), &written, out.data(), Size(out)) == 1;
}

}  // namespace

Result<SrtpSessionKeys> DeriveSessionKeys(const SrtpKey& master, SrtpUse use) {
  // RFC 3711 section 4.3.2: labels 0, 1, 2 for RTP, 3, 4, 5 for RTCP.
  const std::uint8_t first = use == SrtpUse::kRtp ? 0 : 3;
  const Context context = MakeContext(EVP_aes_128_ctr(), master.key.data(), kEncrypt);
  SrtpSessionKeys keys;
  const auto salt = std::span<std::uint8_t>(keys.salt).first(SrtpSaltBytes(master.suite));
  const auto label = [&](int step) { return static_cast<std::uint8_t>(first + step); };
  if (!context || !Derive(context.get(), master, label(0), keys.cipher) ||
      !Derive(context.get(), master, label(1), keys.authentication) ||
      !Derive(context.get(), master, label(2), salt)) {
    return Fail(ErrorCode::kInternal, "SRTP key derivation");
  }
  return keys;
}

Result<std::unique_ptr<SrtpCipher>> SrtpCipher::Make(SrtpSuite suite, const SrtpSessionKeys& keys) {
  if (suite == SrtpSuite::kAeadAes128Gcm) {
    Context seal = MakeContext(EVP_aes_128_gcm(), keys.cipher.data(), kEncrypt);
    Context open = MakeContext(EVP_aes_128_gcm(), keys.cipher.data(), kDecrypt);
    if (!seal || !open) return Fail(ErrorCode::kInternal, "SRTP cipher");
    return std::unique_ptr<SrtpCipher>(
        std::make_unique<GaloisCounterMode>(std::move(seal), std::move(open), keys));
  }
  Context context = MakeContext(EVP_aes_128_ctr(), keys.cipher.data(), kEncrypt);
  if (!context) return Fail(ErrorCode::kInternal, "SRTP cipher");
  return std::unique_ptr<SrtpCipher>(std::make_unique<CounterModeHmac>(std::move(context), keys));
}

}  // namespace onair::rtp
