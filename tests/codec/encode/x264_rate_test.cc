// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>

#include "codec/encode/x264_encoder.h"
#include "tests/codec/support/encoder_run.h"

namespace onair::codec {
namespace {

using namespace testing;

VideoConfig SmallConfig() {
  return testing::SmallConfig(VideoCodec::kH264);
}

TEST_CASE("The rate follows its target down and up without a key frame and all decodes") {
  VideoConfig config = SmallConfig();
  config.size = {480, 272};
  config.rate = Kbps(1000);
  config.gop = TimeDelta::Seconds(20);
  config.preset = "superfast";
  Scene scene;
  scene.size = config.size;
  scene.noise = 6;
  auto encoder = Open(config);
  const auto frames = EncodeMany(*encoder, scene, 330, [](VideoEncoder& e, int i) {
    if (i == 90) REQUIRE(e.Apply({Kbps(400), 30}));
    if (i == 210) REQUIRE(e.Apply({Kbps(1000), 30}));
  });

  CHECK(RateIn(frames, 1, 2) == Approx(1000).epsilon(0.15));
  CHECK(RateIn(frames, 3, 1) == Approx(400).epsilon(0.15));
  CHECK(RateIn(frames, 4, 3) == Approx(400).epsilon(0.08));
  CHECK(RateIn(frames, 7, 1.5) == Approx(1000).epsilon(0.12));
  CHECK(RateIn(frames, 8.5, 2.5) == Approx(1000).epsilon(0.08));
  CHECK(KeyFrames(frames) == 1);
  CHECK(DecodeAll(encoder->track(), frames).size() == 330);
}

TEST_CASE("A lower frame rate drops pictures evenly, keeps the rate and all decodes") {
  VideoConfig config = SmallConfig();
  config.gop = TimeDelta::Seconds(20);
  Scene scene;
  scene.noise = 6;
  auto encoder = Open(config);
  const auto frames = EncodeMany(*encoder, scene, 240, [](VideoEncoder& e, int i) {
    if (i == 60) REQUIRE(e.Apply({Kbps(400), 15}));
  });

  CHECK(frames.size() == Approx(60 + 90).margin(2));
  CHECK(RateIn(frames, 4, 4) == Approx(400).epsilon(0.15));
  CHECK(KeyFrames(frames) == 1);
  CHECK(DecodeAll(encoder->track(), frames).size() == frames.size());
}

TEST_CASE("A camera at half the configured rate still gets the whole bit rate") {
  VideoConfig config = SmallConfig();
  Scene scene;
  scene.noise = 6;
  auto encoder = Open(config);
  const auto frames = EncodeMany(*encoder, scene, 90, {}, 15);
  CHECK(RateIn(frames, 2, 4) == Approx(400).epsilon(0.15));
}

TEST_CASE("The first key frame fits the VBV") {
  VideoConfig config = SmallConfig();
  Scene scene;
  scene.noise = 6;
  auto encoder = Open(config);
  const auto frames = EncodeMany(*encoder, scene, 2);
  const double span_s = 8.0 * static_cast<double>(frames[0].payload.size()) / 400e3;
  CHECK(span_s < config.vbv.seconds_f() * 1.2);
}

// The most that lies in a buffer that is filled by `frames` and drained at `rate_of_frame`, as a
// span at that rate.
double FullestSeconds(const std::vector<EncodedFrame>& frames,
                      const std::function<double(const EncodedFrame&)>& kbps_of, double fps = 30) {
  double bits = 0;
  double most = 0;
  for (const auto& frame : frames) {
    const double rate = 1000 * kbps_of(frame);
    bits = std::max(0.0, bits) + 8.0 * static_cast<double>(frame.payload.size());
    most = std::max(most, bits / rate);
    bits -= rate / fps;
  }
  return most;
}

TEST_CASE("The rate is the wanted one over six seconds, looking ahead or not, regions or not") {
  VideoConfig ahead = SmallConfig();
  ahead.look_ahead = TimeDelta::Millis(334);
  for (const VideoConfig& like : {SmallConfig(), ahead}) {
    for (const int kbps : {150, 400, 1000}) {
      for (const auto& roi : {std::optional<RoiMap>(), std::optional<RoiMap>(MiddleRegion())}) {
        VideoConfig config = like;
        config.threads = 1;  // x264's slice threads under a VBV do not repeat themselves.
        config.rate = Kbps(kbps);
        auto encoder = Open(config);
        std::vector<EncodedFrame> frames;
        for (int i = 0; i < 180; ++i) {
          VideoFrame frame = DrawFrame({}, i);
          frame.roi = roi;
          REQUIRE(encoder->Encode(frame, frames));
        }
        REQUIRE(encoder->Flush(frames));

        CAPTURE(kbps, config.look_ahead.ms(), roi.has_value());
        CHECK(RateIn(frames, 0, 6) == Approx(kbps).epsilon(0.02));
        CHECK(FullestSeconds(frames, [&](const auto&) { return kbps; }) <
              (config.vbv + config.look_ahead).seconds_f());
      }
    }
  }
}

}  // namespace
}  // namespace onair::codec
