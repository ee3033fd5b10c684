// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "core/media/encoded_frame.h"
#include "core/media/video_frame.h"
#include "tests/support/print_units.h"

namespace onair {
namespace {

static_assert(!std::is_copy_constructible_v<VideoFrame>);
static_assert(std::is_move_constructible_v<VideoFrame>);

bool IsAligned(const std::uint8_t* p) {
  return reinterpret_cast<std::uintptr_t>(p) % 64 == 0;
}

TEST_CASE("Pictures of odd and even sizes have room for every row of every plane") {
  for (const PixelFormat format : {PixelFormat::kI420, PixelFormat::kNv12}) {
    for (const PictureSize size : {PictureSize{1, 1}, PictureSize{2, 2}, PictureSize{3, 5},
                                   PictureSize{63, 65}, PictureSize{64, 64}, PictureSize{129, 1},
                                   PictureSize{1280, 720}, PictureSize{1919, 1081}}) {
      INFO(size.width << "x" << size.height << " format " << static_cast<int>(format));
      auto builder = PictureBuilder::Allocate(format, size);
      REQUIRE(builder.has_value());
      const bool is_planar = format == PixelFormat::kI420;
      for (std::size_t i = 0; i < (is_planar ? 3U : 2U); ++i) {
        const Plane plane = builder->plane(i);
        const int width = i == 0 ? size.width : (is_planar ? 1 : 2) * ((size.width + 1) / 2);
        const int rows = i == 0 ? size.height : (size.height + 1) / 2;
        REQUIRE(plane.stride_bytes >= width);
        CHECK(IsAligned(plane.data));
        CHECK(plane.stride_bytes % 64 == 0);
        // The address sanitizer watches the last row's last byte.
        for (int y = 0; y < rows; ++y) {
          std::memset(plane.data + y * plane.stride_bytes, static_cast<int>(i + 1),
                      static_cast<std::size_t>(width));
        }
      }
      // No plane ran into another.
      const Picture picture = std::move(*builder).Freeze();
      CHECK(picture.plane(0).data[0] == 1);
      CHECK(picture.plane(1).data[0] == 2);
      if (is_planar) CHECK(picture.plane(2).data[0] == 3);
    }
  }
}

TEST_CASE("Impossible picture sizes are refused by name") {
  for (const PictureSize size : {PictureSize{0, 10}, PictureSize{10, 0}, PictureSize{-1, 10},
                                 PictureSize{8193, 10}, PictureSize{10, 8193}}) {
    const auto builder = PictureBuilder::Allocate(PixelFormat::kI420, size);
    REQUIRE_FALSE(builder.has_value());
    CHECK(builder.error().code == ErrorCode::kInvalidConfig);
    CHECK_THAT(builder.error().detail, Catch::Contains(std::to_string(size.width)));
  }
}

TEST_CASE("A frozen picture and its shares stand on the same pixels") {
  auto builder = PictureBuilder::Allocate(PixelFormat::kNv12, {16, 16});
  REQUIRE(builder.has_value());
  const std::uint8_t* pixels = builder->plane(0).data;
  VideoFrame frame(std::move(*builder).Freeze(), MediaTime::Millis(40), Timestamp::Zero());
  frame.rotation = Rotation::k90;

  const VideoFrame share = frame.Share();

  CHECK(share.picture.plane(0).data == pixels);
  CHECK(share.pts == frame.pts);
  CHECK(share.rotation == Rotation::k90);
  CHECK_FALSE(share.captured_utc.has_value());
}

TEST_CASE("Sound counts its frames and its duration") {
  AudioBlock block{{48000, 2}, std::vector<float>(960), MediaTime::Zero(), Timestamp::Zero()};
  CHECK(block.frames() == 480);
  CHECK(block.duration() == TimeDelta::Millis(10));
  block.format = {0, 0};
  CHECK(block.frames() == 0);
  CHECK(block.duration() == TimeDelta::Zero());
}

TEST_CASE("A frame's kind tells its track") {
  const auto of = [](FrameKind kind) {
    return EncodedFrame{Buffer(), kind, MediaTime::Zero(), MediaTime::Zero(), Timestamp::Zero()};
  };
  CHECK(of(FrameKind::kAudio).track() == TrackKind::kAudio);
  CHECK(of(FrameKind::kKey).track() == TrackKind::kVideo);
  CHECK(of(FrameKind::kDroppable).track() == TrackKind::kVideo);
  CHECK(of(FrameKind::kKey).is_key());
  CHECK_FALSE(of(FrameKind::kReference).is_key());
  CHECK_FALSE(of(FrameKind::kAudio).is_key());
}

}  // namespace
}  // namespace onair
