// SPDX-License-Identifier: Apache-2.0
//
// Which of our encoders is taken. In a build without the GPL ones (ONAIR_GPL_CODECS=OFF) this file
// says so too: what is here is asked of the registry.
#include "codec/encode/video_encoder.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/codec/support/encoder_run.h"

namespace onair::codec {
namespace {

const VideoBackend& BackendOf(EncoderChoice choice) {
  const auto all = VideoBackends();
  return *std::find_if(all.begin(), all.end(), [&](const auto& b) { return b.choice == choice; });
}

TEST_CASE("A backend is what it says before it is opened") {
  for (const VideoBackend& backend : VideoBackends()) {
    VideoConfig config = testing::SmallConfig(backend.codec);
    config.encoder = backend.choice;
    if (!backend.find(config)) continue;
    const auto encoder = OpenVideoEncoder(config);
    CAPTURE(backend.name);
    REQUIRE(encoder);
    CHECK((*encoder)->capabilities().name == backend.name);
    CHECK((*encoder)->capabilities().roi == backend.roi);
    CHECK((*encoder)->capabilities().rate_change == RateChange::kInFlight);
    CHECK((*encoder)->capabilities().frame_limit != FrameLimitSupport::kNone);
    CHECK((*encoder)->track().codec == backend.codec);
  }
}

TEST_CASE("Without a name the first encoder of the codec that is here is taken") {
  const VideoConfig config = testing::SmallConfig(VideoCodec::kH264);
  const bool has_x264 = BackendOf(EncoderChoice::kX264).find(config).has_value();
  const auto encoder = OpenVideoEncoder(config);
  REQUIRE(encoder);
  CHECK((*encoder)->capabilities().name == (has_x264 ? "x264" : "openh264"));
}

TEST_CASE("A named encoder is that one or nothing, and says what is missing") {
  VideoConfig config = testing::SmallConfig(VideoCodec::kH264);
  config.encoder = EncoderChoice::kOpenH264;
  config.openh264_library = "libno-such-codec.so.9";
  const auto encoder = OpenVideoEncoder(config);
  REQUIRE_FALSE(encoder);
  CHECK(encoder.error().code == ErrorCode::kCodecUnavailable);
  CHECK_THAT(encoder.error().detail, Catch::Contains("libno-such-codec.so.9"));
  CHECK_FALSE(BackendOf(EncoderChoice::kOpenH264).find(config));
}

TEST_CASE("A library that is no OpenH264 is refused with the symbol that it lacks") {
  VideoConfig config = testing::SmallConfig(VideoCodec::kH264);
  config.encoder = EncoderChoice::kOpenH264;
  config.openh264_library = "libm.so.6";
  const auto encoder = OpenVideoEncoder(config);
  REQUIRE_FALSE(encoder);
  CHECK(encoder.error().code == ErrorCode::kCodecUnavailable);
  CHECK(encoder.error().detail == "libm.so.6: no WelsGetCodecVersionEx");
}

TEST_CASE("An encoder that is named for another codec is refused") {
  VideoConfig config = testing::SmallConfig(VideoCodec::kH265);
  config.encoder = EncoderChoice::kOpenH264;
  const auto encoder = OpenVideoEncoder(config);
  REQUIRE_FALSE(encoder);
  CHECK(encoder.error().code == ErrorCode::kCodecUnavailable);
}

TEST_CASE("Settings that one encoder refuses are not tried on the next") {
  VideoConfig config = testing::SmallConfig(VideoCodec::kH264);
  config.preset = "ludicrous";
  CHECK(OpenVideoEncoder(config).error().code == ErrorCode::kInvalidConfig);
}

}  // namespace
}  // namespace onair::codec
