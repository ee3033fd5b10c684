// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/x265_encoder.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "codec/bitstream/access_unit.h"
#include "codec/bitstream/capture_stamp.h"
#include "codec/bitstream/hevc_config.h"
#include "codec/bitstream/nal.h"
#include "tests/codec/support/encoder_run.h"

namespace onair::codec {
namespace {

using namespace testing;

VideoConfig SmallConfig() {
  return testing::SmallConfig(VideoCodec::kH265);
}

TEST_CASE("H.265 pictures decode to nearly the same pictures, one for one and at once") {
  for (const auto format : {PixelFormat::kI420, PixelFormat::kNv12}) {
    Scene scene;
    scene.format = format;
    auto encoder = Open(SmallConfig());
    CHECK(encoder->capabilities().held_pictures == 0);
    const auto encoded = EncodeMany(*encoder, scene, 20);
    REQUIRE(encoded.size() == 20);

    const auto decoded = DecodeAll(encoder->track(), encoded);

    scene.format = PixelFormat::kI420;
    REQUIRE(decoded.size() == 20);
    for (int i = 0; i < 20; ++i) {
      CAPTURE(i, format);
      CHECK(decoded[i].pts == DrawFrame(scene, i).pts);
      CHECK(LumaPsnr(decoded[i].picture, DrawPicture(scene, i)) > 26);
    }
    // The colour of an NV12 picture came in too.
    const Picture drawn = DrawPicture(scene, 19);
    for (const std::size_t plane : {1U, 2U}) {
      CHECK(decoded[19].picture.plane(plane).data[40] ==
            Approx(drawn.plane(plane).data[40]).margin(12));
    }
  }
}

TEST_CASE("The H.265 track is known before the first picture and comes from the SPS") {
  VideoConfig config = SmallConfig();
  config.size = {854, 480};
  config.frame_rate = 29.97;
  const auto encoder = Open(config);

  const VideoTrack& track = encoder->track();
  CHECK(track.codec == VideoCodec::kH265);
  CHECK(track.size == config.size);
  CHECK(track.frame_rate == Approx(29.97).epsilon(1e-4));
  const auto record = ParseHevcConfig(track.config.view());
  REQUIRE(record);
  const auto sps = ParseH265Sps(record->sps.front());
  REQUIRE(sps);
  CHECK(sps->reorder_depth == 0);
  CHECK_FALSE(sps->is_full_range);
  CHECK(sps->profile.profile_idc() == 1);
}

TEST_CASE(
    "H.265 access units are valid and hold slices only, a stamp in front where there is one") {
  auto encoder = Open(SmallConfig());
  std::vector<EncodedFrame> frames;
  for (int i = 0; i < 70; ++i) {
    VideoFrame frame = DrawFrame({}, i);
    if (i % 2 == 0) frame.captured_utc = UtcTime::Micros(1'700'000'000'000'000 + i);
    REQUIRE(encoder->Encode(frame, frames));
  }
  REQUIRE(frames.size() == 70);
  for (int i = 0; i < 70; ++i) {
    CAPTURE(i);
    const ByteView payload = frames[i].payload.view();
    REQUIRE(ValidateAccessUnit(payload, VideoCodec::kH265));
    CHECK(frames[i].dts == frames[i].pts);
    CHECK(frames[i].captured_at == Timestamp::Micros(frames[i].pts.us()));
    const auto stamp = FindCaptureStamp(payload, VideoCodec::kH265);
    CHECK(stamp.has_value() == (i % 2 == 0));
    if (stamp) CHECK(stamp->us() == 1'700'000'000'000'000 + i);
    const auto units = SplitLengths(payload);
    for (const ByteView nal : *units) {
      const int type = NalType(nal, VideoCodec::kH265);
      CHECK((type <= 31 || type == 39));
    }
    CHECK(frames[i].is_key() == (i % 60 == 0));
    if (i % 60 != 0) CHECK(frames[i].kind == FrameKind::kReference);
  }
}

TEST_CASE("A slower camera does not stretch the GOP of H.265, a wished key frame comes at once") {
  auto encoder = Open(SmallConfig());
  const auto frames = EncodeMany(
      *encoder, {}, 50,
      [](VideoEncoder& e, int i) {
        if (i == 27) REQUIRE(e.Apply({Kbps(400), 30, 0, KeyFrameWanted::kYes}));
      },
      10);
  for (int i = 0; i < 50; ++i) {
    CAPTURE(i);
    CHECK(frames[i].is_key() == (i == 0 || i == 20 || i == 27 || i == 47));
  }
}

TEST_CASE("The rate of H.265 follows its target down and up without a key frame and all decodes") {
  VideoConfig config = SmallConfig();
  config.size = {480, 272};
  config.rate = Kbps(1500);
  config.gop = TimeDelta::Seconds(20);
  Scene scene;
  scene.size = config.size;
  scene.noise = 6;
  auto encoder = Open(config);
  CHECK(encoder->capabilities().rate_change == RateChange::kInFlight);
  const auto frames = EncodeMany(*encoder, scene, 270, [](VideoEncoder& e, int i) {
    if (i == 90) REQUIRE(e.Apply({Kbps(600), 30}));
    if (i == 180) REQUIRE(e.Apply({Kbps(1500), 30}));
  });

  // With the key frame, which the pictures after it pay back.
  CHECK(RateIn(frames, 0, 3) == Approx(1500).epsilon(0.05));
  CHECK(RateIn(frames, 3, 1) == Approx(600).epsilon(0.15));
  CHECK(RateIn(frames, 4, 2) == Approx(600).epsilon(0.05));
  CHECK(RateIn(frames, 6, 1.5) == Approx(1500).epsilon(0.15));
  CHECK(RateIn(frames, 7.5, 1.5) == Approx(1500).epsilon(0.05));
  CHECK(KeyFrames(frames) == 1);
  CHECK(DecodeAll(encoder->track(), frames).size() == 270);
}

TEST_CASE("H.265 at a lower frame rate keeps its rate, asked for or from a slow camera") {
  VideoConfig config = SmallConfig();
  config.gop = TimeDelta::Seconds(20);
  Scene scene;
  scene.noise = 6;
  auto encoder = Open(config);
  const auto thinned = EncodeMany(*encoder, scene, 180, [](VideoEncoder& e, int i) {
    if (i == 60) REQUIRE(e.Apply({Kbps(400), 15}));
  });
  CHECK(thinned.size() == Approx(60 + 60).margin(2));
  CHECK(RateIn(thinned, 3, 3) == Approx(400).epsilon(0.1));
  CHECK(DecodeAll(encoder->track(), thinned).size() == thinned.size());

  auto slow = Open(config);
  const auto frames = EncodeMany(*slow, scene, 75, {}, 15);
  CHECK(RateIn(frames, 2, 3) == Approx(400).epsilon(0.1));
}

TEST_CASE("H.265 refuses pictures of another size and old pts, and targets out of range") {
  auto encoder = Open(SmallConfig());
  std::vector<EncodedFrame> out;
  REQUIRE(encoder->Encode(DrawFrame({}, 0), out));
  Scene other;
  other.size = {320, 190};
  CHECK(encoder->Encode(DrawFrame(other, 1), out).error().code == ErrorCode::kEncodeFailed);
  CHECK(encoder->Encode(DrawFrame({}, 0), out).error().code == ErrorCode::kEncodeFailed);
  for (const EncoderTarget& bad : {EncoderTarget{DataRate::Zero(), 30, 0, KeyFrameWanted::kYes},
                                   EncoderTarget{Kbps(400), 0, 0, KeyFrameWanted::kYes},
                                   EncoderTarget{Kbps(400), 121, 0, KeyFrameWanted::kYes},
                                   EncoderTarget{Kbps(400), 30, 0, KeyFrameWanted::kYes, 2.1}}) {
    CHECK(encoder->Apply(bad).error().code == ErrorCode::kInvalidConfig);
  }
  REQUIRE(encoder->Encode(DrawFrame({}, 1), out));
  REQUIRE(out.size() == 2);
  CHECK_FALSE(out[1].is_key());
}

TEST_CASE("Odd sizes, other codecs and unknown presets are no H.265 encoder") {
  VideoConfig odd = SmallConfig();
  odd.size = {321, 192};
  CHECK(OpenX265Encoder(odd).error().detail == "video.size.width");
  VideoConfig avc = SmallConfig();
  avc.codec = VideoCodec::kH264;
  CHECK(OpenX265Encoder(avc).error().code == ErrorCode::kCodecUnavailable);
  VideoConfig preset = SmallConfig();
  preset.preset = "ludicrous";
  CHECK(OpenX265Encoder(preset).error().detail == "video.preset");
}

TEST_CASE("Every fast preset, thread count and odd size of H.265 encodes without delay") {
  for (const char* preset : {"auto", "ultrafast", "veryfast", "medium"}) {
    for (const PictureSize size : {PictureSize{16, 16}, PictureSize{318, 182}}) {
      for (const int threads : {1, 3}) {
        VideoConfig config = SmallConfig();
        config.size = size;
        config.rate = Kbps(100);
        config.preset = preset;
        config.threads = threads;
        Scene scene;
        scene.size = size;
        CAPTURE(preset, size.width, threads);
        auto opened = OpenX265Encoder(config);
        REQUIRE(opened);
        const auto frames = EncodeMany(**opened, scene, 4);
        REQUIRE(frames.size() == 4);
        const auto decoded = DecodeAll((*opened)->track(), frames);
        REQUIRE(decoded.size() == 4);
        CHECK(decoded[0].picture.size() == size);
      }
    }
  }
}

TEST_CASE("The first key frame of H.265 fits the VBV") {
  VideoConfig config = SmallConfig();
  Scene scene;
  scene.noise = 6;
  auto encoder = Open(config);
  const auto frames = EncodeMany(*encoder, scene, 2);
  const double span_s = 8.0 * static_cast<double>(frames[0].payload.size()) / 400e3;
  CHECK(span_s < config.vbv.seconds_f() * 1.2);
}

// Without noise, in which the planner sees nothing to gain.
const Scene kClean{.noise = 0};

// The region is there from picture `from` on.
std::vector<EncodedFrame> EncodeWithRegion(VideoEncoder& encoder, int from, int count) {
  std::vector<EncodedFrame> out;
  for (int i = 0; i < count; ++i) {
    VideoFrame frame = DrawFrame(kClean, i);
    if (i >= from) frame.roi = MiddleRegion();
    REQUIRE(encoder.Encode(frame, out));
  }
  return out;
}

struct Errors {
  double inside = 0;
  double outside = 0;
};
// Squared luma error inside and outside of the region over the last 20 of 30 pictures.
Errors ErrorsWithRegion(const VideoConfig& config, int from) {
  auto encoder = Open(config);
  const auto decoded = DecodeAll(encoder->track(), EncodeWithRegion(*encoder, from, 30));
  Errors errors;
  for (int i = 10; i < 30; ++i) {
    const Picture original = DrawPicture(kClean, i);
    const PlaneView was = original.plane(0);
    const PlaneView is = decoded[i].picture.plane(0);
    for (int y = 0; y < 192; ++y) {
      for (int x = 0; x < 320; ++x) {
        const double d = was.data[y * was.stride_bytes + x] - is.data[y * is.stride_bytes + x];
        const bool is_inside = x >= 128 && x < 192 && y >= 64 && y < 128;
        (is_inside ? errors.inside : errors.outside) += d * d;
      }
    }
  }
  return errors;
}
constexpr int kNever = 1000;

TEST_CASE("In every preset of H.265 a region gets better and the rest pays for it") {
  for (const char* preset : {"ultrafast", "superfast", "veryfast", "medium"}) {
    VideoConfig config = SmallConfig();
    config.preset = preset;
    config.rate = Kbps(80);
    const Errors plain = ErrorsWithRegion(config, kNever);
    const Errors with_region = ErrorsWithRegion(config, 0);
    CAPTURE(preset, plain.inside, with_region.inside, plain.outside, with_region.outside);
    CHECK(plain.inside > 1.3 * with_region.inside);
    CHECK(plain.outside < with_region.outside);
  }
}

TEST_CASE("A region of H.265 that comes later counts as well, and moves no rate") {
  VideoConfig config = SmallConfig();
  config.rate = Kbps(80);
  const Errors plain = ErrorsWithRegion(config, kNever);
  CHECK(plain.inside > 1.2 * ErrorsWithRegion(config, 5).inside);

  auto with_region = Open(config);
  CHECK(with_region->capabilities().roi == RoiSupport::kQuantizer);
  const auto frames = EncodeWithRegion(*with_region, 40, 150);
  CHECK(RateIn(frames, 2, 3) == Approx(80).epsilon(0.05));
}

TEST_CASE("Where finer steps would code noise, H.265 is the same with a region from the first on") {
  VideoConfig config = SmallConfig();
  config.rate = Kbps(3000);
  config.threads = 1;
  std::vector<std::vector<EncodedFrame>> runs;
  for (const auto& roi : {std::optional<RoiMap>(), std::optional<RoiMap>(MiddleRegion())}) {
    auto encoder = Open(config);
    std::vector<EncodedFrame>& out = runs.emplace_back();
    for (int i = 0; i < 20; ++i) {
      VideoFrame frame = DrawFrame({.noise = 10}, i);
      frame.roi = roi;
      REQUIRE(encoder->Encode(frame, out));
    }
  }
  for (std::size_t i = 0; i < 20; ++i) {
    CAPTURE(i);
    CHECK(std::ranges::equal(runs[0][i].payload.view(), runs[1][i].payload.view()));
  }
}

TEST_CASE("No strength ignores regions of H.265 bit for bit") {
  VideoConfig config = SmallConfig();
  config.roi_strength = 0;
  config.threads = 1;
  const auto plain = EncodeWithRegion(*Open(config), kNever, 10);
  const auto ignored = EncodeWithRegion(*Open(config), 0, 10);
  REQUIRE(plain.size() == ignored.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    CHECK(std::ranges::equal(plain[i].payload.view(), ignored[i].payload.view()));
  }
}

TEST_CASE(
    "H.265 holds no picture where it may look ahead, keeps its rate and goes on after a flush") {
  for (const int from : {kNever, 0}) {
    VideoConfig config = SmallConfig();
    config.preset = "superfast";
    config.look_ahead = TimeDelta::Millis(334);
    config.rate = Kbps(200);
    config.gop = TimeDelta::Seconds(1);
    auto encoder = Open(config);
    CHECK(encoder->capabilities().held_pictures == 0);
    std::vector<EncodedFrame> out;
    for (int i = 0; i < 240; ++i) {
      if (i == 120) {
        REQUIRE(encoder->Flush(out));
        REQUIRE(encoder->Apply({.video_rate = Kbps(100), .frame_rate = config.frame_rate}));
      }
      VideoFrame frame = DrawFrame(kClean, i);
      if (i >= from) frame.roi = MiddleRegion();
      REQUIRE(encoder->Encode(frame, out));
      REQUIRE(std::ssize(out) == i + 1);
    }
    CAPTURE(from, RateIn(out, 1, 3), RateIn(out, 5, 3));
    CHECK(RateIn(out, 1, 3) == Approx(200).epsilon(0.06));
    CHECK(RateIn(out, 5, 3) == Approx(100).epsilon(0.1));
    CHECK(DecodeAll(encoder->track(), out).size() == 240);
  }
}

TEST_CASE("The encoder is picked by the codec") {
  VideoConfig config = SmallConfig();
  const auto hevc = OpenVideoEncoder(config);
  REQUIRE(hevc);
  CHECK((*hevc)->track().codec == VideoCodec::kH265);
  config.codec = VideoCodec::kH264;
  const auto avc = OpenVideoEncoder(config);
  REQUIRE(avc);
  CHECK((*avc)->track().codec == VideoCodec::kH264);
}

}  // namespace
}  // namespace onair::codec
