// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "transport/tls/stream.h"

namespace onair::tls {
namespace {

TEST_CASE("a build without TLS says so") {
  const Error error = Trust::Load("", VerifyPeer::kYes).error();
  CHECK(error.code == ErrorCode::kUnsupported);
  CHECK(error.detail.find("ONAIR_WITH_OPENSSL=OFF") != std::string::npos);
  CHECK(ServerIdentity::Load("chain.pem", "key.pem").error().code == ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace onair::tls
