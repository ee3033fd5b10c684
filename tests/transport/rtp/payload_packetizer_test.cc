// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/payload_packetizer.h"

#include <catch2/catch.hpp>

#include "tests/transport/rtp/sample_video.h"

namespace onair::rtp {
namespace {

using namespace testing;

constexpr std::array<VideoCodec, 2> kBoth = {VideoCodec::kH264, VideoCodec::kH265};

std::vector<SentPacket> Send(VideoCodec codec, const EncodedFrame& frame, std::size_t limit) {
  SampleSender sender(codec);
  return sender.Send(frame, limit);
}

TEST_CASE("A small picture is one payload with the marker, the unit itself") {
  for (const VideoCodec codec : kBoth) {
    Rng rng(1);
    const auto frame = SampleFrame(codec, FrameKind::kReference, 0, {500}, rng);
    const auto packets = Send(codec, frame, 1200);
    REQUIRE(packets.size() == 1);
    CHECK(packets[0].marker == Marker::kSet);
    CHECK(std::ranges::equal(packets[0].payload, frame.payload.view().subspan(4)));
  }
}

TEST_CASE("Parameter sets go in front of a key frame, in one aggregate") {
  for (const VideoCodec codec : kBoth) {
    Rng rng(1);
    const auto packets = Send(codec, SampleFrame(codec, FrameKind::kKey, 0, {5000}, rng), 1200);
    REQUIRE(packets.size() > 4);
    const int type = codec == VideoCodec::kH264 ? packets[0].payload[0] & 0x1f
                                                : packets[0].payload[0] >> 1 & 0x3f;
    CHECK(type == (codec == VideoCodec::kH264 ? 24 : 48));
    AccessUnitBuilder builder(codec);
    builder.Begin(0);
    builder.Add(packets[0].payload);
    CHECK(builder.has_parameter_sets());
    CHECK(std::ranges::equal(builder.Track()->config.view(), SampleTrack(codec).config.view()));
  }
}

TEST_CASE("Pictures that are no key frames carry no parameter sets") {
  Rng rng(1);
  const auto frame = SampleFrame(VideoCodec::kH264, FrameKind::kReference, 0, {100, 100}, rng);
  const auto packets = Send(VideoCodec::kH264, frame, 1200);
  REQUIRE(packets.size() == 1);
  CHECK(packets[0].payload.size() == 1 + 2 * (2 + 100));
}

TEST_CASE("An encoder that repeats its parameter sets gets none added") {
  Rng rng(1);
  const Bytes sps = Hex(codec::testing::kMain1080Sps);
  const Bytes pps = Hex(codec::testing::kMain1080Pps);
  const Bytes slice = SampleSlice(VideoCodec::kH264, FrameKind::kKey, true, 200, rng);
  const std::array<ByteView, 3> nals = {sps, pps, slice};
  EncodedFrame frame = SampleFrame(VideoCodec::kH264, FrameKind::kKey, 0, {10}, rng);
  frame.payload = Buffer::Own(codec::JoinLengths(nals));
  const auto packets = Send(VideoCodec::kH264, frame, 1200);
  REQUIRE(packets.size() == 1);
  CHECK(packets[0].payload.size() == 1 + 6 + sps.size() + pps.size() + slice.size());
}

TEST_CASE("Parameter sets stand behind a delimiter") {
  Rng rng(1);
  const Bytes delimiter = Hex("09 f0");
  const Bytes slice = SampleSlice(VideoCodec::kH264, FrameKind::kKey, true, 20, rng);
  const std::array<ByteView, 2> nals = {delimiter, slice};
  EncodedFrame frame = SampleFrame(VideoCodec::kH264, FrameKind::kKey, 0, {10}, rng);
  frame.payload = Buffer::Own(codec::JoinLengths(nals));
  const auto packets = Send(VideoCodec::kH264, frame, 1200);
  REQUIRE(packets.size() == 1);
  H264Pieces pieces(packets[0].payload);
  std::vector<int> types;
  while (const auto piece = pieces.Next()) types.push_back(piece->header[0] & 0x1f);
  CHECK(types == std::vector<int>{9, 7, 8, 5});
}

TEST_CASE("A large unit is cut into parts of equal size") {
  for (const VideoCodec codec : kBoth) {
    Rng rng(2);
    for (const std::size_t size : {1201UL, 1202UL, 2396UL, 2397UL, 5000UL, 100'000UL}) {
      const auto frame = SampleFrame(codec, FrameKind::kReference, 0, {size}, rng);
      const auto packets = Send(codec, frame, 1200);
      std::size_t least = 1200;
      std::size_t most = 0;
      for (const auto& packet : packets) {
        least = std::min(least, packet.payload.size());
        most = std::max(most, packet.payload.size());
      }
      CAPTURE(size, packets.size());
      CHECK(packets.size() >= 2);
      CHECK(packets.size() == (size - (codec == VideoCodec::kH264 ? 1 : 2) +
                               (codec == VideoCodec::kH264 ? 1197 : 1196)) /
                                  (codec == VideoCodec::kH264 ? 1198 : 1197));
      CHECK(most <= 1200);
      CHECK(most - least <= 1);
    }
  }
}

TEST_CASE("Only the last payload of a picture has the marker and none passes its limit") {
  Rng rng(5);
  for (int i = 0; i < 500; ++i) {
    const VideoCodec codec = kBoth[rng.Below(2)];
    std::vector<std::size_t> slices;
    for (std::uint64_t k = 0; k <= rng.Below(8); ++k) slices.push_back(4 + rng.Below(3000));
    const auto kind = rng.Below(3) == 0 ? FrameKind::kKey : FrameKind::kReference;
    const std::size_t limit = VideoPacketizer::kMinPayloadBytes + rng.Below(1400);
    const auto packets = Send(codec, SampleFrame(codec, kind, i, slices, rng), limit);
    REQUIRE_FALSE(packets.empty());
    for (std::size_t k = 0; k < packets.size(); ++k) {
      REQUIRE(packets[k].payload.size() <= limit);
      REQUIRE((packets[k].marker == Marker::kSet) == (k + 1 == packets.size()));
    }
  }
}

TEST_CASE("Frames that are no access units are refused and leave nothing to write") {
  VideoPacketizer packetizer(VideoCodec::kH264);
  Rng rng(1);
  EncodedFrame frame = SampleFrame(VideoCodec::kH264, FrameKind::kReference, 0, {10}, rng);
  Bytes room(1200);
  for (const char* bad : {"", "00", "00000000", "00000003 41 9a", "00000002 41 9a 00"}) {
    frame.payload = Buffer::Own(Hex(bad));
    INFO(bad);
    CHECK(packetizer.Begin(frame, 1200).error().code == ErrorCode::kBitstream);
    CHECK_FALSE(packetizer.Next(room));
  }
  Bytes many;
  for (std::size_t i = 0; i <= codec::kMaxNals; ++i) {
    for (const int byte : {0, 0, 0, 2, 0x41, 0x9a}) many.push_back(static_cast<std::uint8_t>(byte));
  }
  frame.payload = Buffer::Own(many);
  CHECK(packetizer.Begin(frame, 1200).error().code == ErrorCode::kBitstream);
}

TEST_CASE("A limit out of range, a track of another codec and a broken one are refused") {
  Rng rng(1);
  const EncodedFrame frame = SampleFrame(VideoCodec::kH264, FrameKind::kReference, 0, {10}, rng);
  VideoPacketizer packetizer(VideoCodec::kH264);
  CHECK(packetizer.Begin(frame, 31).error().code == ErrorCode::kInvalidConfig);
  CHECK(packetizer.Begin(frame, 65'536).error().code == ErrorCode::kInvalidConfig);
  CHECK(packetizer.Begin(frame, 32));
  CHECK(packetizer.Configure(SampleTrack(VideoCodec::kH265)).error().code ==
        ErrorCode::kCodecUnavailable);
  VideoTrack broken = SampleTrack(VideoCodec::kH264);
  broken.config = Buffer::Own(Bytes{1, 2});
  CHECK(packetizer.Configure(broken).error().code == ErrorCode::kBitstream);
}

TEST_CASE("A new frame takes the place of one that was not finished") {
  Rng rng(1);
  VideoPacketizer packetizer(VideoCodec::kH264);
  Bytes room(100);
  const auto large = SampleFrame(VideoCodec::kH264, FrameKind::kReference, 0, {1000}, rng);
  const auto small = SampleFrame(VideoCodec::kH264, FrameKind::kReference, 1, {50}, rng);
  REQUIRE(packetizer.Begin(large, 100));
  REQUIRE(packetizer.Next(room));
  REQUIRE(packetizer.Begin(small, 100));
  const auto written = packetizer.Next(room);
  REQUIRE(written);
  CHECK(written->size == 50);
  CHECK(written->marker == Marker::kSet);
  CHECK(packetizer.is_done());
  CHECK_FALSE(packetizer.Next(room));
}

}  // namespace
}  // namespace onair::rtp
