// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "transport/tls/dtls_association.h"

namespace onair::dtls {
namespace {

TEST_CASE("a build without DTLS says so") {
  const Error error = Identity::Generate().error();
  CHECK(error.code == ErrorCode::kUnsupported);
  CHECK(error.detail.find("ONAIR_WITH_OPENSSL=OFF") != std::string::npos);
}

}  // namespace
}  // namespace onair::dtls
