// SPDX-License-Identifier: Apache-2.0
#include "transport/tls/fingerprint.h"

#include <algorithm>
#include <array>
#include <optional>

namespace onair::dtls {
namespace {

struct HashName {
  FingerprintHash hash;
  std::string_view name;
  std::size_t digest_bytes;
};
constexpr std::array<HashName, 3> kHashes = {{{FingerprintHash::kSha256, "sha-256", 32},
                                              {FingerprintHash::kSha384, "sha-384", 48},
                                              {FingerprintHash::kSha512, "sha-512", 64}}};

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool IsSameName(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

std::optional<int> HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (Lower(c) >= 'a' && Lower(c) <= 'f') return Lower(c) - 'a' + 10;
  return std::nullopt;
}

// "4A:AD:B9", exactly; empty: it is something else.
Bytes ParseHexPairs(std::string_view text) {
  Bytes digest;
  for (std::size_t at = 0; at + 2 <= text.size(); at += 3) {
    const auto high = HexDigit(text[at]);
    const auto low = HexDigit(text[at + 1]);
    if (!high || !low) return {};
    digest.push_back(static_cast<std::uint8_t>(*high << 4 | *low));
    if (at + 2 == text.size()) return digest;
    if (text[at + 2] != ':') return {};
  }
  return {};  // Ends in a colon or in half a pair.
}

}  // namespace

Result<Fingerprint> ParseFingerprint(std::string_view text) {
  const std::string_view name = text.substr(0, text.find(' '));
  const auto* known = std::find_if(kHashes.begin(), kHashes.end(),
                                   [&](const HashName& h) { return IsSameName(h.name, name); });
  if (known == kHashes.end()) {
    return Fail(ErrorCode::kUnsupported, "a fingerprint's hash is not SHA-256, -384 or -512");
  }
  // Longer texts cannot be right, and are not walked through.
  const std::string_view pairs = text.substr(std::min(text.size(), name.size() + 1));
  Bytes digest = pairs.size() == known->digest_bytes * 3 - 1 ? ParseHexPairs(pairs) : Bytes{};
  if (digest.size() != known->digest_bytes) {
    return Fail(ErrorCode::kInvalidConfig, "a fingerprint is not made of its hash's hex pairs");
  }
  return Fingerprint{known->hash, std::move(digest)};
}

std::string ToString(const Fingerprint& fingerprint) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (const HashName& h : kHashes) {
    if (h.hash == fingerprint.hash) text = h.name;
  }
  char before = ' ';
  for (const std::uint8_t byte : fingerprint.digest) {
    text += before;
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
    before = ':';
  }
  return text;
}

std::vector<Fingerprint> StrongestOf(std::span<const Fingerprint> fingerprints) {
  FingerprintHash strongest = FingerprintHash::kSha256;
  for (const Fingerprint& f : fingerprints) strongest = std::max(strongest, f.hash);
  std::vector<Fingerprint> chosen;
  for (const Fingerprint& f : fingerprints) {
    if (f.hash == strongest) chosen.push_back(f);
  }
  return chosen;
}

}  // namespace onair::dtls
