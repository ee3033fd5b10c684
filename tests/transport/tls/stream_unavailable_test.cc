// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "transport/tls/stream.h"

namespace onair::tls {
namespace {

TEST_CASE("a build without TLS says so") {
  ClientConfig config;
  config.host = "edge.test";
  CHECK(Stream::Client(config, Timestamp::Zero()).error().code == ErrorCode::kUnsupported);
  CHECK(ServerIdentity::Load("chain.pem", "key.pem").error().code == ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace onair::tls
