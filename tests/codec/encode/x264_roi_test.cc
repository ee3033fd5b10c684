// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "codec/encode/x264_encoder.h"
#include "tests/codec/support/encoder_run.h"

namespace onair::codec {
namespace {

using namespace testing;

VideoConfig SmallConfig() {
  return testing::SmallConfig(VideoCodec::kH264);
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

constexpr int kAcross = 20;
constexpr int kDown = 12;

// What each block gains by the region, in dB.
std::vector<double> Gains(const VideoConfig& config) {
  auto gains = BlockErrors(config, std::nullopt);
  const auto with_roi = BlockErrors(config, MiddleRegion());
  std::ranges::transform(gains, with_roi, gains.begin(),
                         [](double plain, double roi) { return 10 * std::log10(plain / roi); });
  return gains;
}

// Mean gain of the blocks within `ring` blocks of the region, or of all others.
double MeanGain(const std::vector<double>& gains, int ring, bool is_within) {
  double sum = 0;
  int count = 0;
  for (int i = 0; i < kAcross * kDown; ++i) {
    const int x = i % kAcross;
    const int y = i / kAcross;
    const bool is_near = x >= 8 - ring && x < 12 + ring && y >= 4 - ring && y < 8 + ring;
    if (is_near != is_within) continue;
    sum += gains[i];
    ++count;
  }
  return sum / count;
}

// What a single block gains differs from CPU to CPU, libx264 decides by what each can do; what the
// region gains and where it lies does not.
TEST_CASE("In every preset the bits move to the blocks of the region and to no others") {
  for (const char* preset : {"ultrafast", "superfast", "veryfast", "medium"}) {
    CAPTURE(preset);
    VideoConfig config = SmallConfig();
    config.preset = preset;
    config.rate = Kbps(150);
    const auto gains = Gains(config);

    const double inside = MeanGain(gains, 0, true);
    CHECK(inside > 2);
    CHECK(MeanGain(gains, 2, false) < 0);

    // Centre of what gains more than half as much. The picture pans by 3 pixels to the left and one
    // up each time and carries some of it along, yet less than to the next block.
    double weight = 0;
    double x = 0;
    double y = 0;
    for (int i = 0; i < kAcross * kDown; ++i) {
      const double above = std::max(0.0, gains[i] - inside / 2);
      weight += above;
      x += above * (i % kAcross + 0.5);
      y += above * (i / kAcross + 0.5);
    }
    CHECK(x / weight == Approx(10).margin(0.75));
    CHECK(y / weight == Approx(6).margin(0.75));
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

}  // namespace
}  // namespace onair::codec
