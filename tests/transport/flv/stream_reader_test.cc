// SPDX-License-Identifier: Apache-2.0
#include "transport/flv/stream_reader.h"

#include <catch2/catch.hpp>

#include "codec/bitstream/hevc_config.h"
#include "tests/codec/support/hex.h"
#include "tests/support/print_units.h"
#include "tests/transport/flv/sample_stream.h"

namespace onair::flv {
namespace {

constexpr Timestamp kNow = Timestamp::Micros(77);

std::optional<StreamReader::Event> Ok(StreamReader::Answer answer) {
  REQUIRE(answer);
  return std::move(*answer);
}

std::optional<StreamReader::Event> Video(StreamReader& reader, const Bytes& body,
                                         std::uint32_t ms = 0) {
  return Ok(reader.HandleVideo(Buffer::Own(body), ms, kNow));
}

TEST_CASE("A video configuration gives a track with the size and rate of its parameter sets") {
  StreamReader reader;

  const auto event = Video(reader, VideoSequenceHeaderBody(sample::Video()));

  REQUIRE(event);
  const auto& tracks = std::get<TracksChanged>(*event).tracks;
  REQUIRE(tracks.video);
  CHECK(tracks.video->size == PictureSize{1280, 720});
  CHECK(tracks.video->frame_rate == Approx(30));
  CHECK_FALSE(tracks.audio);
}

TEST_CASE("A repeated configuration changes nothing, another one does") {
  StreamReader reader;
  const Bytes body = VideoSequenceHeaderBody(sample::Video());
  Bytes other = body;
  other.back() ^= 0x10;

  CHECK(Video(reader, body));
  CHECK_FALSE(Video(reader, body));
  CHECK(Video(reader, other));
}

TEST_CASE("An audio configuration gives a track with its format") {
  StreamReader reader;
  const auto body = Buffer::Own(AudioSequenceHeaderBody(sample::Audio()));

  const auto event = Ok(reader.HandleAudio(body, 0, kNow));

  REQUIRE(event);
  CHECK(std::get<TracksChanged>(*event).tracks.audio->format == AudioFormat{48000, 2});
}

TEST_CASE("A frame comes with its times, its kind and the time of its arrival") {
  StreamReader reader;
  Video(reader, VideoSequenceHeaderBody(sample::Video()));

  for (const EncodedFrame& frame :
       {sample::Key(20), sample::Reference(40, 66), sample::Droppable(60)}) {
    const auto event = Video(reader, VideoBody(frame), static_cast<std::uint32_t>(frame.dts.ms()));
    REQUIRE(event);
    CHECK(sample::Same(std::get<EncodedFrame>(*event), frame));
    CHECK(std::get<EncodedFrame>(*event).captured_at == kNow);
  }
}

TEST_CASE("Frames in front of their configuration are dropped and counted") {
  StreamReader reader;

  CHECK_FALSE(Video(reader, VideoBody(sample::Key(0))));
  CHECK_FALSE(Ok(reader.HandleAudio(Buffer::Own(AudioBody(sample::Sound(0))), 0, kNow)));
  CHECK(reader.stats().frames_without_config == 2);
}

TEST_CASE("Two-byte NAL lengths become four-byte ones in track and frames") {
  StreamReader reader;
  Bytes config = VideoSequenceHeaderBody(sample::Video());
  config[5 + 4] = 0xfd;
  const auto changed = Video(reader, config);
  REQUIRE(changed);
  CHECK(std::get<TracksChanged>(*changed).tracks.video->config.view()[4] == 0xff);
  CHECK_FALSE(Video(reader, config));

  const auto event = Video(reader, {0x17, 1, 0, 0, 0, 0, 3, 0x65, 1, 2, 0, 2, 0x65, 9});

  REQUIRE(event);
  CHECK(sample::SameBytes(std::get<EncodedFrame>(*event).payload.view(),
                          Bytes{0, 0, 0, 3, 0x65, 1, 2, 0, 0, 0, 2, 0x65, 9}));
  CHECK_FALSE(reader.HandleVideo(Buffer::Own({0x17, 1, 0, 0, 0, 0, 9, 0x65}), 0, kNow));
}

TEST_CASE("A negative composition time moves dts, never the picture's own time") {
  StreamReader reader;
  Video(reader, VideoSequenceHeaderBody(sample::Video()));

  const auto event = Video(reader, {0x27, 1, 0xff, 0xff, 0xf6, 0, 0, 0, 1, 0x41}, 100);

  REQUIRE(event);
  CHECK(std::get<EncodedFrame>(*event).pts == MediaTime::Millis(90));
  CHECK(std::get<EncodedFrame>(*event).dts == MediaTime::Millis(90));
}

TEST_CASE("H.265 in either form gives a track with size and rate from its record") {
  const Bytes record = *codec::MakeHevcConfig(codec::testing::Hex(codec::testing::kHevc720Vps),
                                              codec::testing::Hex(codec::testing::kHevc720Sps),
                                              codec::testing::Hex(codec::testing::kHevcPps));
  const VideoTrack sent{VideoCodec::kH265, {}, 0, Buffer::Own(Bytes(record))};
  for (const HevcForm form : {HevcForm::kEnhanced, HevcForm::kLegacy12}) {
    StreamReader reader;
    const auto changed = Video(reader, VideoSequenceHeaderBody(sent, form));
    REQUIRE(changed);
    const VideoTrack& track = *std::get<TracksChanged>(*changed).tracks.video;
    CHECK(track.codec == VideoCodec::kH265);
    CHECK(track.size == PictureSize{1280, 720});
    CHECK(track.frame_rate == Approx(30));

    // An IDR slice under a tag that says inter frame: the unit itself has the last word.
    const EncodedFrame frame{Buffer::Own({0, 0, 0, 3, 0x26, 1, 1}), FrameKind::kReference,
                             MediaTime::Zero(), MediaTime::Zero(), Timestamp::Zero()};
    const BodyHeader header = FrameHeader(frame, CodecsOf({.video = track, .audio = {}}, form));
    Bytes body(header.view().begin(), header.view().end());
    body.insert(body.end(), frame.payload.view().begin(), frame.payload.view().end());
    const auto event = Video(reader, body);
    REQUIRE(event);
    CHECK(std::get<EncodedFrame>(*event).is_key());
  }
}

TEST_CASE("Negative composition times move all of dts, which then does not fall again") {
  StreamReader reader;
  Video(reader, VideoSequenceHeaderBody(sample::Video()));
  // A pyramid of B frames whose dts begins at its first pts: I0 P4 B2 b1 b3, and on.
  constexpr std::int64_t kPts[] = {0, 4, 2, 1, 3, 8, 6, 5, 7, 12, 10, 9, 11};
  MediaTime last = MediaTime::Millis(-10'000);
  int falls = 0;
  std::int64_t wire_ms = 1000;
  for (const std::int64_t picture : kPts) {
    const std::int64_t pts_ms = 1000 + picture * 40;
    const auto cts = static_cast<std::uint32_t>(pts_ms - wire_ms);
    const auto byte = [&](int shift) { return static_cast<std::uint8_t>(cts >> shift); };
    const auto event = Video(reader, {0x27, 1, byte(16), byte(8), byte(0), 0, 0, 0, 1, 0x41},
                             static_cast<std::uint32_t>(wire_ms));
    REQUIRE(event);
    const auto& frame = std::get<EncodedFrame>(*event);
    CHECK(frame.pts == MediaTime::Millis(pts_ms));
    CHECK(frame.dts <= frame.pts);
    if (frame.dts < last) ++falls;
    last = frame.dts;
    wire_ms += 40;
  }
  CHECK(falls == 1);  // Where the first such picture was met.

  const auto broken = Video(reader, {0x27, 1, 0x80, 0, 0, 0, 0, 0, 1, 0x41}, 2000);
  REQUIRE(broken);
  const auto next = Video(reader, VideoBody(sample::Reference(2040, 80)), 2040);
  REQUIRE(next);
  CHECK(std::get<EncodedFrame>(*next).dts >= MediaTime::Millis(2040 - 200));
}

TEST_CASE("Times as muxers write them for B frames stay as they are") {
  StreamReader reader;
  Video(reader, VideoSequenceHeaderBody(sample::Video()));
  constexpr std::int64_t kPts[] = {80, 200, 120, 160, 320, 240, 280};
  std::int64_t wire_ms = 0;
  for (const std::int64_t pts_ms : kPts) {
    const auto event = Video(reader, VideoBody(sample::Reference(wire_ms, pts_ms - wire_ms)),
                             static_cast<std::uint32_t>(wire_ms));
    REQUIRE(event);
    CHECK(std::get<EncodedFrame>(*event).dts == MediaTime::Millis(wire_ms));
    CHECK(std::get<EncodedFrame>(*event).pts == MediaTime::Millis(pts_ms));
    wire_ms += 40;
  }
}

TEST_CASE("Metadata gives the size where the configuration does not") {
  StreamReader reader;
  StreamTracks tracks = sample::Tracks();
  CHECK(Ok(reader.HandleScript(MetadataBody(tracks))));

  Bytes hevc = {0x1c, 0, 0, 0, 0};
  hevc.insert(hevc.end(), 23, 0x01);
  const auto event = Video(reader, hevc);

  REQUIRE(event);
  const auto& video = *std::get<TracksChanged>(*event).tracks.video;
  CHECK(video.codec == VideoCodec::kH265);
  CHECK(video.size == PictureSize{1280, 720});
  CHECK(video.frame_rate == 30);
}

TEST_CASE("Absurd metadata is not believed") {
  StreamReader reader;
  amf0::Writer script;
  script.Text("onMetaData").BeginObject();
  script.Key("width").Number(1e300).Key("height").Number(-5).Key("framerate").Number(1e9);
  CHECK(Ok(reader.HandleScript(script.EndObject().Take())));

  Bytes hevc = {0x1c, 0, 0, 0, 0};
  hevc.insert(hevc.end(), 23, 0x01);
  const auto event = Video(reader, hevc);

  REQUIRE(event);
  CHECK(std::get<TracksChanged>(*event).tracks.video->size == PictureSize{});
  CHECK(std::get<TracksChanged>(*event).tracks.video->frame_rate == 0);
}

TEST_CASE("A stream of unknown codecs only ends with nothing to play") {
  StreamReader reader;
  std::optional<Error> error;
  int bodies = 0;
  while (!error && bodies < 1000) {
    const auto answer = reader.HandleVideo(Buffer::Own({0x90, 'a', 'v', '0', '1', 1}), 0, kNow);
    ++bodies;
    if (!answer) error = answer.error();
  }

  REQUIRE(error);
  CHECK(error->code == ErrorCode::kNothingToPlay);
  CHECK(error->detail == "av01");
  CHECK(bodies > 100);
}

TEST_CASE("Unknown video beside known audio does not end the stream") {
  StreamReader reader;
  Ok(reader.HandleAudio(Buffer::Own(AudioSequenceHeaderBody(sample::Audio())), 0, kNow));

  for (int i = 0; i < 1000; ++i) {
    REQUIRE(reader.HandleVideo(Buffer::Own({0x90, 'a', 'v', '0', '1', 1}), 0, kNow));
  }
  CHECK(reader.stats().unknown_codec_bodies == 1000);
}

TEST_CASE("A configuration too short to be one is malformed") {
  StreamReader reader;

  const auto answer = reader.HandleVideo(Buffer::Own({0x17, 0, 0, 0, 0, 1, 2}), 0, kNow);

  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == ErrorCode::kFlvMalformed);
}

}  // namespace
}  // namespace onair::flv
