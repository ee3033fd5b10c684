// SPDX-License-Identifier: Apache-2.0
#include "transport/tls/fingerprint.h"

#include <catch2/catch.hpp>

namespace onair::dtls {
namespace {

// RFC 8122 section 5's way of writing, with a digest of our own.
const std::string kText =
    "sha-256 12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:"
    "7C:AB:4A:AD";

TEST_CASE("a fingerprint is read and written as SDP has it") {
  const auto read = ParseFingerprint(kText);

  REQUIRE(read);
  CHECK(read->hash == FingerprintHash::kSha256);
  REQUIRE(read->digest.size() == 32);
  CHECK(read->digest[0] == 0x12);
  CHECK(read->digest[31] == 0xad);
  CHECK(ToString(*read) == kText);
}

TEST_CASE("a fingerprint may be written in any case") {
  std::string lower = kText;
  for (char& c : lower) c = static_cast<char>(std::tolower(c));
  lower.replace(0, 3, "SHA");

  CHECK(ParseFingerprint(lower).value() == ParseFingerprint(kText).value());
}

TEST_CASE("fingerprints of weak and unknown hashes are refused by name") {
  for (const char* name : {"sha-1 ", "md5 ", "sha-25 ", "", "sha-2567 "}) {
    INFO(name);
    CHECK(ParseFingerprint(name + kText.substr(8)).error().code == ErrorCode::kUnsupported);
  }
}

TEST_CASE("fingerprints that are not their hash's hex pairs are refused") {
  std::string other = kText;
  for (const std::string& wrong :
       {std::string("sha-256"), std::string("sha-256 "), kText + ":", kText + ":00", kText + " ",
        kText.substr(0, kText.size() - 1), kText.substr(0, kText.size() - 3),
        std::string("sha-512 ") + kText.substr(8), other.replace(9, 1, "G"),
        std::string(kText).replace(10, 1, "-")}) {
    INFO(wrong);
    CHECK(ParseFingerprint(wrong).error().code == ErrorCode::kInvalidConfig);
  }
}

TEST_CASE("only fingerprints of the strongest announced hash count") {
  const Fingerprint weak{FingerprintHash::kSha256, Bytes(32, 1)};
  const Fingerprint strong{FingerprintHash::kSha384, Bytes(48, 2)};
  const Fingerprint strong_too{FingerprintHash::kSha384, Bytes(48, 3)};

  CHECK(StrongestOf(std::vector{strong, weak, strong_too}) == std::vector{strong, strong_too});
  CHECK(StrongestOf(std::vector{weak}) == std::vector{weak});
  CHECK(StrongestOf({}).empty());
}

}  // namespace
}  // namespace onair::dtls
