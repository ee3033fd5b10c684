// SPDX-License-Identifier: Apache-2.0
#include "transport/flv/body.h"

#include <catch2/catch.hpp>

#include "tests/transport/flv/sample_stream.h"
#include "transport/flv/amf0.h"

namespace onair::flv {
namespace {

Bytes Head(const Bytes& body, std::size_t count) {
  return Bytes(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(count));
}

template <typename T>
T Video(const Bytes& body) {
  const auto parsed = ParseVideoBody(Buffer::Own(body));
  REQUIRE(parsed);
  REQUIRE(std::holds_alternative<T>(*parsed));
  return std::get<T>(*parsed);
}

template <typename T>
T Audio(const Bytes& body) {
  const auto parsed = ParseAudioBody(Buffer::Own(body));
  REQUIRE(parsed);
  REQUIRE(std::holds_alternative<T>(*parsed));
  return std::get<T>(*parsed);
}

TEST_CASE("An H.264 frame body has the classic five bytes") {
  CHECK(Head(VideoBody(sample::Key(0)), 5) == Bytes{0x17, 1, 0, 0, 0});
  CHECK(Head(VideoBody(sample::Reference(0, 66)), 5) == Bytes{0x27, 1, 0, 0, 66});
}

TEST_CASE("Composition times on the wire are never negative and fit 24 bits") {
  const auto composition = [](std::int64_t ms) {
    const BodyHeader header = VideoHeader(FrameKind::kReference, ms, VideoCodec::kH264);
    return Bytes(header.view().begin() + 2, header.view().end());
  };

  CHECK(composition(-40) == Bytes{0, 0, 0});
  CHECK(composition(0x7fffff) == Bytes{0x7f, 0xff, 0xff});
  CHECK(composition(0x800000) == Bytes{0x7f, 0xff, 0xff});
}

TEST_CASE("An AAC body is always marked 44 kHz stereo, as the specification wants") {
  CHECK(Head(AudioBody(sample::Sound(0)), 2) == Bytes{0xaf, 1});
  CHECK(AudioSequenceHeaderBody(sample::Audio()) == Bytes{0xaf, 0, 0x11, 0x90});
}

TEST_CASE("Frames and configurations come back from their bodies") {
  const EncodedFrame frame = sample::Reference(40, 33);
  const auto video = Video<VideoPayload>(VideoBody(frame));
  CHECK(video.composition_ms == 33);
  CHECK(video.kind == FrameKind::kReference);
  CHECK(sample::SameBytes(video.payload.view(), frame.payload.view()));

  const auto header = Video<VideoSequenceHeader>(VideoSequenceHeaderBody(sample::Video()));
  CHECK(sample::SameBytes(header.config.view(), sample::AvcConfigBytes()));

  const auto audio = Audio<AudioPayload>(AudioBody(sample::Sound(0)));
  CHECK(sample::SameBytes(audio.payload.view(), sample::Sound(0).payload.view()));
}

TEST_CASE("H.265 and Opus are written in the enhanced form and come back") {
  VideoTrack track = sample::Video();
  track.codec = VideoCodec::kH265;
  CHECK(Head(VideoSequenceHeaderBody(track), 5) == Bytes{0x90, 'h', 'v', 'c', '1'});
  CHECK(Video<VideoSequenceHeader>(VideoSequenceHeaderBody(track)).codec == VideoCodec::kH265);

  const Bytes body = VideoBody(sample::Reference(0, 7), VideoCodec::kH265);
  CHECK(Head(body, 8) == Bytes{0xa1, 'h', 'v', 'c', '1', 0, 0, 7});
  CHECK(Video<VideoPayload>(body).composition_ms == 7);

  const Bytes opus = AudioBody(sample::Sound(0), AudioCodec::kOpus);
  CHECK(Head(opus, 5) == Bytes{0x91, 'O', 'p', 'u', 's'});
  CHECK(Audio<AudioPayload>(opus).codec == AudioCodec::kOpus);
}

TEST_CASE("H.265 under codec id 12 is laid out as H.264, and comes back") {
  VideoTrack track = sample::Video();
  track.codec = VideoCodec::kH265;
  const Bytes header = VideoSequenceHeaderBody(track, HevcForm::kLegacy12);
  CHECK(Head(header, 5) == Bytes{0x1c, 0, 0, 0, 0});
  const auto config = Video<VideoSequenceHeader>(header);
  CHECK(config.codec == VideoCodec::kH265);
  CHECK(sample::SameBytes(config.config.view(), track.config.view()));

  const Codecs codecs{.video = VideoCodec::kH265, .hevc = HevcForm::kLegacy12};
  const BodyHeader key = FrameHeader(sample::Key(0), codecs);
  CHECK(Bytes(key.view().begin(), key.view().end()) == Bytes{0x1c, 1, 0, 0, 0});
  const BodyHeader other = FrameHeader(sample::Reference(0, 7), codecs);
  Bytes body(other.view().begin(), other.view().end());
  CHECK(body == Bytes{0x2c, 1, 0, 0, 7});
  body.push_back(9);
  CHECK(Video<VideoPayload>(body).codec == VideoCodec::kH265);

  const Bytes end = VideoSequenceEndBody(VideoCodec::kH265, HevcForm::kLegacy12);
  CHECK(end == Bytes{0x1c, 2, 0, 0, 0});
  Video<SequenceEnd>(end);
}

TEST_CASE("The form of H.265 changes nothing of H.264") {
  CHECK(VideoSequenceHeaderBody(sample::Video(), HevcForm::kLegacy12) ==
        VideoSequenceHeaderBody(sample::Video()));
  CHECK(VideoSequenceEndBody(VideoCodec::kH264, HevcForm::kLegacy12) == Bytes{0x17, 2, 0, 0, 0});
}

TEST_CASE("Metadata names H.265 by the id of its form") {
  StreamTracks tracks = sample::Tracks();
  tracks.video->codec = VideoCodec::kH265;
  const auto id = [&](HevcForm form) {
    return amf0::Parse(MetadataBody(tracks, {}, form)).values[1].FindNumber("videocodecid");
  };
  CHECK(id(HevcForm::kEnhanced) == 0x68766331);  // "hvc1"
  CHECK(id(HevcForm::kLegacy12) == 12);
}

TEST_CASE("Other writers' forms of H.265 and H.264 are understood") {
  CHECK(Video<VideoSequenceHeader>({0x1c, 0, 0, 0, 0, 1, 2}).codec == VideoCodec::kH265);
  CHECK(Video<VideoPayload>({0x2c, 1, 0xff, 0xff, 0xfe, 9}).composition_ms == -2);
  // Coded frames without a composition time.
  const auto frame = Video<VideoPayload>({0x93, 'h', 'v', 'c', '1', 9, 9});
  CHECK(frame.kind == FrameKind::kKey);
  CHECK(frame.payload.size() == 2);
  CHECK(Video<VideoPayload>({0xa1, 'a', 'v', 'c', '1', 0, 0, 5, 9}).codec == VideoCodec::kH264);
}

TEST_CASE("Modifiers in front of an enhanced body are skipped, short and long") {
  CHECK(Video<VideoPayload>({0xa7, 2, 1, 2, 3, 0x03, 'h', 'v', 'c', '1', 9}).payload.size() == 1);
  Bytes with_long = {0x97, 255, 0, 3, 1, 2, 3, 4, 0x03, 'h', 'v', 'c', '1', 9, 9};
  CHECK(Video<VideoPayload>(with_long).payload.size() == 2);
  CHECK(Audio<AudioPayload>({0x97, 0, 1, 0x01, 'O', 'p', 'u', 's', 9}).payload.size() == 1);
}

TEST_CASE("Codecs that are not played here are named") {
  CHECK(Video<UnknownCodec>({0x24, 0, 0, 0, 0, 1}).name == "VP6");
  CHECK(Video<UnknownCodec>({0x90, 'a', 'v', '0', '1', 1}).name == "av01");
  CHECK(Video<UnknownCodec>({0x96, 0, 0, 0, 0}).name == "multitrack video");
  CHECK(Audio<UnknownCodec>({0x2f, 1, 2}).name == "MP3");
  CHECK(Audio<UnknownCodec>({0x91, 'f', 'L', 'a', 'C', 1}).name == "fLaC");
}

TEST_CASE("Bodies without media are ignored") {
  Video<Ignored>({});
  Video<Ignored>({0x57, 0});                      // Seek mark.
  Video<Ignored>({0x17, 1, 0, 0, 0});             // No payload.
  Video<Ignored>({0x94, 'h', 'v', 'c', '1', 2});  // HDR metadata.
  Video<SequenceEnd>({0x17, 2, 0, 0, 0});
  Audio<Ignored>({});
  Audio<Ignored>({0xaf, 1});
}

TEST_CASE("A body that ends inside its header is malformed") {
  for (const Bytes& body :
       {Bytes{0x17}, Bytes{0x17, 1}, Bytes{0x17, 1, 0, 0}, Bytes{0x90, 'h', 'v'},
        Bytes{0x91, 'h', 'v', 'c', '1', 0}, Bytes{0x97, 200, 1}}) {
    const auto parsed = ParseVideoBody(Buffer::Own(body));
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == ErrorCode::kFlvMalformed);
  }
  CHECK_FALSE(ParseAudioBody(Buffer::Own({0xaf})));
  CHECK_FALSE(ParseAudioBody(Buffer::Own({0x91, 'O'})));
}

TEST_CASE("Metadata tells size, rates and codecs by their usual names") {
  const Bytes body = MetadataBody(sample::Tracks(), {.video = DataRate::KilobitsPerSec(1500),
                                                     .audio = DataRate::KilobitsPerSec(64)});

  const auto parsed = amf0::Parse(body);
  REQUIRE(parsed.is_complete);
  CHECK(*parsed.values[0].text() == "onMetaData");
  const auto& values = parsed.values[1];
  CHECK(values.FindNumber("width") == 1280);
  CHECK(values.FindNumber("framerate") == 30);
  CHECK(values.FindNumber("videocodecid") == 7);
  CHECK(values.FindNumber("videodatarate") == 1500);
  CHECK(values.FindNumber("audiocodecid") == 10);
  CHECK(values.FindNumber("audiosamplerate") == 48000);
  CHECK(values.FindNumber("audiodatarate") == 64);
}

}  // namespace
}  // namespace onair::flv
