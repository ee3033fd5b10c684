// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/decode_line.h"

#include <atomic>

#include "codec/decode/ffmpeg_audio_decoder.h"
#include "codec/decode/ffmpeg_video_decoder.h"
#include "codec/encode/x264_encoder.h"
#include "tests/codec/support/moving_picture.h"
#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using namespace sdk_test;

constexpr int kPictures = 10;

struct Coded {
  VideoTrack track;
  std::vector<EncodedFrame> frames;
};

// Pictures 40 ms apart, from picture number `first` on.
Coded Encode(PictureSize size, int first) {
  VideoConfig config;
  config.size = size;
  config.rate = DataRate::KilobitsPerSec(400);
  auto encoder = codec::OpenX264Encoder(config);
  REQUIRE(encoder);
  Coded coded{(*encoder)->track(), {}};
  codec::testing::Scene scene;
  scene.size = size;
  for (int i = 0; i < kPictures; ++i) {
    VideoFrame frame = codec::testing::DrawFrame(scene, i);
    frame.pts = MediaTime::Millis((first + i) * 40);
    REQUIRE((*encoder)->Encode(frame, coded.frames));
  }
  REQUIRE(coded.frames.size() == kPictures);
  return coded;
}

class Line {
 public:
  Line()
      : line_(*codec::OpenFfmpegVideoDecoder({}), *codec::OpenFfmpegAudioDecoder(), queue_,
              DecodeLine::Outputs{.picture_ready = [this] { Collect(); },
                                  .decode_failed = [this] { ++failures; },
                                  .audio = [](const AudioFormat&) { return nullptr; },
                                  .shown_from = [this] { ++shown_from; }},
              NullTrace()) {}

  void Push(const Coded& coded) {
    line_.Push(DecodeLine::NewTracks{{coded.track, std::nullopt}});
    for (const EncodedFrame& frame : coded.frames) {
      line_.Push(DecodeLine::Decode{frame, Timestamp::Zero()});
    }
  }
  DecodeLine& line() { return line_; }

  std::atomic<int> failures{0};
  std::atomic<int> shown_from{0};
  std::vector<PictureSize> sizes;  // Of each picture; read after Stop().
  std::atomic<int> pictures{0};

 private:
  // On onair.decode.
  void Collect() {
    while (const auto frame = queue_.TakePicture(Timestamp::PlusInfinity())) {
      sizes.push_back(frame->picture.size());
      ++pictures;
    }
  }

  PictureQueue queue_;
  DecodeLine line_;
};

TEST_CASE("An encoder that begins anew in another size costs no picture") {
  const Coded before = Encode({320, 192}, 0);
  const Coded after = Encode({192, 128}, kPictures);
  Line line;
  line.line().Start();
  line.Push(before);
  line.Push(after);
  REQUIRE(Eventually([&] { return line.pictures == 2 * kPictures; }));
  line.line().Stop();

  CHECK(line.failures == 0);
  CHECK(line.line().counts().errors == 0);
  for (int i = 0; i < 2 * kPictures; ++i) {
    const PictureSize wanted = i < kPictures ? PictureSize{320, 192} : PictureSize{192, 128};
    CHECK(line.sizes[static_cast<std::size_t>(i)] == wanted);
  }
}

TEST_CASE("Frames that a flush voids are not decoded, and what it is followed by is") {
  const Coded before = Encode({320, 192}, 0);
  const Coded after = Encode({192, 128}, 0);
  Line line;
  line.Push(before);
  line.line().Push(DecodeLine::Flush{});
  line.Push(after);
  line.line().Start();
  REQUIRE(Eventually([&] { return line.pictures == kPictures; }));
  line.line().Stop();

  CHECK(line.failures == 0);
  CHECK(line.line().counts().decoded == kPictures);
  CHECK(line.line().counts().dropped == kPictures);
}

TEST_CASE("Behind a seek pictures before the place are decoded and not shown") {
  const Coded coded = Encode({320, 192}, 0);
  Line line;
  line.line().Push(DecodeLine::ShowFrom{MediaTime::Millis(6 * 40)});
  line.Push(coded);
  line.line().Start();
  REQUIRE(Eventually([&] { return line.line().counts().decoded == kPictures; }));
  line.line().Stop();

  CHECK(line.pictures == kPictures - 6);
  CHECK(line.shown_from == 1);
}

TEST_CASE("Pictures of a film that lies on its side are shown upright") {
  Line line;
  line.line().Push(DecodeLine::PictureForm{Rotation::k90});
  line.Push(Encode({320, 192}, 0));
  line.line().Start();
  REQUIRE(Eventually([&] { return line.pictures == kPictures; }));
  line.line().Stop();
  CHECK(line.sizes.front() == PictureSize{192, 320});
}

TEST_CASE("A damaged picture asks for no other key frame when one is already on its way") {
  Coded coded = Encode({320, 192}, 0);
  const Coded after = Encode({320, 192}, kPictures);
  coded.frames[3].payload = Buffer::Own(Bytes(coded.frames[3].payload.size(), 0xff));
  Line line;
  line.Push(coded);
  line.Push(after);
  line.line().Start();
  REQUIRE(Eventually([&] { return line.line().counts().decoded >= kPictures + 3; }));
  line.line().Stop();

  CHECK(line.line().counts().errors >= 1);
  CHECK(line.failures == 0);
}

// Says what it was asked to stand in for.
class HoleCounter final : public AudioDecoder {
 public:
  explicit HoleCounter(std::vector<LostAudio>& holes) : holes_(holes) {}

  Status Configure(const AudioTrack&) override { return {}; }
  Status Decode(const EncodedFrame& frame, std::vector<AudioBlock>& out) override {
    out.push_back({{48'000, 1}, std::vector<float>(960), frame.pts, frame.captured_at});
    return {};
  }
  Status Conceal(const LostAudio& lost, std::vector<AudioBlock>& out) override {
    holes_.push_back(lost);
    out.push_back({{48'000, 1}, std::vector<float>(960), lost.pts, lost.at});
    return {};
  }
  void Reset() override {}

 private:
  std::vector<LostAudio>& holes_;
};

TEST_CASE("A hole in sound is given to the decoder to conceal, a pause or a flush is not") {
  std::vector<LostAudio> holes;
  PictureQueue queue;
  std::atomic<int> formats{0};
  DecodeLine line(*codec::OpenFfmpegVideoDecoder({}), std::make_unique<HoleCounter>(holes), queue,
                  DecodeLine::Outputs{.picture_ready = [] {},
                                      .decode_failed = [] {},
                                      .audio =
                                          [&formats](const AudioFormat&) {
                                            ++formats;
                                            return nullptr;
                                          }},
                  NullTrace());
  const auto push = [&line](std::int64_t ms) {
    const MediaTime pts = MediaTime::Millis(ms);
    line.Push(DecodeLine::Decode{{Buffer::Own({1}), FrameKind::kAudio, pts, pts, Timestamp::Zero()},
                                 Timestamp::Zero()});
  };
  line.Push(DecodeLine::NewTracks{{std::nullopt, AudioTrack{AudioCodec::kOpus, {48'000, 1}, {}}}});
  for (const std::int64_t ms : {0, 20, 41, 61, 101, 5'000, 5'020}) push(ms);
  line.Start();
  // Without a renderer each block asks for one.
  REQUIRE(Eventually([&] { return formats == 8; }));
  line.Push(DecodeLine::Flush{});
  push(5'060);
  REQUIRE(Eventually([&] { return formats == 9; }));
  line.Stop();

  REQUIRE(holes.size() == 1);
  CHECK(holes[0].pts == MediaTime::Millis(81));
  CHECK(holes[0].span == TimeDelta::Millis(20));
  CHECK(holes[0].next != nullptr);
}

}  // namespace
}  // namespace onair
