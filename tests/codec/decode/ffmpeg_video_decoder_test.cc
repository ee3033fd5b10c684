// SPDX-License-Identifier: Apache-2.0
#include "codec/decode/ffmpeg_video_decoder.h"

#include <catch2/catch.hpp>

#include "codec/bitstream/bit_writer.h"
#include "codec/bitstream/h264_sps.h"
#include "codec/encode/x264_encoder.h"
#include "core/base/rng.h"
#include "tests/codec/support/hex.h"
#include "tests/codec/support/moving_picture.h"
#include "tests/codec/support/reordering_stream.h"

namespace onair::codec {
namespace {

using namespace testing;

std::unique_ptr<VideoDecoder> Open(const DecoderConfig& config = {}) {
  auto decoder = OpenFfmpegVideoDecoder(config);
  REQUIRE(decoder);
  return std::move(*decoder);
}

// By our own live encoder: no B frames.
MadeStream LiveStream(int count, PictureSize size = {320, 192}, int threads = 2) {
  VideoConfig config;
  config.size = size;
  config.rate = DataRate::KilobitsPerSec(400);
  config.threads = threads;
  auto encoder = *OpenX264Encoder(config);
  MadeStream stream{encoder->track(), {}};
  Scene scene;
  scene.size = size;
  for (int i = 0; i < count; ++i) {
    VideoFrame frame = DrawFrame(scene, i);
    frame.captured_utc = UtcTime::Micros(1'000'000 + frame.pts.us());
    REQUIRE(encoder->Encode(frame, stream.frames));
  }
  return stream;
}

EncodedFrame WithPayload(const EncodedFrame& frame, Bytes payload) {
  EncodedFrame changed = frame;
  changed.payload = Buffer::Own(std::move(payload));
  return changed;
}

Bytes Copy(const EncodedFrame& frame) {
  return Bytes(frame.payload.view().begin(), frame.payload.view().end());
}

TEST_CASE("A stream without B frames gives picture k on frame k") {
  for (const int threads : {1, 2, 4}) {
    const auto stream = LiveStream(20, {320, 192}, threads);
    DecoderConfig config;
    config.threads = threads;
    auto decoder = Open(config);
    REQUIRE(decoder->Configure(stream.track));
    std::vector<VideoFrame> out;
    for (std::size_t i = 0; i < stream.frames.size(); ++i) {
      REQUIRE(decoder->Decode(stream.frames[i], out));
      CAPTURE(threads, i);
      REQUIRE(out.size() == i + 1);
      CHECK(out[i].pts == stream.frames[i].pts);
      CHECK(out[i].captured_at == stream.frames[i].captured_at);
      CHECK(out[i].captured_utc == UtcTime::Micros(1'000'000 + stream.frames[i].pts.us()));
    }
  }
}

TEST_CASE("B frames come out in display order with their own pts and capture time") {
  const auto stream = MakeStream({}, 45);
  auto decoder = Open();
  REQUIRE(decoder->Configure(stream.track));
  std::vector<VideoFrame> out;
  for (const auto& frame : stream.frames) REQUIRE(decoder->Decode(frame, out));
  REQUIRE(decoder->Flush(out));

  REQUIRE(out.size() == 45);
  for (int i = 0; i < 45; ++i) {
    CAPTURE(i);
    CHECK(out[i].pts == MediaTime::Micros(i * 1'000'000LL / 30));
    CHECK(out[i].captured_utc == UtcTime::Micros(1'000'000 + i * 1'000'000LL / 30));
    CHECK(LumaPsnr(out[i].picture, DrawPicture({}, i)) > 30);
  }
}

TEST_CASE("B frames are delayed by what the SPS says and no more") {
  const auto stream = MakeStream({}, 45);
  const auto record = ParseAvcConfig(stream.track.config.view());
  const auto depth = ParseH264Sps(record->sps[0])->reorder_depth();
  REQUIRE(depth);
  auto decoder = Open();
  REQUIRE(decoder->Configure(stream.track));
  std::vector<VideoFrame> out;
  for (std::size_t i = 0; i < 20; ++i) {
    REQUIRE(decoder->Decode(stream.frames[i], out));
    const auto delayed = static_cast<std::size_t>(*depth);
    CHECK(out.size() == (i >= delayed ? i + 1 - delayed : 0));
  }
}

TEST_CASE("A new configuration gives the old pictures first and then its own at once") {
  const auto old_stream = MakeStream({}, 20);
  const auto new_stream = LiveStream(10, {160, 96});
  auto decoder = Open();
  REQUIRE(decoder->Configure(old_stream.track));
  std::vector<VideoFrame> out;
  for (const auto& frame : old_stream.frames) REQUIRE(decoder->Decode(frame, out));
  CHECK(out.size() < 20);

  REQUIRE(decoder->Configure(new_stream.track));
  REQUIRE(decoder->Decode(new_stream.frames[0], out));

  REQUIRE(out.size() == 21);
  CHECK(out[19].picture.size() == PictureSize{320, 192});
  CHECK(out[20].picture.size() == PictureSize{160, 96});
  REQUIRE(decoder->Decode(new_stream.frames[1], out));
  CHECK(out.size() == 22);
}

TEST_CASE("The same record again in mid-GOP changes nothing") {
  const auto stream = LiveStream(10);
  auto decoder = Open();
  REQUIRE(decoder->Configure(stream.track));
  std::vector<VideoFrame> out;
  for (const auto& frame : stream.frames) {
    REQUIRE(decoder->Configure(stream.track));
    REQUIRE(decoder->Decode(frame, out));
  }
  CHECK(out.size() == 10);
}

TEST_CASE("Frames before the key frame are refused, at the start and after a reset") {
  const auto stream = LiveStream(70);
  auto decoder = Open();
  std::vector<VideoFrame> out;
  CHECK(decoder->Decode(stream.frames[0], out).error().detail == "no parameter sets yet");
  REQUIRE(decoder->Configure(stream.track));
  CHECK(decoder->Decode(stream.frames[1], out).error().code == ErrorCode::kDecodeFailed);
  CHECK(out.empty());
  for (int i = 0; i < 5; ++i) REQUIRE(decoder->Decode(stream.frames[i], out));
  CHECK(out.size() == 5);

  decoder->Reset();
  out.clear();
  CHECK_FALSE(decoder->Decode(stream.frames[6], out));
  REQUIRE(stream.frames[60].is_key());
  for (int i = 60; i < 70; ++i) REQUIRE(decoder->Decode(stream.frames[i], out));
  CHECK(out.size() == 10);
}

TEST_CASE("Decoding goes on with the next key frame after every kind of damage") {
  const auto stream = LiveStream(62);
  for (int damage = 0; damage < 4; ++damage) {
    auto decoder = Open();
    REQUIRE(decoder->Configure(stream.track));
    std::vector<VideoFrame> out;
    for (int i = 0; i < 60; ++i) {
      Bytes bytes = Copy(stream.frames[i]);
      if (damage == 0) bytes.resize(bytes.size() / 2);
      if (damage == 1) bytes.assign(bytes.size(), 0xff);
      if (damage == 2) bytes.resize(3);
      if (damage == 3) bytes.clear();
      const auto status = decoder->Decode(WithPayload(stream.frames[i], std::move(bytes)), out);
      CAPTURE(damage, i);
      if (damage != 0) REQUIRE(status.error().code == ErrorCode::kDecodeFailed);
    }
    out.clear();
    REQUIRE(decoder->Decode(stream.frames[60], out));
    REQUIRE(decoder->Decode(stream.frames[61], out));
    REQUIRE_FALSE(out.empty());
    CHECK(out.back().pts == stream.frames[61].pts);
    CHECK(LumaPsnr(out.back().picture, DrawPicture({}, 61)) > 27);
  }
}

TEST_CASE("Flipped bits and cuts never crash the decoder") {
  const auto stream = LiveStream(12);
  Rng rng(11);
  for (int round = 0; round < 60; ++round) {
    auto decoder = Open();
    REQUIRE(decoder->Configure(stream.track));
    std::vector<VideoFrame> out;
    for (const auto& frame : stream.frames) {
      Bytes bytes = Copy(frame);
      for (int flips = 0; flips < 3; ++flips) {
        bytes[rng.Below(bytes.size())] ^= static_cast<std::uint8_t>(1U << rng.Below(8));
      }
      if (rng.Below(4) == 0) bytes.resize(rng.Below(bytes.size()));
      static_cast<void>(decoder->Decode(WithPayload(frame, std::move(bytes)), out));
    }
    static_cast<void>(decoder->Flush(out));
    CHECK(out.size() <= stream.frames.size());
    for (const auto& frame : out) CHECK(frame.picture.size().width <= kMaxPictureSide);
  }
}

TEST_CASE("Configuration records that are none are refused and the old stream goes on") {
  const auto stream = LiveStream(4);
  auto decoder = Open();
  REQUIRE(decoder->Configure(stream.track));
  std::vector<VideoFrame> out;
  REQUIRE(decoder->Decode(stream.frames[0], out));

  VideoTrack bad = stream.track;
  bad.config = Buffer::Own({1, 2, 3});
  CHECK(decoder->Configure(bad).error().code == ErrorCode::kCodecOpen);
  bad.config = Buffer();
  CHECK(decoder->Configure(bad).error().code == ErrorCode::kCodecOpen);
  bad.config = Buffer::Own(Bytes(100'000, 1));
  CHECK(decoder->Configure(bad).error().code == ErrorCode::kCodecOpen);

  REQUIRE(decoder->Decode(stream.frames[1], out));
  CHECK(out.size() == 2);
}

TEST_CASE("An absurd size in the parameter sets is refused before anything is allocated") {
  // 16384x16384: hand-made baseline SPS (ITU-T H.264 section 7.3.2.1.1), any PPS.
  BitWriter bits;
  bits.Bits(0x67, 8).Bits(66, 8).Bits(0, 8).Bits(51, 8).Ue(0).Ue(0).Ue(2).Ue(1).Flag(0);
  bits.Ue(1023).Ue(1023).Flag(1).Flag(1).Flag(0).Flag(0).StopBit();
  const Bytes sps = InsertEmulationPrevention(bits.Take());
  Bytes record{1, 66, 0, 51, 0xff, 0xe1, 0, static_cast<std::uint8_t>(sps.size())};
  record.insert(record.end(), sps.begin(), sps.end());
  for (const int byte : {1, 0, 4, 0x68, 0xce, 0x38, 0x80}) {
    record.push_back(static_cast<std::uint8_t>(byte));
  }
  auto decoder = Open();
  const VideoTrack track{VideoCodec::kH264, {16384, 16384}, 0, Buffer::Own(record)};
  CHECK(decoder->Configure(track).error().detail == "SPS picture size is out of range");
}

TEST_CASE("Other chroma formats and full range come out as limited-range I420") {
  for (const int csp : {X264_CSP_I422, X264_CSP_I444}) {
    StreamRecipe recipe;
    recipe.b_frames = 0;
    recipe.csp = csp;
    const auto stream = MakeStream(recipe, 3);
    auto decoder = Open();
    REQUIRE(decoder->Configure(stream.track));
    std::vector<VideoFrame> out;
    for (const auto& frame : stream.frames) REQUIRE(decoder->Decode(frame, out));
    CAPTURE(csp);
    REQUIRE(out.size() == 3);
    CHECK(out[2].picture.format() == PixelFormat::kI420);
    CHECK(LumaPsnr(out[2].picture, DrawPicture({}, 2)) > 30);
    CHECK(out[2].picture.plane(1).data[0] == Approx(128).margin(1));
  }

  StreamRecipe full;
  full.b_frames = 0;
  full.is_full_range = true;
  const auto stream = MakeStream(full, 3);
  auto decoder = Open();
  REQUIRE(decoder->Configure(stream.track));
  std::vector<VideoFrame> out;
  for (const auto& frame : stream.frames) REQUIRE(decoder->Decode(frame, out));
  REQUIRE(out.size() == 3);
  // Full-range luma y becomes 16 + y * 219 / 255.
  const Picture source = DrawPicture({}, 2);
  auto expected = *PictureBuilder::Allocate(PixelFormat::kI420, source.size());
  for (int y = 0; y < source.size().height; ++y) {
    for (int x = 0; x < source.size().width; ++x) {
      const int luma = source.plane(0).data[y * source.plane(0).stride_bytes + x];
      expected.plane(0).data[y * expected.plane(0).stride_bytes + x] =
          static_cast<std::uint8_t>(16 + (luma * 219 + 127) / 255);
    }
  }
  CHECK(LumaPsnr(out[2].picture, std::move(expected).Freeze()) > 30);
}

TEST_CASE("Pictures stay whole after the decoder is gone") {
  const auto stream = LiveStream(3);
  std::vector<VideoFrame> out;
  {
    auto decoder = Open();
    REQUIRE(decoder->Configure(stream.track));
    for (const auto& frame : stream.frames) REQUIRE(decoder->Decode(frame, out));
  }
  for (int i = 0; i < 3; ++i) CHECK(LumaPsnr(out[i].picture, DrawPicture({}, i)) > 25);
}

TEST_CASE("Sizes that are no multiple of a macroblock come out cropped to the pixel") {
  const auto stream = LiveStream(2, {318, 182});
  CHECK(stream.track.size == PictureSize{318, 182});
  auto decoder = Open();
  REQUIRE(decoder->Configure(stream.track));
  std::vector<VideoFrame> out;
  for (const auto& frame : stream.frames) REQUIRE(decoder->Decode(frame, out));
  CHECK(out[1].picture.size() == PictureSize{318, 182});
}

// Three gray pictures by x265 3.5 through the ffmpeg 5.1 program:
//   ffmpeg -f lavfi -i color=c=0x808080:size=64x64:rate=30 -frames:v 3 -pix_fmt yuv420p
//     -c:v libx265 -preset veryfast -tune zerolatency -x265-params info=0 -tag:v hvc1 out.mp4
// kFfmpegHvcc is its configuration record.
constexpr std::string_view kHevcFrames[] = {"0000000c2801af78ebaefbfe7557cb4f",
                                            "0000000c0201d0097e10c204f0f685e4",
                                            "0000000d0201d011ffd4430204d0f685e4"};

TEST_CASE("H.265 with its hvcC record decodes on the same decoder, after H.264 and back") {
  const auto h264 = MakeStream({}, 8);
  const VideoTrack hevc{VideoCodec::kH265, {64, 64}, 30, Buffer::Own(Hex(kFfmpegHvcc))};
  auto decoder = Open();
  std::vector<VideoFrame> out;
  REQUIRE(decoder->Configure(h264.track));
  for (const auto& frame : h264.frames) REQUIRE(decoder->Decode(frame, out));

  REQUIRE(decoder->Configure(hevc));
  for (int i = 0; i < 3; ++i) {
    const Bytes stamp = CaptureStampNal(UtcTime::Micros(i), VideoCodec::kH265);
    Bytes payload = JoinLengths(std::vector<ByteView>{stamp});
    const Bytes slice = Hex(kHevcFrames[i]);
    payload.insert(payload.end(), slice.begin(), slice.end());
    const FrameKind kind = KindOf(payload, VideoCodec::kH265);
    CHECK(kind == (i == 0 ? FrameKind::kKey : FrameKind::kReference));
    const auto pts = MediaTime::Millis(1000 + 33 * i);
    REQUIRE(
        decoder->Decode({Buffer::Own(std::move(payload)), kind, pts, pts, Timestamp::Zero()}, out));
    REQUIRE(out.size() == static_cast<std::size_t>(9 + i));  // At once, after all of H.264.
    CHECK(out.back().picture.size() == PictureSize{64, 64});
    CHECK(out.back().picture.plane(0).data[0] == Approx(126).margin(2));
    CHECK(out.back().captured_utc == UtcTime::Micros(i));
  }

  REQUIRE(decoder->Configure(h264.track));
  REQUIRE(decoder->Decode(h264.frames[0], out));
  REQUIRE(decoder->Flush(out));
  CHECK(out.back().picture.size() == PictureSize{320, 192});
}

TEST_CASE("A thread count out of range is refused") {
  DecoderConfig config;
  config.threads = 0;
  CHECK(OpenFfmpegVideoDecoder(config).error().code == ErrorCode::kInvalidConfig);
  config.threads = 17;
  CHECK(OpenFfmpegVideoDecoder(config).error().detail == "decoder.threads");
}

}  // namespace
}  // namespace onair::codec
