// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/decoded_pictures.h"

#include <catch2/catch.hpp>

namespace onair {
namespace {

constexpr Timestamp kArrived = Timestamp::Zero() + TimeDelta::Millis(7);

EncodedFrame Frame(std::int64_t ms) {
  const MediaTime at = MediaTime::Millis(ms);
  return {Buffer::Own(Bytes{0, 0, 0, 1, 0x65}), FrameKind::kKey, at, at, kArrived};
}

// Counts those that are there.
struct Pixels {
  explicit Pixels(int& count) : alive(count) { ++alive; }
  ~Pixels() { --alive; }
  int& alive;
};
Picture Some(int& alive) {
  static const std::uint8_t bytes[6] = {};
  return {PixelFormat::kI420,
          {2, 2},
          {{{bytes, 2}, {bytes, 1}, {bytes, 1}}},
          std::make_shared<Pixels>(alive)};
}

Status Add(DecodedPictures& pictures, std::int64_t ms, int& alive) {
  const auto place = pictures.Begin(MediaTime::Millis(ms));
  if (!place) return Forward(place);
  pictures.End(*place, Some(alive), Rotation::k90);
  return {};
}

TEST_CASE("A decoded picture gets the stamps of the frame that it was") {
  int alive = 0;
  DecodedPictures pictures;  // Holds what counts itself there.
  pictures.Expect(Frame(40), VideoCodec::kH264);
  pictures.Expect(Frame(80), VideoCodec::kH264);

  REQUIRE(Add(pictures, 80, alive));

  std::vector<VideoFrame> out;
  pictures.TakeAll(out);
  REQUIRE(out.size() == 1);
  CHECK(out[0].pts == MediaTime::Millis(80));
  CHECK(out[0].captured_at == kArrived);
  CHECK(out[0].rotation == Rotation::k90);
  pictures.TakeAll(out);
  CHECK(out.size() == 1);
}

TEST_CASE("A picture of a moment that no frame had is refused") {
  int alive = 0;
  DecodedPictures pictures;  // Holds what counts itself there.
  pictures.Expect(Frame(40), VideoCodec::kH264);

  const auto status = Add(pictures, 41, alive);

  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::kInvalidConfig);
  CHECK(status.error().detail == "pts");
}

TEST_CASE("Pictures that began before a jump are let go") {
  int alive = 0;
  DecodedPictures pictures;  // Holds what counts itself there.
  pictures.Expect(Frame(40), VideoCodec::kH264);
  REQUIRE(Add(pictures, 40, alive));
  const auto begun = pictures.Begin(MediaTime::Millis(40));
  REQUIRE(begun);

  pictures.Forget();
  CHECK(alive == 0);
  pictures.End(*begun, Some(alive), Rotation::k0);

  CHECK(alive == 0);
  CHECK_FALSE(Add(pictures, 40, alive));  // Its frame is forgotten.
  std::vector<VideoFrame> out;
  pictures.TakeAll(out);
  CHECK(out.empty());
}

TEST_CASE("No more decoded pictures wait than the limit, those under way included") {
  int alive = 0;
  DecodedPictures pictures;  // Holds what counts itself there.
  pictures.Expect(Frame(40), VideoCodec::kH264);
  REQUIRE(pictures.Begin(MediaTime::Millis(40)));
  for (std::size_t i = 1; i < DecodedPictures::kMostReady; ++i) REQUIRE(Add(pictures, 40, alive));

  const auto status = Add(pictures, 40, alive);
  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::kLimit);

  pictures.GiveUp();
  CHECK(Add(pictures, 40, alive));
}

TEST_CASE("The oldest frame is forgotten where a decoder never answers") {
  int alive = 0;
  DecodedPictures pictures;  // Holds what counts itself there.
  for (std::size_t i = 0; i <= DecodedPictures::kMostInside; ++i) {
    pictures.Expect(Frame(static_cast<std::int64_t>(i)), VideoCodec::kH264);
  }
  CHECK_FALSE(Add(pictures, 0, alive));
  CHECK(Add(pictures, 1, alive));
}

TEST_CASE("A decoder needs no word of the track that it is configured for") {
  const VideoTrack track{VideoCodec::kH264, {320, 192}, 25, Buffer::Own(Bytes{1, 2})};
  VideoTrack other = track;
  other.frame_rate = 30;
  CHECK(AreSame(track, other));
  other.config = Buffer::Own(Bytes{1, 3});
  CHECK_FALSE(AreSame(track, other));
  other = track;
  other.size.width = 640;
  CHECK_FALSE(AreSame(track, other));
}

}  // namespace
}  // namespace onair
