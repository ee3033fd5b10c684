// SPDX-License-Identifier: Apache-2.0
#include "core/preload/held_gop.h"

#include <catch2/catch.hpp>

namespace onair::preload {
namespace {

EncodedFrame Frame(FrameKind kind, std::int64_t ms, std::size_t size = 1000) {
  return {Buffer::Own(Bytes(size)), kind, MediaTime::Millis(ms), MediaTime::Millis(ms),
          Timestamp::Zero()};
}
StreamTracks Tracks(std::uint8_t video) {
  StreamTracks tracks;
  tracks.video = VideoTrack{VideoCodec::kH264, {640, 360}, 0, Buffer::Own({video})};
  return tracks;
}

TEST_CASE("What comes before the first key frame is not held") {
  HeldGop gop(DataSize::Mebibytes(1));
  gop.OnTracks(Tracks(1));
  gop.OnFrame(Frame(FrameKind::kReference, 0));
  gop.OnFrame(Frame(FrameKind::kAudio, 0));

  CHECK(gop.key() == nullptr);
  CHECK(gop.size() == DataSize::Zero());
  CHECK(gop.frames_dropped() == 2);
}

TEST_CASE("A key frame takes the place of all that was held") {
  HeldGop gop(DataSize::Mebibytes(1));
  gop.OnFrame(Frame(FrameKind::kKey, 0));
  gop.OnFrame(Frame(FrameKind::kReference, 40));
  gop.OnFrame(Frame(FrameKind::kAudio, 50));
  gop.OnFrame(Frame(FrameKind::kKey, 80));
  gop.OnFrame(Frame(FrameKind::kAudio, 90));

  const auto taken = gop.Take();
  REQUIRE(taken.frames.size() == 2);
  CHECK(taken.frames[0].dts == MediaTime::Millis(80));
  CHECK(taken.is_whole);
  CHECK(gop.size() == DataSize::Zero());
  CHECK(gop.key() == nullptr);
}

TEST_CASE("A group above the limit is cut to its key frame until the next one") {
  HeldGop gop(DataSize::Bytes(3000));
  gop.OnFrame(Frame(FrameKind::kKey, 0));
  for (int i = 1; i < 10; ++i) gop.OnFrame(Frame(FrameKind::kReference, 40 * i));

  CHECK(gop.size() == DataSize::Bytes(1000) + HeldGop::kFrameOverhead);
  CHECK(gop.cuts() == 1);
  const auto cut = gop.Take();
  CHECK(cut.frames.size() == 1);
  CHECK_FALSE(cut.is_whole);

  gop.OnFrame(Frame(FrameKind::kKey, 400));
  CHECK(gop.Take().is_whole);
}

TEST_CASE("A key frame above the limit is held all the same: it is what there is to show") {
  HeldGop gop(DataSize::Bytes(3000));
  gop.OnFrame(Frame(FrameKind::kKey, 0, 5000));
  REQUIRE(gop.key() != nullptr);
  gop.OnFrame(Frame(FrameKind::kReference, 40));
  CHECK_FALSE(gop.Take().is_whole);
}

TEST_CASE("Another video track makes what is held useless, another sound does not") {
  HeldGop gop(DataSize::Mebibytes(1));
  gop.OnTracks(Tracks(1));
  gop.OnFrame(Frame(FrameKind::kKey, 0));
  StreamTracks with_sound = Tracks(1);
  with_sound.audio = AudioTrack{AudioCodec::kAac, {48000, 2}, Buffer::Own({1})};

  gop.OnTracks(with_sound);
  CHECK(gop.key() != nullptr);
  gop.OnTracks(Tracks(2));
  CHECK(gop.key() == nullptr);
}

TEST_CASE("Another sound track takes the sound of the one before with it, and no pictures") {
  HeldGop gop(DataSize::Mebibytes(1));
  StreamTracks tracks = Tracks(1);
  tracks.audio = AudioTrack{AudioCodec::kAac, {48000, 2}, Buffer::Own({1})};
  gop.OnTracks(tracks);
  gop.OnFrame(Frame(FrameKind::kKey, 0));
  gop.OnFrame(Frame(FrameKind::kAudio, 10, 200));
  gop.OnFrame(Frame(FrameKind::kReference, 40));

  tracks.audio->config = Buffer::Own({2});
  gop.OnTracks(tracks);
  gop.OnFrame(Frame(FrameKind::kAudio, 50, 300));

  CHECK(gop.frames_dropped() == 1);
  CHECK(gop.size() == DataSize::Bytes(2300 + 3 * HeldGop::kFrameOverhead.bytes()));
  const auto taken = gop.Take();
  REQUIRE(taken.frames.size() == 3);
  CHECK(taken.frames[1].dts == MediaTime::Millis(40));
  CHECK(taken.frames[2].dts == MediaTime::Millis(50));
  CHECK(taken.is_whole);
}

TEST_CASE("Taking gives the tracks once") {
  HeldGop gop(DataSize::Mebibytes(1));
  gop.OnTracks(Tracks(1));
  CHECK(gop.Take().tracks.has_value());
  CHECK_FALSE(gop.Take().tracks.has_value());
}

}  // namespace
}  // namespace onair::preload
