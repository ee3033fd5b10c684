// SPDX-License-Identifier: Apache-2.0
//
// The vectors of RFC 3711 appendix B and RFC 7714 sections 16 and 17.
#include "transport/rtp/srtp_cipher.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>

namespace onair::rtp {
namespace {

Bytes Hex(std::string_view text) {
  Bytes out;
  std::string digits;
  for (const char c : text) {
    if (c != ' ') digits += c;
  }
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    out.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  }
  return out;
}

template <std::size_t kSize>
void Fill(std::array<std::uint8_t, kSize>& to, std::string_view hex) {
  const Bytes bytes = Hex(hex);
  REQUIRE(bytes.size() <= kSize);
  std::copy(bytes.begin(), bytes.end(), to.begin());
}

SrtpSessionKeys GcmKeys() {
  SrtpSessionKeys keys;
  Fill(keys.cipher, "000102030405060708090a0b0c0d0e0f");
  Fill(keys.salt, "517569642070726f2071756f");
  return keys;
}

struct Sealed {
  Bytes body;
  Bytes tag;
};

Sealed Seal(SrtpSuite suite, const SrtpSessionKeys& keys, SrtpParts parts, Bytes body) {
  auto cipher = SrtpCipher::Make(suite, keys);
  REQUIRE(cipher);
  parts.body = body;
  Bytes tag(SrtpTagBytes(suite));
  REQUIRE((*cipher)->Seal(parts, tag));

  // What was sealed opens, and one flipped bit of each part does not.
  Bytes opened = body;
  parts.body = opened;
  CHECK((*cipher)->Open(parts, tag));
  Bytes forged = tag;
  forged.back() ^= 1;
  opened = body;
  CHECK_FALSE((*cipher)->Open(parts, forged));
  opened = body;
  opened.front() ^= 1;
  CHECK_FALSE((*cipher)->Open(parts, tag));
  return {body, tag};
}

TEST_CASE("Session keys are derived as in RFC 3711 appendix B.3") {
  SrtpKey master{.suite = SrtpSuite::kAes128CmSha1_80};
  Fill(master.key, "E1F97A0D3E018BE0D64FA32C06DE4139");
  Fill(master.salt, "0EC675AD498AFEEBB6960B3AABE6");

  const auto keys = DeriveSessionKeys(master, SrtpUse::kRtp);

  REQUIRE(keys);
  CHECK(Bytes(keys->cipher.begin(), keys->cipher.end()) == Hex("C61E7A93744F39EE10734AFE3FF7A087"));
  CHECK(Bytes(keys->salt.begin(), keys->salt.end()) == Hex("30CBBC08863D8C85D49DB34A9AE1"));
  CHECK(Bytes(keys->authentication.begin(), keys->authentication.end()) ==
        Hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
}

TEST_CASE("RTCP has keys of its own, and GCM no bits of a longer salt") {
  SrtpKey master{.suite = SrtpSuite::kAeadAes128Gcm};
  const auto rtp = DeriveSessionKeys(master, SrtpUse::kRtp);
  const auto rtcp = DeriveSessionKeys(master, SrtpUse::kRtcp);
  REQUIRE(rtp);
  REQUIRE(rtcp);
  CHECK(rtp->cipher != rtcp->cipher);
  CHECK(rtp->salt != rtcp->salt);
  CHECK(rtp->salt[12] == 0);
  CHECK(rtp->salt[13] == 0);
  master.salt[13] = 1;
  CHECK(DeriveSessionKeys(master, SrtpUse::kRtp)->cipher == rtp->cipher);
}

TEST_CASE("The key stream of counter mode is that of RFC 3711 appendix B.2") {
  SrtpSessionKeys keys;
  Fill(keys.cipher, "2B7E151628AED2A6ABF7158809CF4F3C");
  Fill(keys.salt, "F0F1F2F3F4F5F6F7F8F9FAFBFCFD");

  const Sealed sealed = Seal(SrtpSuite::kAes128CmSha1_80, keys, {}, Bytes(0xff02 * 16, 0));

  const auto block = [&](std::size_t counter) {
    const auto at = sealed.body.begin() + static_cast<std::ptrdiff_t>(counter * 16);
    return Bytes(at, at + 16);
  };
  CHECK(block(0) == Hex("E03EAD0935C95E80E166B16DD92B4EB4"));
  CHECK(block(1) == Hex("D23513162B02D0F72A43A2FE4A5F97AB"));
  CHECK(block(2) == Hex("41E95B3BB0A2E8DD477901E4FCA894C0"));
  CHECK(block(0xfeff) == Hex("EC8CDF7398607CB0F2D21675EA9EA1E4"));
  CHECK(block(0xff00) == Hex("362B7C3C6773516318A077D7FC5073AE"));
  CHECK(block(0xff01) == Hex("6A2CC3787889374FBEB4C81B17BA6C44"));
}

TEST_CASE("GCM protects RTP as in RFC 7714 section 16.1.1") {
  const Bytes head = Hex("8040f17b 8041f8d3 5501a0b2");
  const Sealed sealed = Seal(
      SrtpSuite::kAeadAes128Gcm, GcmKeys(),
      {.head = head, .body = {}, .trailer = {}, .ssrc = 0x5501a0b2, .index = 0xf17b},
      Hex("47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465 73207472 6573"));

  CHECK(sealed.body == Hex("f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a "
                           "51c7d19b 36de3adf 8833"));
  CHECK(sealed.tag == Hex("899d7f27 beb16a91 52cf765e e4390cce"));
}

TEST_CASE("GCM protects RTCP as in RFC 7714 section 17.1") {
  const Bytes head = Hex("81c8000d 4d617273");
  const Bytes word = Hex("800005d4");
  const Sealed sealed =
      Seal(SrtpSuite::kAeadAes128Gcm, GcmKeys(),
           {.head = head, .body = {}, .trailer = word, .ssrc = 0x4d617273, .index = 0x05d4},
           Hex("4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef "
               "deadbeef deadbeef"));

  CHECK(sealed.body == Hex("63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 "
                           "730d6fda 4ce09b46 86303ded 0bb9275b"));
  CHECK(sealed.tag == Hex("c84aa458 96cf4d2f c5abf872 45d9eade"));
}

}  // namespace
}  // namespace onair::rtp
