// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/encoder_plan.h"

#include <catch2/catch.hpp>

namespace onair {
namespace {

constexpr const char* kRtmp = "rtmp://host/live/room";
constexpr const char* kRts = "rts://host/live/room";

PublisherConfig To(std::vector<std::string> urls) {
  PublisherConfig config;
  config.urls = std::move(urls);
  config.video->look_ahead = TimeDelta::Millis(333);
  return config;
}

TEST_CASE("Without WebRTC encoders do what the app asked for") {
  const PublisherConfig config = To({kRtmp, "file:/tmp/x.mp4"});
  const EncoderPlan plan = PlanEncoders(config);
  CHECK(plan.video->h264_profile == H264Profile::kHigh);
  CHECK(plan.video->look_ahead == TimeDelta::Millis(333));
  REQUIRE(plan.audio.size() == 1);
  CHECK(plan.audio[0].codec == AudioCodec::kAac);
  CHECK(SoundFor(config, kRtmp) == AudioCodec::kAac);
}

TEST_CASE("WebRTC alone gets the constrained baseline at once, and Opus only") {
  for (const char* url : {kRts, "whip+https://host/in", "webrtc://host/live/room",
                          "artc://host/live/room?auth_key=1"}) {
    PublisherConfig config = To({url});
    config.audio->format.sample_rate = 44'100;
    REQUIRE(config.Validate());
    const EncoderPlan plan = PlanEncoders(config);
    CHECK(plan.video->h264_profile == H264Profile::kConstrainedBaseline);
    CHECK(plan.video->look_ahead == TimeDelta::Zero());
    CHECK(plan.video->vbv == TimeDelta::Millis(100));
    REQUIRE(plan.audio.size() == 1);
    CHECK(plan.audio[0].codec == AudioCodec::kOpus);
    CHECK(plan.audio[0].Validate());
  }
}

TEST_CASE("Beside RTMP, WebRTC's wishes hold for the one picture and sound is coded twice") {
  const PublisherConfig config = To({kRtmp, kRts, kRtmp});
  const EncoderPlan plan = PlanEncoders(config);
  CHECK(plan.video->h264_profile == H264Profile::kConstrainedBaseline);
  REQUIRE(plan.audio.size() == 2);
  CHECK(plan.audio[0].codec == AudioCodec::kAac);
  CHECK(plan.audio[1].codec == AudioCodec::kOpus);
  CHECK(SoundFor(config, kRtmp) == AudioCodec::kAac);
  CHECK(SoundFor(config, kRts) == AudioCodec::kOpus);
}

TEST_CASE("An app that wants Opus everywhere pays for one encoder") {
  PublisherConfig config = To({kRtmp, kRts});
  config.audio->codec = AudioCodec::kOpus;
  CHECK(PlanEncoders(config).audio.size() == 1);
}

TEST_CASE("A stream without sound or without pictures plans none") {
  PublisherConfig config = To({kRtmp, kRts});
  config.audio.reset();
  CHECK(PlanEncoders(config).audio.empty());
  CHECK_FALSE(SoundFor(config, kRts));
  config.audio.emplace();
  config.video.reset();
  CHECK_FALSE(PlanEncoders(config).video);
}

TEST_CASE("WebRTC addresses are checked before anything starts") {
  const auto refused = [](const char* url) { return To({url}).Validate().error().code; };
  CHECK(refused("rts://host/live") == ErrorCode::kInvalidUrl);
  CHECK(refused("whep+http://host/out") == ErrorCode::kInvalidUrl);
  CHECK(refused("webrtc://host/live/room?txSecret=1") == ErrorCode::kUnsupported);
  PublisherConfig recorded = To({kRts});
  recorded.record_inputs = "/tmp/x.inputs";
  CHECK(recorded.Validate().error().code == ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace onair
