// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/openh264_encoder.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "codec/bitstream/access_unit.h"
#include "codec/bitstream/avc_config.h"
#include "codec/bitstream/capture_stamp.h"
#include "codec/bitstream/h264_sps.h"
#include "codec/bitstream/nal.h"
#include "tests/codec/support/encoder_run.h"

namespace onair::codec {
namespace {

using namespace testing;

VideoConfig SmallConfig() {
  VideoConfig config = testing::SmallConfig(VideoCodec::kH264);
  config.encoder = EncoderChoice::kOpenH264;
  return config;
}

TEST_CASE("OpenH264's pictures decode to nearly the same pictures, one for one") {
  for (const auto format : {PixelFormat::kI420, PixelFormat::kNv12}) {
    for (const auto profile : {H264Profile::kHigh, H264Profile::kConstrainedBaseline}) {
      Scene scene;
      scene.format = format;
      VideoConfig config = SmallConfig();
      config.h264_profile = profile;
      auto encoder = Open(config);
      const auto encoded = EncodeMany(*encoder, scene, 30);
      REQUIRE(encoded.size() == 30);

      const auto decoded = DecodeAll(encoder->track(), encoded);

      scene.format = PixelFormat::kI420;
      REQUIRE(decoded.size() == 30);
      for (int i = 0; i < 30; ++i) {
        CAPTURE(i, format, profile);
        CHECK(decoded[i].pts == DrawFrame(scene, i).pts);
        CHECK(LumaPsnr(decoded[i].picture, DrawPicture(scene, i)) > 26);
      }
      CHECK(LumaPsnr(decoded[29].picture, DrawPicture(scene, 29)) > 29);
    }
  }
}

TEST_CASE("OpenH264's track is known before the first picture and lets nobody hold one back") {
  for (const auto profile : {H264Profile::kHigh, H264Profile::kConstrainedBaseline}) {
    VideoConfig config = SmallConfig();
    config.size = {854, 480};
    config.frame_rate = 29.97;
    config.h264_profile = profile;
    const auto encoder = Open(config);
    const VideoTrack& track = encoder->track();
    CHECK(track.size == config.size);
    CHECK(track.frame_rate == Approx(29.97).epsilon(1e-4));
    const auto record = ParseAvcConfig(track.config.view());
    REQUIRE(record);
    const bool is_high = profile == H264Profile::kHigh;
    CHECK(record->profile_idc == (is_high ? 100 : 66));
    if (!is_high) CHECK((record->constraint_flags & 0x40) != 0);  // constraint_set1_flag
    const auto sps = ParseH264Sps(record->sps.front());
    REQUIRE(sps);
    CHECK(sps->reorder_depth() == 0);
    CHECK_FALSE(sps->is_full_range);
    const auto pps = ParseH264Pps(record->pps.front());
    REQUIRE(pps);
    CHECK(pps->is_cabac == is_high);
  }
}

TEST_CASE(
    "OpenH264's access units are valid, hold no parameter sets, and need just the first ones") {
  auto encoder = Open(SmallConfig());
  const auto frames = EncodeMany(*encoder, {}, 130);
  for (const auto& frame : frames) {
    REQUIRE(ValidateAccessUnit(frame.payload.view(), VideoCodec::kH264));
    CHECK(frame.dts == frame.pts);
    const auto units = SplitLengths(frame.payload.view());
    for (const ByteView nal : *units) {
      const int type = NalType(nal, VideoCodec::kH264);
      CHECK((type == 1 || type == 5));
    }
  }
  CHECK(DecodeAll(encoder->track(), frames).size() == 130);
}

TEST_CASE("OpenH264 codes key frames once per GOP in media time, on a wish, and nowhere else") {
  auto encoder = Open(SmallConfig());
  const auto frames = EncodeMany(*encoder, {}, 130, [](VideoEncoder& e, int i) {
    if (i == 17) REQUIRE(e.Apply({Kbps(400), 30, 0, KeyFrameWanted::kYes}));
  });
  for (int i = 0; i < 130; ++i) {
    CAPTURE(i);
    CHECK(frames[i].is_key() == (i == 0 || i == 17 || i == 77));
    if (!frames[i].is_key()) CHECK(frames[i].kind == FrameKind::kReference);
  }
}

TEST_CASE("OpenH264 keeps the rate, and a new one from the next picture on without a key frame") {
  auto encoder = Open(SmallConfig());
  const auto frames = EncodeMany(*encoder, {}, 540, [](VideoEncoder& e, int i) {
    if (i == 180) REQUIRE(e.Apply({Kbps(150), 30}));
    if (i == 360) REQUIRE(e.Apply({Kbps(400), 30}));
  });
  CHECK(KeyFrames(frames) == 9);
  CHECK(RateIn(frames, 2, 4) == Approx(400).epsilon(0.06));
  CHECK(RateIn(frames, 6, 1) == Approx(150).epsilon(0.2));
  CHECK(RateIn(frames, 8, 4) == Approx(150).epsilon(0.06));
  CHECK(RateIn(frames, 12, 1.5) == Approx(400).epsilon(0.2));
  CHECK(RateIn(frames, 14, 4) == Approx(400).epsilon(0.06));
}

TEST_CASE("OpenH264 keeps the rate at half of the pictures") {
  auto encoder = Open(SmallConfig());
  const auto frames = EncodeMany(*encoder, {}, 300, [](VideoEncoder& e, int i) {
    if (i == 60) REQUIRE(e.Apply({Kbps(400), 15}));
  });
  CHECK(frames.size() < 200);
  CHECK(RateIn(frames, 4, 6) == Approx(400).epsilon(0.08));
}

TEST_CASE("No picture of OpenH264's is larger than the VBV, at the start and after a cut") {
  auto encoder = Open(SmallConfig());
  std::vector<EncodedFrame> frames;
  for (int i = 0; i < 90; ++i) {
    // Two seconds of a still, then noise that shares nothing with it.
    Scene scene;
    scene.noise = i < 60 ? 0 : 40;
    const Picture picture = DrawPicture(scene, i < 60 ? 0 : 5000 + 37 * i);
    REQUIRE(
        encoder->Encode(VideoFrame(picture, MediaTime::Millis(33 * i), Timestamp::Zero()), frames));
  }
  REQUIRE(frames.size() == 90);
  for (int i = 0; i < 90; ++i) {
    CAPTURE(i);
    CHECK(frames[i].payload.size() <= 400'000 / 8 / 4);
  }
  CHECK(DecodeAll(encoder->track(), frames).size() == 90);
}

TEST_CASE("OpenH264's pictures carry their capture time where it is known") {
  auto encoder = Open(SmallConfig());
  std::vector<EncodedFrame> frames;
  for (int i = 0; i < 4; ++i) {
    VideoFrame frame = DrawFrame({}, i);
    if (i != 2) frame.captured_utc = UtcTime::Micros(1'700'000'000'000'000 + i);
    REQUIRE(encoder->Encode(frame, frames));
  }
  for (int i = 0; i < 4; ++i) {
    const auto stamp = FindCaptureStamp(frames[i].payload.view(), VideoCodec::kH264);
    CAPTURE(i);
    CHECK(stamp.has_value() == (i != 2));
    if (stamp) CHECK(stamp->us() == 1'700'000'000'000'000 + i);
  }
}

TEST_CASE("OpenH264 says that it follows no regions") {
  const auto encoder = Open(SmallConfig());
  CHECK(encoder->capabilities().roi == RoiSupport::kNone);
  CHECK(encoder->capabilities().held_pictures == 0);
}

TEST_CASE("OpenH264 refuses bad pictures and goes on; bad targets change nothing") {
  auto encoder = Open(SmallConfig());
  std::vector<EncodedFrame> out;
  REQUIRE(encoder->Encode(DrawFrame({}, 0), out));
  Scene other;
  other.size = {320, 190};
  CHECK(encoder->Encode(DrawFrame(other, 1), out).error().code == ErrorCode::kEncodeFailed);
  CHECK(encoder->Encode(DrawFrame({}, 0), out).error().code == ErrorCode::kEncodeFailed);
  CHECK(encoder->Apply({DataRate::Zero(), 30, 0, KeyFrameWanted::kYes}).error().code ==
        ErrorCode::kInvalidConfig);
  REQUIRE(encoder->Encode(DrawFrame({}, 1), out));
  REQUIRE(out.size() == 2);
  CHECK_FALSE(out[1].is_key());
}

TEST_CASE("OpenH264 refuses settings that it does not know") {
  VideoConfig odd = SmallConfig();
  odd.size = {321, 192};
  CHECK(OpenOpenH264Encoder(odd).error().detail == "video.size.width");
  VideoConfig hevc = SmallConfig();
  hevc.codec = VideoCodec::kH265;
  CHECK(OpenOpenH264Encoder(hevc).error().code == ErrorCode::kCodecUnavailable);
  VideoConfig preset = SmallConfig();
  preset.preset = "ludicrous";
  CHECK(OpenOpenH264Encoder(preset).error().detail == "video.preset");
  VideoConfig large = SmallConfig();
  large.size = {4096, 4096};
  CHECK(OpenOpenH264Encoder(large).error().code == ErrorCode::kCodecOpen);
}

TEST_CASE("OpenH264 takes every preset, thread count and the smallest and oddest sizes") {
  for (const char* preset : {"ultrafast", "auto", "slow"}) {
    for (const PictureSize size : {PictureSize{16, 16}, PictureSize{318, 182}}) {
      for (const int threads : {1, 2, 16}) {
        VideoConfig config = SmallConfig();
        config.size = size;
        config.rate = Kbps(100);
        config.preset = preset;
        config.threads = threads;
        Scene scene;
        scene.size = size;
        auto encoder = Open(config);
        CAPTURE(preset, size.width, threads);
        const auto frames = EncodeMany(*encoder, scene, 5);
        CHECK(frames.size() == 5);
        const auto decoded = DecodeAll(encoder->track(), frames);
        REQUIRE(decoded.size() == 5);
        CHECK(decoded[0].picture.size() == size);
      }
    }
  }
}

}  // namespace
}  // namespace onair::codec
