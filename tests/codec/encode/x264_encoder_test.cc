// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/x264_encoder.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <numeric>

#include "codec/bitstream/access_unit.h"
#include "codec/bitstream/avc_config.h"
#include "codec/bitstream/capture_stamp.h"
#include "codec/bitstream/h264_sps.h"
#include "codec/bitstream/nal.h"
#include "codec/decode/ffmpeg_video_decoder.h"
#include "tests/codec/support/moving_picture.h"

namespace onair::codec {
namespace {

using namespace testing;

constexpr DataRate Kbps(std::int64_t k) {
  return DataRate::KilobitsPerSec(k);
}

VideoConfig SmallConfig() {
  VideoConfig config;
  config.size = {320, 192};
  config.rate = Kbps(400);
  return config;
}

std::unique_ptr<VideoEncoder> Open(const VideoConfig& config) {
  auto encoder = OpenX264Encoder(config);
  REQUIRE(encoder);
  return std::move(*encoder);
}

using BeforeFrame = std::function<void(VideoEncoder&, int)>;

std::vector<EncodedFrame> EncodeMany(VideoEncoder& encoder, const Scene& scene, int count,
                                     const BeforeFrame& before = {}, double fps = 30) {
  std::vector<EncodedFrame> out;
  for (int i = 0; i < count; ++i) {
    if (before) before(encoder, i);
    REQUIRE(encoder.Encode(DrawFrame(scene, i, fps), out));
  }
  return out;
}

std::vector<VideoFrame> DecodeAll(const VideoTrack& track, const std::vector<EncodedFrame>& in) {
  auto decoder = OpenFfmpegVideoDecoder();
  REQUIRE(decoder);
  REQUIRE((*decoder)->Configure(track));
  std::vector<VideoFrame> out;
  for (const auto& frame : in) REQUIRE((*decoder)->Decode(frame, out));
  REQUIRE((*decoder)->Flush(out));
  return out;
}

int KeyFrames(const std::vector<EncodedFrame>& frames) {
  return static_cast<int>(
      std::count_if(frames.begin(), frames.end(), [](const auto& f) { return f.is_key(); }));
}

// kbit/s of the frames with pts in [from, from + span).
double RateIn(const std::vector<EncodedFrame>& frames, double from_s, double span_s) {
  double bits = 0;
  for (const auto& frame : frames) {
    const double at = static_cast<double>(frame.pts.us()) / 1e6;
    if (at >= from_s - 1e-6 && at < from_s + span_s - 1e-6) {
      bits += 8.0 * static_cast<double>(frame.payload.size());
    }
  }
  return bits / span_s / 1000;
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

TEST_CASE("The first key frame fits the VBV") {
  VideoConfig config = SmallConfig();
  Scene scene;
  scene.noise = 6;
  auto encoder = Open(config);
  const auto frames = EncodeMany(*encoder, scene, 2);
  const double span_s = 8.0 * static_cast<double>(frames[0].payload.size()) / 400e3;
  CHECK(span_s < config.vbv.seconds_f() * 1.2);
}

// A region over the blocks [8, 12) x [4, 8) of a picture of 20 x 12 blocks.
RoiMap MiddleRegion() {
  return {{{0.4F, 1 / 3.0F, 0.2F, 1 / 3.0F, 1}}};
}

std::vector<EncodedFrame> EncodeWithRoi(const VideoConfig& config, const std::optional<RoiMap>& roi,
                                        int count, VideoTrack* track = nullptr) {
  auto encoder = Open(config);
  if (track != nullptr) *track = encoder->track();
  Scene scene;
  scene.noise = 0;
  std::vector<EncodedFrame> out;
  for (int i = 0; i < count; ++i) {
    VideoFrame frame = DrawFrame(scene, i);
    frame.roi = roi;
    REQUIRE(encoder->Encode(frame, out));
  }
  return out;
}

// Squared error of each 16x16 block, over all pictures.
std::vector<double> BlockErrors(const VideoConfig& config, const std::optional<RoiMap>& roi) {
  VideoTrack track{VideoCodec::kH264, {}, 0, {}};
  const auto frames = EncodeWithRoi(config, roi, 30, &track);
  const auto decoded = DecodeAll(track, frames);
  Scene scene;
  scene.noise = 0;
  std::vector<double> errors(20 * 12);
  for (int i = 0; i < 30; ++i) {
    const Picture original = DrawPicture(scene, i);
    for (int y = 0; y < 192; ++y) {
      for (int x = 0; x < 320; ++x) {
        const int d =
            original.plane(0).data[y * original.plane(0).stride_bytes + x] -
            decoded[i].picture.plane(0).data[y * decoded[i].picture.plane(0).stride_bytes + x];
        errors[(y / 16) * 20 + x / 16] += d * d;
      }
    }
  }
  return errors;
}

TEST_CASE("In every preset the bits move to the blocks of the region and to no others") {
  for (const char* preset : {"ultrafast", "superfast", "veryfast", "medium"}) {
    CAPTURE(preset);
    VideoConfig config = SmallConfig();
    config.preset = preset;
    config.rate = Kbps(150);
    const auto plain = BlockErrors(config, std::nullopt);
    const auto with_roi = BlockErrors(config, MiddleRegion());

    // Where the error fell to less than two thirds; the centre of these is the region's. A single
    // block of the region may gain a little less: libx264 decides by what its CPU can do.
    double count = 0;
    int inside = 0;
    double x = 0;
    double y = 0;
    for (int i = 0; i < 240; ++i) {
      const double gain = plain[i] / with_roi[i];
      const bool is_inside = i % 20 >= 8 && i % 20 < 12 && i / 20 >= 4 && i / 20 < 8;
      CAPTURE(i % 20, i / 20, gain);
      if (is_inside) CHECK(gain > 1.2);
      inside += is_inside && gain > 1.5;
      if (gain < 1.5) continue;
      ++count;
      x += i % 20 + 0.5;
      y += i / 20 + 0.5;
    }
    CHECK(inside >= 14);
    CHECK(count < 60);
    CHECK(x / count == Approx(10).margin(0.4));
    CHECK(y / count == Approx(6).margin(0.4));
  }
}

TEST_CASE("The encoder says that it follows regions, and no strength ignores them bit for bit") {
  VideoConfig config = SmallConfig();
  CHECK(Open(config)->capabilities().roi == RoiSupport::kQuantizer);
  CHECK(Open(config)->capabilities().held_pictures == 0);
  config.roi_strength = 0;
  config.threads = 1;  // x264's slice threads under a VBV do not repeat themselves.
  const auto plain = EncodeWithRoi(config, std::nullopt, 10);
  const auto ignored = EncodeWithRoi(config, MiddleRegion(), 10);
  REQUIRE(plain.size() == ignored.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    CHECK(std::ranges::equal(plain[i].payload.view(), ignored[i].payload.view()));
  }
}

TEST_CASE("Regions do not move the rate") {
  VideoConfig config = SmallConfig();
  const auto rate_of = [](const std::vector<EncodedFrame>& frames) { return RateIn(frames, 2, 4); };
  const double plain = rate_of(EncodeWithRoi(config, std::nullopt, 180));
  CHECK(rate_of(EncodeWithRoi(config, MiddleRegion(), 180)) == Approx(plain).epsilon(0.02));
}

TEST_CASE("Emphasis out of range is refused") {
  auto encoder = Open(SmallConfig());
  for (const double bad : {-0.1, 2.1, std::nan("")}) {
    EncoderTarget target{Kbps(400), 30};
    target.roi_emphasis = bad;
    CHECK(encoder->Apply(target).error().detail == "target.roi_emphasis");
  }
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
  const VideoConfig ahead = LookAheadConfig();
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
