// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/x264_encoder.h"

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
  return testing::SmallConfig(VideoCodec::kH264);
}

TEST_CASE("Encoded pictures decode to nearly the same pictures, one for one") {
  for (const auto format : {PixelFormat::kI420, PixelFormat::kNv12}) {
    Scene scene;
    scene.format = format;
    auto encoder = Open(SmallConfig());
    const auto encoded = EncodeMany(*encoder, scene, 30);
    REQUIRE(encoded.size() == 30);

    const auto decoded = DecodeAll(encoder->track(), encoded);

    scene.format = PixelFormat::kI420;
    REQUIRE(decoded.size() == 30);
    for (int i = 0; i < 30; ++i) {
      CAPTURE(i, format);
      CHECK(decoded[i].pts == DrawFrame(scene, i).pts);
      CHECK(LumaPsnr(decoded[i].picture, DrawPicture(scene, i)) > 27);
    }
    CHECK(LumaPsnr(decoded[29].picture, DrawPicture(scene, 29)) > 30);
  }
}

TEST_CASE("The track is known before the first picture and comes from the SPS") {
  VideoConfig config = SmallConfig();
  config.size = {854, 480};
  config.frame_rate = 29.97;
  const auto encoder = Open(config);

  const VideoTrack& track = encoder->track();
  CHECK(track.size == config.size);
  CHECK(track.frame_rate == Approx(29.97).epsilon(1e-4));
  const auto record = ParseAvcConfig(track.config.view());
  REQUIRE(record);
  const auto sps = ParseH264Sps(record->sps.front());
  REQUIRE(sps);
  CHECK(sps->reorder_depth() == 0);
  CHECK_FALSE(sps->is_full_range);
}

TEST_CASE("The SPS lets no receiver hold a picture back, in either profile") {
  for (const auto profile : {H264Profile::kHigh, H264Profile::kConstrainedBaseline}) {
    VideoConfig config = SmallConfig();
    config.h264_profile = profile;
    const auto encoder = Open(config);
    const auto record = ParseAvcConfig(encoder->track().config.view());
    REQUIRE(record);
    const auto sps = ParseH264Sps(record->sps[0]);
    REQUIRE(sps);
    CHECK(sps->max_reorder_pictures == 0);
    CHECK(sps->reorder_depth() == 0);
    REQUIRE(sps->max_dpb_pictures);
    CHECK(*sps->max_dpb_pictures == sps->max_references);
  }
}

TEST_CASE("The constrained baseline is marked as such and has neither CABAC nor B pictures") {
  VideoConfig config = SmallConfig();
  config.h264_profile = H264Profile::kConstrainedBaseline;
  config.look_ahead = TimeDelta::Millis(300);
  auto encoder = Open(config);
  const auto record = ParseAvcConfig(encoder->track().config.view());
  REQUIRE(record);
  CHECK(record->profile_idc == 66);
  CHECK((record->constraint_flags & 0x40) != 0);  // constraint_set1_flag
  const auto pps = ParseH264Pps(record->pps[0]);
  REQUIRE(pps);
  CHECK_FALSE(pps->is_cabac);

  auto frames = EncodeMany(*encoder, {}, 30);
  REQUIRE(encoder->Flush(frames));
  REQUIRE(frames.size() == 30);
  for (const auto& frame : frames) CHECK(frame.dts == frame.pts);
  CHECK(DecodeAll(encoder->track(), frames).size() == 30);
}

TEST_CASE("Access units are valid, hold no parameter sets and no delimiters") {
  auto encoder = Open(SmallConfig());
  const auto frames = EncodeMany(*encoder, {}, 70);
  for (const auto& frame : frames) {
    REQUIRE(ValidateAccessUnit(frame.payload.view(), VideoCodec::kH264));
    CHECK(frame.dts == frame.pts);
    const auto units = SplitLengths(frame.payload.view());
    for (const ByteView nal : *units) {
      const int type = NalType(nal, VideoCodec::kH264);
      CHECK((type == 1 || type == 5 || type == 6));
    }
  }
}

TEST_CASE("Key frames come once per GOP in media time and nowhere else") {
  auto encoder = Open(SmallConfig());
  const auto frames = EncodeMany(*encoder, {}, 130);
  for (int i = 0; i < 130; ++i) {
    CAPTURE(i);
    CHECK(frames[i].is_key() == (i % 60 == 0));
    if (i % 60 != 0) CHECK(frames[i].kind == FrameKind::kReference);
  }
}

TEST_CASE("A slower camera does not stretch the GOP") {
  auto encoder = Open(SmallConfig());
  const auto frames = EncodeMany(*encoder, {}, 50, {}, 10);
  for (int i = 0; i < 50; ++i) {
    CAPTURE(i);
    CHECK(frames[i].is_key() == (i % 20 == 0));
  }
}

TEST_CASE("A wished key frame comes at once and only once") {
  auto encoder = Open(SmallConfig());
  const auto frames = EncodeMany(*encoder, {}, 50, [](VideoEncoder& e, int i) {
    if (i == 17) REQUIRE(e.Apply({Kbps(400), 30, 0, KeyFrameWanted::kYes}));
  });
  for (int i = 0; i < 50; ++i) {
    CAPTURE(i);
    CHECK(frames[i].is_key() == (i == 0 || i == 17));
  }
}

TEST_CASE("A cut between scenes brings no key frame") {
  auto encoder = Open(SmallConfig());
  std::vector<EncodedFrame> frames;
  for (int i = 0; i < 40; ++i) {
    const Picture picture = DrawPicture({}, i < 20 ? i : 5000 + 37 * i);
    REQUIRE(
        encoder->Encode(VideoFrame(picture, MediaTime::Millis(33 * i), Timestamp::Zero()), frames));
  }
  CHECK(KeyFrames(frames) == 1);
}

TEST_CASE("Pictures carry their capture time where it is known") {
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
    CHECK(frames[i].captured_at == Timestamp::Micros(frames[i].pts.us()));
  }
}

TEST_CASE("A picture of another size or an old pts is refused and the next one encodes") {
  auto encoder = Open(SmallConfig());
  std::vector<EncodedFrame> out;
  REQUIRE(encoder->Encode(DrawFrame({}, 0), out));

  Scene other;
  other.size = {320, 190};
  CHECK(encoder->Encode(DrawFrame(other, 1), out).error().code == ErrorCode::kEncodeFailed);
  CHECK(encoder->Encode(DrawFrame({}, 0), out).error().code == ErrorCode::kEncodeFailed);
  CHECK(out.size() == 1);
  REQUIRE(encoder->Encode(DrawFrame({}, 1), out));
  CHECK(out.size() == 2);
}

TEST_CASE("Targets out of range are refused and change nothing") {
  auto encoder = Open(SmallConfig());
  for (const EncoderTarget& bad :
       {EncoderTarget{DataRate::Zero(), 30}, EncoderTarget{Kbps(400), 0},
        EncoderTarget{Kbps(400), 121}, EncoderTarget{DataRate::BitsPerSec(-1), 30}}) {
    EncoderTarget target = bad;
    target.key_frame = KeyFrameWanted::kYes;
    CHECK(encoder->Apply(target).error().code == ErrorCode::kInvalidConfig);
  }
  const auto frames = EncodeMany(*encoder, {}, 10, [&](VideoEncoder& e, int i) {
    if (i == 5) CHECK_FALSE(e.Apply({DataRate::Zero(), 30, 0, KeyFrameWanted::kYes}));
  });
  CHECK(KeyFrames(frames) == 1);
}

TEST_CASE("Odd sizes, other codecs and unknown presets are refused at opening") {
  VideoConfig odd = SmallConfig();
  odd.size = {321, 192};
  CHECK(OpenX264Encoder(odd).error().detail == "video.size.width");

  VideoConfig hevc = SmallConfig();
  hevc.codec = VideoCodec::kH265;
  CHECK(OpenX264Encoder(hevc).error().code == ErrorCode::kCodecUnavailable);

  VideoConfig preset = SmallConfig();
  preset.preset = "ludicrous";
  CHECK(OpenX264Encoder(preset).error().detail == "video.preset");
}

TEST_CASE("Every preset and the smallest and oddest sizes encode without delay") {
  for (const char* preset : {"ultrafast", "superfast", "veryfast", "medium", "slow"}) {
    for (const PictureSize size : {PictureSize{16, 16}, PictureSize{318, 182}}) {
      VideoConfig config;
      config.size = size;
      config.rate = Kbps(100);
      config.preset = preset;
      Scene scene;
      scene.size = size;
      auto encoder = Open(config);
      CAPTURE(preset, size.width);
      const auto frames = EncodeMany(*encoder, scene, 5);
      CHECK(frames.size() == 5);
      const auto decoded = DecodeAll(encoder->track(), frames);
      REQUIRE(decoded.size() == 5);
      CHECK(decoded[0].picture.size() == size);
    }
  }
}

TEST_CASE("Emphasis out of range is refused") {
  auto encoder = Open(SmallConfig());
  for (const double bad : {-0.1, 2.1, std::nan("")}) {
    EncoderTarget target{Kbps(400), 30};
    target.roi_emphasis = bad;
    CHECK(encoder->Apply(target).error().detail == "target.roi_emphasis");
  }
}

}  // namespace
}  // namespace onair::codec
