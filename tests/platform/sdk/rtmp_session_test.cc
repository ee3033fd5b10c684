// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/rtmp_session.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair {
namespace {

RtmpSessionSetup Example() {
  RtmpSessionSetup setup;
  setup.url = "rtmps://live.example:444/app/key?token=1";
  setup.session.queue_span = TimeDelta::Millis(700);
  setup.session.reconnect.jitter = 0.125;
  setup.session.hevc_rtmp = HevcSignalling::kLegacy12;
  setup.video = VideoCodec::kH265;
  setup.video_rate = DataRate::KilobitsPerSec(2345);
  setup.controller = {"obs", {.max_rate = DataRate::KilobitsPerSec(2345)}};
  setup.seed = 99;
  return setup;
}

TEST_CASE("A session's setup comes back from its bytes") {
  const Bytes bytes = Serialize(Example());
  const auto setup = ParseRtmpSessionSetup(bytes);
  REQUIRE(setup);
  CHECK(Serialize(*setup) == bytes);
  CHECK(setup->url == Example().url);
  CHECK(setup->session.queue_span == TimeDelta::Millis(700));
  CHECK(setup->controller.name == "obs");
  CHECK(setup->controller.limits.max_rate == DataRate::KilobitsPerSec(2345));
  CHECK(setup->seed == 99);
}

TEST_CASE("A controller's parameters are part of a session's setup, in bounds") {
  RtmpSessionSetup setup = Example();
  setup.controller = {"onair", {}, {{"drain_ms", 123.5}, {"use", 0.75}}};
  const auto read = ParseRtmpSessionSetup(Serialize(setup));
  REQUIRE(read);
  CHECK(read->controller.parameters == setup.controller.parameters);
  CHECK(RtmpSession::Make(*read, NullTrace(), nullptr));

  setup.controller.parameters.resize(65, {"use", 0.75});
  CHECK_FALSE(ParseRtmpSessionSetup(Serialize(setup)));
  setup.controller.parameters = {{"use", 7}};
  CHECK_FALSE(RtmpSession::Make(setup, NullTrace(), nullptr));
}

TEST_CASE("A setup that is cut, changed or of another version is refused or valid, never more") {
  const Bytes whole = Serialize(Example());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto setup = ParseRtmpSessionSetup(ByteView(whole).first(size));
    REQUIRE_FALSE(setup);
    CHECK(setup.error().code == ErrorCode::kFileMalformed);
  }
  for (std::size_t i = 0; i < whole.size(); ++i) {
    Bytes changed = whole;
    changed[i] ^= 0xff;
    const auto setup = ParseRtmpSessionSetup(changed);
    if (setup) CHECK(setup->session.Validate());
  }
}

TEST_CASE("A session is refused for an address or a controller that nobody knows") {
  RtmpSessionSetup setup = Example();
  setup.url = "http://live.example/app/key";
  CHECK_FALSE(RtmpSession::Make(setup, NullTrace(), nullptr));
  setup = Example();
  setup.controller.name = "nobody";
  const auto made = RtmpSession::Make(setup, NullTrace(), nullptr);
  REQUIRE_FALSE(made);
  CHECK(made.error().code == ErrorCode::kInvalidConfig);
}

}  // namespace
}  // namespace onair
