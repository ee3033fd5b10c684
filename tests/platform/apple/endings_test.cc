// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/bridge/endings.h"

#include <catch2/catch.hpp>

namespace onair::apple {
namespace {

const Error kRefused{ErrorCode::kConnectRefused, "host"};
const Error kLost{ErrorCode::kConnectionLost, "host"};

TEST_CASE("A start has ended well when the first destination is live") {
  Endings endings(2);
  CHECK_FALSE(endings.has_start_ended());

  endings.Hear({.destination = 0, .state = PublishState::kEnded, .error = kRefused});
  CHECK_FALSE(endings.has_start_ended());
  endings.Hear({.destination = 1, .state = PublishState::kLive, .error = {}});

  CHECK(endings.has_start_ended());
  CHECK_FALSE(endings.start_error());
  CHECK_FALSE(endings.has_all_ended());
}

TEST_CASE("A start has failed with the last error when every destination ended") {
  Endings endings(2);

  endings.Hear({.destination = 0, .state = PublishState::kEnded, .error = kRefused});
  endings.Hear({.destination = 1, .state = PublishState::kEnded, .error = kLost});

  CHECK(endings.has_start_ended());
  CHECK(endings.start_error() == kLost);
  CHECK(endings.has_all_ended());
  CHECK(endings.stop_error() == kRefused);
}

TEST_CASE("A start that was stopped before it was live tells so") {
  Endings endings(1);

  endings.Hear({.destination = 0, .state = PublishState::kEnded, .error = {}});

  REQUIRE(endings.start_error());
  CHECK(endings.start_error()->code == ErrorCode::kInvalidState);
  CHECK_FALSE(endings.stop_error());
}

TEST_CASE("A destination that reconnects has not ended, and an end too many counts for nothing") {
  Endings endings(1);
  endings.Hear({.destination = 0, .state = PublishState::kReconnecting, .error = kLost});
  CHECK_FALSE(endings.has_all_ended());

  endings.Hear({.destination = 0, .state = PublishState::kEnded, .error = {}});
  endings.Hear({.destination = 0, .state = PublishState::kEnded, .error = kLost});

  CHECK(endings.has_all_ended());
  CHECK_FALSE(endings.stop_error());
}

}  // namespace
}  // namespace onair::apple
