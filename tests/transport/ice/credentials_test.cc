// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/credentials.h"

#include <catch2/catch.hpp>

namespace onair::ice {
namespace {

TEST_CASE("Made credentials are valid and take every random byte") {
  std::array<std::uint8_t, kCredentialEntropyBytes> random{};
  const Credentials zeros = MakeCredentials(random);
  CHECK(zeros.Validate());
  CHECK(zeros.ufrag == "AAAA");

  for (std::size_t i = 0; i < random.size(); ++i) {
    auto changed = random;
    changed[i] = 63;
    INFO(i);
    CHECK_FALSE(MakeCredentials(changed) == zeros);
  }
}

TEST_CASE("Credentials out of the grammar are refused by name") {
  const std::string password(22, 'p');
  CHECK((Credentials{"abcd", password}.Validate()));
  CHECK((Credentials{"abc", password}.Validate().error().detail == "ice-ufrag"));
  CHECK((Credentials{"ab:d", password}.Validate().error().detail == "ice-ufrag"));
  CHECK((Credentials{std::string(257, 'a'), password}.Validate().error().detail == "ice-ufrag"));
  CHECK((Credentials{"abcd", std::string(21, 'p')}.Validate().error().detail == "ice-pwd"));
}

TEST_CASE("One secret gives each generation credentials of its own") {
  std::array<std::uint8_t, kCredentialEntropyBytes> secret{};
  secret.fill(7);
  const auto first = DeriveCredentials(secret, 0);
  const auto second = DeriveCredentials(secret, 1);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->Validate());
  CHECK(first->ufrag != second->ufrag);
  CHECK(first->password != second->password);
  CHECK(*DeriveCredentials(secret, 1) == *second);
  secret[27] = 8;
  CHECK(DeriveCredentials(secret, 0)->password != first->password);
}

}  // namespace
}  // namespace onair::ice
