// SPDX-License-Identifier: Apache-2.0
//
// How well real encoders keep a limit on single pictures.
#include <catch2/catch.hpp>
#include <optional>
#include <vector>

#include "codec/encode/video_encoder.h"
#include "tests/codec/support/moving_picture.h"

namespace onair::codec {
namespace {

using namespace testing;

// What a picture may take of its limit: x264 sees within the picture that it grows too large, the
// others only guess before. Measured here: 0.98 and 1.45 (x265) at worst, 0.74 and 0.46 in mean.
double MostOf(EncoderChoice encoder) {
  return encoder == EncoderChoice::kX264 ? 1.02 : 1.55;
}

EncoderChoice Each() {
  return GENERATE(EncoderChoice::kX264, EncoderChoice::kX265, EncoderChoice::kOpenH264);
}

struct Rig {
  explicit Rig(EncoderChoice choice) {
    VideoConfig config;
    config.encoder = choice;
    config.codec = choice == EncoderChoice::kX265 ? VideoCodec::kH265 : VideoCodec::kH264;
    config.size = {640, 360};
    config.rate = target.video_rate;
    config.threads = 1;
    auto opened = OpenVideoEncoder(config);
    REQUIRE(opened);
    encoder = std::move(*opened);
  }

  // Bytes of the next picture.
  std::int64_t Next() {
    std::vector<EncodedFrame> out;
    REQUIRE(encoder->Encode(DrawFrame(scene, number++), out));
    REQUIRE(out.size() == 1);
    is_key = out.front().is_key();
    return static_cast<std::int64_t>(out.front().payload.size());
  }
  void Limit(std::optional<std::int64_t> bytes, KeyFrameWanted key = KeyFrameWanted::kNo) {
    target.frame_limit.reset();
    if (bytes) target.frame_limit = DataSize::Bytes(*bytes);
    target.key_frame = key;
    REQUIRE(encoder->Apply(target));
    target.key_frame = KeyFrameWanted::kNo;
  }
  std::int64_t Mean(int pictures) {
    std::int64_t sum = 0;
    for (int i = 0; i < pictures; ++i) sum += Next();
    return sum / pictures;
  }

  Scene scene{.size = {640, 360}};
  EncoderTarget target{.video_rate = DataRate::KilobitsPerSec(1500), .frame_rate = 30};
  std::unique_ptr<VideoEncoder> encoder;
  int number = 0;
  bool is_key = false;
};

TEST_CASE("A limit holds from the very next picture on, for key frames too") {
  const auto choice = Each();
  const std::int64_t limit = GENERATE(6000, 3000, 1800);
  CAPTURE(static_cast<int>(choice), limit);
  Rig rig(choice);
  rig.Mean(45);

  for (int i = 0; i < 30; ++i) {
    rig.Limit(limit, i == 10 ? KeyFrameWanted::kYes : KeyFrameWanted::kNo);
    if (i == 20) rig.scene.noise = 6;  // Harder from one picture to the next.
    const std::int64_t bytes = rig.Next();
    if (i == 10) CHECK(rig.is_key);
    CAPTURE(i, bytes);
    CHECK(static_cast<double>(bytes) <= static_cast<double>(limit) * MostOf(choice));
  }
  // Used, not only kept.
  CHECK(rig.Mean(10) >= limit / 4);
}

TEST_CASE("Once a limit is lifted the rate is back at once") {
  const auto choice = Each();
  Rig rig(choice);
  rig.Mean(45);
  rig.Limit(1500);
  rig.Mean(10);
  rig.Limit(std::nullopt);
  rig.Next();
  const std::int64_t after = rig.Mean(30);
  CAPTURE(static_cast<int>(choice), after);
  CHECK(after > 6250 * 8 / 10);
  CHECK(after < 6250 * 14 / 10);
}

TEST_CASE("A limit of nothing is refused") {
  Rig rig(Each());
  rig.target.frame_limit = DataSize::Zero();
  CHECK(rig.encoder->Apply(rig.target).error().detail == "target.frame_limit");
}

}  // namespace
}  // namespace onair::codec
