// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/video_line.h"

#include <algorithm>

#include "codec/decode/ffmpeg_video_decoder.h"
#include "codec/encode/video_encoder.h"
#include "tests/codec/support/moving_picture.h"
#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using namespace sdk_test;

constexpr PictureSize kHalf{160, 90};
constexpr std::uint8_t kSource = 50;

Picture Plain(std::uint8_t luma, PictureSize size = kSmall) {
  auto builder = PictureBuilder::Allocate(PixelFormat::kI420, size);
  REQUIRE(builder);
  const Plane plane = builder->plane(0);
  std::fill_n(plane.data, std::ptrdiff_t{size.height} * plane.stride_bytes, luma);
  return std::move(*builder).Freeze();
}

// What encoders were told and given. thread-safe.
struct EncoderLog {
  std::atomic<int> luma{-1};
  std::atomic<int> width{0};
  std::atomic<int> pictures{0};
  std::atomic<double> emphasis{0};
  std::atomic<int> opened{0};
  std::atomic<bool> opens{true};
};

class LoggingEncoder final : public VideoEncoder {
 public:
  LoggingEncoder(const VideoConfig& config, EncoderLog& log)
      : track_{VideoCodec::kH264, config.size, config.frame_rate, {}}, log_(log) {
    ++log_.opened;
  }
  Status Apply(const EncoderTarget& target) override {
    log_.emphasis = target.roi_emphasis;
    return {};
  }
  Status Encode(const VideoFrame& frame, std::vector<EncodedFrame>& out) override {
    log_.luma = frame.picture.plane(0).data[0];
    log_.width = frame.picture.size().width;
    ++log_.pictures;
    out.push_back({Buffer::Own(Bytes(10)), is_first_ ? FrameKind::kKey : FrameKind::kReference,
                   frame.pts, frame.pts, frame.captured_at});
    is_first_ = false;
    return {};
  }
  Status Flush(std::vector<EncodedFrame>&) override { return {}; }
  const VideoTrack& track() const override { return track_; }

 private:
  const VideoTrack track_;
  EncoderLog& log_;
  bool is_first_ = true;
};

// A line that is fed with plain pictures of luma kSource.
class LineRig {
 public:
  LineRig() : shared_(runtime::Now()) {
    config_.size = kSmall;
    config_.frame_rate = 100;
    line_ = std::make_unique<VideoLine>(VideoLine::Setup{
        .config = config_,
        .raw_pictures = 2,
        .encoder = std::make_unique<LoggingEncoder>(config_, log),
        .make_encoder = [this](const VideoConfig& wanted) -> Result<std::unique_ptr<VideoEncoder>> {
          if (!log.opens) return Fail(ErrorCode::kCodecOpen, "not today");
          return std::make_unique<LoggingEncoder>(wanted, log);
        },
        .effects = std::make_unique<PictureEffects>(
            PictureEffects::Setup{.config = {},
                                  .full_size = kSmall,
                                  .encoder_roi = RoiSupport::kQuantizer,
                                  .roi_strength = 1,
                                  .on_face_failure = [](const Error&) {},
                                  .trace = &NullTrace()}),
        .deliver = [this](const EncodedFrame& frame) { OnFrame(frame); },
        .on_track = [this](const VideoTrack&) { key_due_ = true; },
        .trace = &NullTrace()});
    line_->Start(shared_);
  }
  ~LineRig() { line_->Stop(); }

  VideoLine& line() { return *line_; }
  EncoderTarget Target() const {
    return {.video_rate = config_.rate, .frame_rate = config_.frame_rate};
  }
  // Feeds pictures until `claim` holds.
  bool FeedUntil(const std::function<bool()>& claim) {
    return Eventually([&] {
      const Timestamp now = runtime::Now();
      line_->Push(VideoFrame(Plain(kSource), shared_.At(now), now));
      return claim();
    });
  }
  PublisherStats stats() const {
    PublisherStats stats;
    line_->AddTo(stats);
    return stats;
  }

  EncoderLog log;
  std::atomic<int> tracks_without_key{0};

 private:
  void OnFrame(const EncodedFrame& frame) {
    if (key_due_ && !frame.is_key()) ++tracks_without_key;
    key_due_ = false;
  }

  VideoConfig config_;
  SharedLine shared_;
  bool key_due_ = false;  // Of onair.video.
  std::unique_ptr<VideoLine> line_;
};

TEST_CASE("A cover is shown instead of the source, below a pause, until it is taken away") {
  LineRig rig;
  const auto shows = [&](int luma) { return rig.FeedUntil([&] { return rig.log.luma == luma; }); };
  REQUIRE(shows(kSource));
  rig.line().Cover(Plain(120));
  REQUIRE(shows(120));
  rig.line().Pause(Plain(200));
  REQUIRE(shows(200));
  rig.line().Resume();
  REQUIRE(shows(120));
  rig.line().Cover(std::nullopt);
  CHECK(shows(kSource));
}

TEST_CASE("A resolution step gives another encoder smaller pictures, behind a key frame") {
  LineRig rig;
  EncoderTarget target = rig.Target();
  target.resolution_step = 2;
  target.roi_emphasis = 1.75;
  rig.line().SetTarget(target);
  REQUIRE(rig.FeedUntil([&] { return rig.log.width == kHalf.width; }));
  CHECK(rig.log.emphasis == 1.75);
  CHECK(rig.log.opened == 2);
  rig.line().SetTarget(rig.Target());
  REQUIRE(rig.FeedUntil([&] { return rig.log.width == kSmall.width; }));
  CHECK(rig.log.opened == 3);
  CHECK(rig.tracks_without_key == 0);
  CHECK(rig.stats().encode_errors == 0);
}

TEST_CASE("Where no encoder opens for a smaller picture the present one goes on, asked once") {
  LineRig rig;
  rig.log.opens = false;
  EncoderTarget target = rig.Target();
  target.resolution_step = 1;
  target.roi_emphasis = 1.5;
  rig.line().SetTarget(target);
  REQUIRE(rig.FeedUntil([&] { return rig.log.emphasis == 1.5; }));
  const int before = rig.log.pictures;
  REQUIRE(rig.FeedUntil([&] { return rig.log.pictures > before + 5; }));
  CHECK(rig.log.width == kSmall.width);
  CHECK(rig.stats().encode_errors == 1);
  CHECK(rig.stats().picture_size == kSmall);
}

TEST_CASE("A lower frame rate leaves pictures out before the encoder") {
  LineRig rig;
  EncoderTarget target = rig.Target();
  target.frame_rate = 10;
  target.roi_emphasis = 1.25;
  rig.line().SetTarget(target);
  REQUIRE(rig.FeedUntil([&] { return rig.log.emphasis == 1.25; }));
  const Timestamp start = runtime::Now();
  const int before = rig.log.pictures;
  REQUIRE(rig.FeedUntil([&] { return runtime::Now() - start >= TimeDelta::Seconds(1); }));
  CHECK(rig.log.pictures - before <= 12);
  CHECK(rig.stats().frames_dropped > 20);
}

// Mean squared luma error inside a region of a picture in the middle of the frame.
double ErrorInside(const Picture& was, const Picture& is) {
  double sum = 0;
  for (int y = 72; y < 120; ++y) {
    const std::uint8_t* a = was.plane(0).data + std::ptrdiff_t{y} * was.plane(0).stride_bytes;
    const std::uint8_t* b = is.plane(0).data + std::ptrdiff_t{y} * is.plane(0).stride_bytes;
    for (int x = 128; x < 192; ++x) sum += (a[x] - b[x]) * (a[x] - b[x]);
  }
  return sum / (48 * 64);
}

constexpr std::int64_t kEachUs = 33'333;

// What a line with the SDK's own H.265 encoder leaves wrong in the middle, mean over 20 pictures.
double ErrorInH265(const std::vector<RoiRegion>& regions_of_app) {
  VideoConfig config;
  config.codec = VideoCodec::kH265;
  config.size = kSmall;
  config.rate = DataRate::KilobitsPerSec(80);
  config.threads = 1;
  auto encoder = codec::OpenVideoEncoder(config);
  REQUIRE(encoder);
  auto decoder = codec::OpenFfmpegVideoDecoder();
  REQUIRE(decoder);
  REQUIRE((*decoder)->Configure((*encoder)->track()));
  std::vector<EncodedFrame> coded;
  std::atomic<std::int64_t> last_us{-1};  // Of what was coded.
  SharedLine shared(runtime::Now());
  const RoiSupport roi = (*encoder)->capabilities().roi;
  VideoLine line({.config = config,
                  .raw_pictures = 2,
                  .encoder = std::move(*encoder),
                  .make_encoder = codec::OpenVideoEncoder,
                  .effects = std::make_unique<PictureEffects>(
                      PictureEffects::Setup{.config = {},
                                            .full_size = kSmall,
                                            .encoder_roi = roi,
                                            .roi_strength = 1,
                                            .on_face_failure = [](const Error&) {},
                                            .trace = &NullTrace()}),
                  .deliver =
                      [&](EncodedFrame frame) {
                        const std::int64_t us = frame.pts.us();
                        coded.push_back(std::move(frame));
                        last_us = us;
                      },
                  .on_track = [](const VideoTrack&) {},
                  .trace = &NullTrace()});
  REQUIRE(line.effects().SetRegions(regions_of_app));
  line.Start(shared);
  const auto drawn = [](int i) {
    return codec::testing::DrawPicture({.size = kSmall, .noise = 0}, i);
  };
  // One at a time: what waits too long would give way.
  for (int i = 0; i < 20; ++i) {
    const auto us = i * kEachUs;
    line.Push(VideoFrame(drawn(i), MediaTime::Micros(us), Timestamp::Micros(us)));
    REQUIRE(Eventually([&] { return last_us >= us; }));
  }
  line.Stop();
  std::vector<VideoFrame> shown;
  for (const EncodedFrame& frame : coded) REQUIRE((*decoder)->Decode(frame, shown));
  double sum = 0;
  int pictures = 0;
  for (const VideoFrame& frame : shown) {
    // Where this machine stood still for long, the line repeated a picture at a time of its own.
    if (frame.pts.us() % kEachUs != 0 || frame.pts.us() / kEachUs >= 20) continue;
    sum += ErrorInside(drawn(static_cast<int>(frame.pts.us() / kEachUs)), frame.picture);
    ++pictures;
  }
  REQUIRE(pictures >= 18);
  return sum / pictures;
}

TEST_CASE("A region that the app names reaches the H.265 encoder and gets better") {
  const double plain = ErrorInH265({});
  const double with_region = ErrorInH265({{0.4F, 0.4F, 0.2F, 0.27F, 1}});
  CAPTURE(plain, with_region);
  CHECK(plain > 1.2 * with_region);
}

}  // namespace
}  // namespace onair
