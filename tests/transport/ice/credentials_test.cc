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

}  // namespace
}  // namespace onair::ice
