// SPDX-License-Identifier: Apache-2.0
#include "samples/play/overlay.h"

#include <catch2/catch.hpp>
#include <cstring>

namespace onair::samples {
namespace {

VideoFrame Grey(PictureSize size, PixelFormat format = PixelFormat::kI420) {
  auto made = PictureBuilder::Allocate(format, size);
  REQUIRE(made);
  for (std::size_t i = 0; i < (format == PixelFormat::kI420 ? 3U : 2U); ++i) {
    const int rows = i == 0 ? size.height : ChromaSide(size.height);
    std::memset(
        made->plane(i).data, 120,
        static_cast<std::size_t>(made->plane(i).stride_bytes) * static_cast<std::size_t>(rows));
  }
  return {std::move(*made).Freeze(), MediaTime::Millis(40), Timestamp::Zero()};
}

int Luma(const VideoFrame& frame, int x, int y) {
  const PlaneView luma = frame.picture.plane(0);
  return luma.data[y * luma.stride_bytes + x];
}

TEST_CASE("Numbers are bright on a darkened corner, the rest of the picture stays") {
  Overlay overlay;
  overlay.SetContent({{"DELAY 214 MS"}, {}});
  const VideoFrame before = Grey({1280, 720});

  const VideoFrame after = overlay.Draw(before);

  CHECK(after.pts == before.pts);
  CHECK(Luma(after, 2, 2) < 60);
  CHECK(Luma(after, 1270, 2) == 120);
  CHECK(Luma(after, 2, 700) == 120);
  int bright = 0;
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 400; ++x) bright += Luma(after, x, y) > 200 ? 1 : 0;
  }
  CHECK(bright > 200);
  CHECK(Luma(before, 2, 2) == 120);
}

TEST_CASE("A part that took half of the time has a bar of half the width") {
  Overlay overlay;
  overlay.SetContent({{},
                      {{"", TimeDelta::Zero(), TimeDelta::Millis(50)},
                       {"", TimeDelta::Millis(50), TimeDelta::Millis(100)}}});
  const VideoFrame drawn = overlay.Draw(Grey({1280, 720}));
  const auto width = [&](int row) {
    int pixels = 0;
    for (int x = 0; x < 665; ++x) pixels += Luma(drawn, x, row) == 180 ? 1 : 0;
    return pixels;
  };
  CHECK(width(20) > 100);
  CHECK(width(20) == width(53));
}

TEST_CASE("Pictures of any size take it, others than I420 stay as they are") {
  Overlay overlay;
  overlay.SetContent({{"FIRST PICTURE 40 MS"}, {{"TLS", TimeDelta::Zero(), TimeDelta::Millis(1)}}});
  for (const PictureSize size :
       {PictureSize{16, 16}, PictureSize{161, 91}, PictureSize{1920, 1080}}) {
    CHECK(overlay.Draw(Grey(size)).picture.size() == size);
  }
  const VideoFrame other = Grey({64, 64}, PixelFormat::kNv12);
  CHECK(overlay.Draw(other).picture.plane(0).data == other.picture.plane(0).data);
}

TEST_CASE("The waterfall of a play tells its parts one after the other") {
  PlayerStats stats;
  const auto at = [](std::int64_t ms) { return Timestamp::Micros(1'000'000 + ms * 1000); };
  stats.started_at = at(0);
  stats.session.opening.resolved = at(5);
  stats.session.opening.connected = at(30);
  stats.session.opening.first_key_frame = at(80);
  stats.first_presented_at = at(100);

  const auto content = DescribePlay(stats, 1500);

  REQUIRE(content.waterfall.size() == 4);
  CHECK(content.waterfall[1].name == "CONNECT");
  CHECK(content.waterfall[1].begin == TimeDelta::Millis(5));
  CHECK(content.waterfall[1].end == TimeDelta::Millis(30));
  CHECK(content.waterfall[3].begin == TimeDelta::Millis(80));
  CHECK(content.lines.back() == "FIRST PICTURE 100 MS");
}

}  // namespace
}  // namespace onair::samples
