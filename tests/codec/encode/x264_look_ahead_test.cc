// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>

#include "codec/bitstream/capture_stamp.h"
#include "codec/encode/x264_encoder.h"
#include "tests/codec/support/encoder_run.h"

namespace onair::codec {
namespace {

using namespace testing;

VideoConfig SmallConfig() {
  return testing::SmallConfig(VideoCodec::kH264);
}

std::vector<EncodedFrame> ByPts(std::vector<EncodedFrame> frames) {
  std::sort(frames.begin(), frames.end(),
            [](const auto& a, const auto& b) { return a.pts < b.pts; });
  return frames;
}

VideoConfig LookAheadConfig() {
  VideoConfig config = SmallConfig();
  config.look_ahead = TimeDelta::Millis(334);
  return config;
}

TEST_CASE("Looking ahead holds the told number of pictures, and the flush gives the rest") {
  auto encoder = Open(LookAheadConfig());
  CHECK(encoder->capabilities().held_pictures == 10);
  std::vector<EncodedFrame> frames;
  for (int i = 0; i < 70; ++i) {
    VideoFrame frame = DrawFrame({}, i);
    frame.captured_utc = UtcTime::Micros(1'700'000'000'000'000 + i);
    REQUIRE(encoder->Encode(frame, frames));
    CHECK(frames.size() == static_cast<std::size_t>(std::max(0, i + 1 - 10)));
  }
  REQUIRE(encoder->Flush(frames));

  REQUIRE(frames.size() == 70);
  const auto in_display_order = ByPts(frames);
  for (int i = 0; i < 70; ++i) {
    CAPTURE(i);
    const EncodedFrame& frame = in_display_order[i];
    const VideoFrame in = DrawFrame({}, i);
    CHECK(frame.pts == in.pts);
    CHECK(frame.captured_at == in.captured_at);
    CHECK(frame.is_key() == (i % 60 == 0));
    const auto stamp = FindCaptureStamp(frame.payload.view(), VideoCodec::kH264);
    REQUIRE(stamp);
    CHECK(stamp->us() == 1'700'000'000'000'000 + i);
  }
  const auto decoded = DecodeAll(encoder->track(), frames);
  REQUIRE(decoded.size() == 70);
  for (int i = 0; i < 70; ++i) {
    CHECK(decoded[i].pts == DrawFrame({}, i).pts);
    CHECK(LumaPsnr(decoded[i].picture, DrawPicture({}, i)) > 27);
  }
}

TEST_CASE("Looking ahead brings droppable pictures, and dts that rise and never pass pts") {
  auto encoder = Open(LookAheadConfig());
  Scene scene;
  scene.noise = 0;
  auto frames = EncodeMany(*encoder, scene, 130);
  REQUIRE(encoder->Flush(frames));

  CHECK(frames.front().dts == frames.front().pts);
  int droppable = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    CAPTURE(i);
    CHECK(frames[i].dts <= frames[i].pts);
    if (i > 0) CHECK(frames[i].dts > frames[i - 1].dts);
    if (frames[i].kind == FrameKind::kDroppable) ++droppable;
  }
  CHECK(droppable > 20);

  // They are: the others decode without them.
  std::erase_if(frames, [](const auto& frame) { return frame.kind == FrameKind::kDroppable; });
  CHECK(DecodeAll(encoder->track(), frames).size() == frames.size());
}

TEST_CASE("A key frame wished while looking ahead is the next picture in, not the next out") {
  auto encoder = Open(LookAheadConfig());
  auto frames = EncodeMany(*encoder, {}, 40, [](VideoEncoder& e, int i) {
    if (i == 17) REQUIRE(e.Apply({Kbps(400), 30, 0, KeyFrameWanted::kYes}));
  });
  REQUIRE(encoder->Flush(frames));
  REQUIRE(frames.size() == 40);
  frames = ByPts(frames);
  for (int i = 0; i < 40; ++i) {
    CAPTURE(i);
    CHECK(frames[i].is_key() == (i == 0 || i == 17));
  }
}

TEST_CASE("Pictures after a flush are encoded again") {
  for (const VideoConfig& config : {SmallConfig(), LookAheadConfig()}) {
    auto encoder = Open(config);
    auto frames = EncodeMany(*encoder, {}, 15);
    REQUIRE(encoder->Flush(frames));
    for (int i = 15; i < 45; ++i) {
      const auto status = encoder->Encode(DrawFrame({}, i), frames);
      INFO(i << " " << (status ? "" : ToString(status.error())));
      REQUIRE(status);
    }
    REQUIRE(encoder->Flush(frames));
    REQUIRE(frames.size() == 45);
    CHECK(DecodeAll(encoder->track(), frames).size() == 45);
  }
}

TEST_CASE("Looking ahead, a new rate holds from the next picture out") {
  VideoConfig config = LookAheadConfig();
  config.threads = 1;
  config.rate = Kbps(1000);
  auto encoder = Open(config);
  std::vector<EncodedFrame> before;
  std::vector<EncodedFrame> low;
  std::vector<EncodedFrame> high;
  const auto encode = [&](int from, int to, int kbps, std::vector<EncodedFrame>& out) {
    REQUIRE(encoder->Apply({Kbps(kbps), 30}));
    for (int i = from; i < to; ++i) REQUIRE(encoder->Encode(DrawFrame({}, i), out));
  };
  encode(0, 190, 1000, before);
  encode(190, 310, 400, low);
  encode(310, 430, 1000, high);

  const auto kbps_of = [](const std::vector<EncodedFrame>& frames) {
    double bytes = 0;
    for (const auto& frame : frames) bytes += static_cast<double>(frame.payload.size());
    return bytes * 8 / 1000 * 30 / static_cast<double>(frames.size());
  };
  CHECK(kbps_of({low.begin(), low.begin() + 60}) == Approx(400).epsilon(0.1));
  CHECK(kbps_of(low) == Approx(400).epsilon(0.05));
  CHECK(kbps_of({high.begin(), high.begin() + 60}) == Approx(1000).epsilon(0.1));
  CHECK(kbps_of(high) == Approx(1000).epsilon(0.05));
}

TEST_CASE("A look-ahead shorter than a picture holds none") {
  VideoConfig config = SmallConfig();
  config.look_ahead = TimeDelta::Millis(30);
  CHECK(Open(config)->capabilities().held_pictures == 0);
}

}  // namespace
}  // namespace onair::codec
