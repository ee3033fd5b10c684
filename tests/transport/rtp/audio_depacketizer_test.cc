// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/audio_depacketizer.h"

#include <catch2/catch.hpp>

#include "codec/bitstream/bit_writer.h"
#include "tests/codec/support/hex.h"
#include "transport/rtp/opus_payload.h"
#include "transport/rtp/red.h"

namespace onair::rtp {
namespace {

using codec::testing::Hex;

Timestamp Now() {
  return Timestamp::Micros(5);
}

EncodedFrame Sound(std::int64_t ms, Bytes packet) {
  const MediaTime pts = MediaTime::Millis(ms);
  return {Buffer::Own(std::move(packet)), FrameKind::kAudio, pts, pts, Timestamp::Zero()};
}

TEST_CASE("Opus goes out as it is, with the marker where sound begins") {
  OpusPacketizer packetizer;
  Bytes room(100);
  const Bytes packet = Hex("fc 01 02 03");  // 20 ms
  const auto first = packetizer.Write(Sound(1'000, packet), room);
  REQUIRE(first);
  CHECK(first->size == 4);
  CHECK(first->marker == Marker::kSet);
  CHECK(std::equal(packet.begin(), packet.end(), room.begin()));
  CHECK(packetizer.Write(Sound(1'020, packet), room)->marker == Marker::kClear);
  CHECK(packetizer.Write(Sound(1'041, packet), room)->marker == Marker::kClear);
  CHECK(packetizer.Write(Sound(1'081, packet), room)->marker == Marker::kSet);
}

TEST_CASE("What does not fit or is not Opus is not written") {
  OpusPacketizer packetizer;
  Bytes room(3);
  CHECK_FALSE(packetizer.Write(Sound(0, Hex("fc 01 02 03")), room));
  CHECK_FALSE(packetizer.Write(Sound(0, {}), room));
}

TEST_CASE("A packet of Opus is a frame at its timestamp") {
  AudioDepacketizer in(AudioPacking::kOpus, kOpusClockRate, 1, MediaTime::Millis(100));
  std::vector<EncodedFrame> out;
  const Bytes packet = Hex("fc 01");
  in.HandlePacket({1, 0xffffffff, Marker::kSet, packet}, Now(), out);
  in.HandlePacket({2, 959, Marker::kClear, packet}, Now(), out);
  in.HandlePacket({3, 1919, Marker::kClear, {}}, Now(), out);         // Padding.
  in.HandlePacket({4, 2879, Marker::kClear, Hex("ff")}, Now(), out);  // Broken.
  REQUIRE(out.size() == 2);
  CHECK(out[0].pts == MediaTime::Millis(100));
  CHECK(out[1].pts == MediaTime::Millis(120));
  CHECK(out[1].captured_at == Now());
  CHECK(in.stats().malformed == 1);
  REQUIRE(in.track());
  CHECK(in.track()->format == AudioFormat{48'000, 1});
}

TEST_CASE("A lost packet of Opus comes again in the RED of the next one") {
  RedWriter red(111, 1);
  AudioDepacketizer in(AudioPacking::kRedOpus, kOpusClockRate, 2, MediaTime::Zero());
  std::vector<EncodedFrame> out;
  Bytes room(100);
  for (std::uint32_t i = 0; i < 4; ++i) {
    const Bytes packet = {0xfc, static_cast<std::uint8_t>(i)};
    const std::size_t size = red.Write(packet, 960 * i, room);
    if (i == 2) continue;
    in.HandlePacket({i, 960 * i, Marker::kClear, ByteView(room).first(size)}, Now(), out);
  }
  std::vector<std::int64_t> ms;
  for (const EncodedFrame& frame : out) {
    ms.push_back(frame.pts.ms());
    CHECK(frame.payload.data()[1] == frame.pts.ms() / 20);
  }
  CHECK(ms == std::vector<std::int64_t>{0, 0, 20, 40, 60});
  CHECK(in.stats().repeated == 2);
}

TEST_CASE("A LATM element may be cut over packets, and one with a hole gives nothing") {
  codec::BitWriter bits;
  bits.Flag(0);
  bits.Flag(0).Flag(1).Bits(0, 6).Bits(0, 4).Bits(0, 3);
  bits.Bits(2, 5).Bits(3, 4).Bits(2, 4).Bits(0, 3);
  bits.Bits(0, 3).Bits(0xff, 8).Flag(0).Flag(0).Bits(20, 8);
  for (int i = 0; i < 20; ++i) bits.Bits(7, 8);
  const Bytes element = bits.Take();
  AudioDepacketizer in(AudioPacking::kLatmInBand, 48'000, 2, MediaTime::Zero());
  std::vector<EncodedFrame> out;
  in.HandlePacket({1, 0, Marker::kClear, ByteView(element).first(10)}, Now(), out);
  in.HandlePacket({2, 0, Marker::kSet, ByteView(element).subspan(10)}, Now(), out);
  REQUIRE(out.size() == 1);
  CHECK(out[0].payload.size() == 20);
  CHECK(in.track()->codec == AudioCodec::kAac);

  in.HandlePacket({3, 1024, Marker::kClear, ByteView(element).first(5)}, Now(), out);
  in.HandlePacket({5, 1024, Marker::kSet, ByteView(element).subspan(10)}, Now(), out);
  CHECK(out.size() == 1);
  CHECK(in.stats().malformed == 1);
  in.HandlePacket({6, 2048, Marker::kSet, element}, Now(), out);
  CHECK(out.size() == 2);
}

TEST_CASE("A LATM element that never ends is bounded") {
  AudioDepacketizer in(AudioPacking::kLatmInBand, 48'000, 2, MediaTime::Zero());
  std::vector<EncodedFrame> out;
  const Bytes part(1'000, 0);
  for (std::int64_t i = 0; i < 100; ++i) {
    in.HandlePacket({i, 0, Marker::kClear, part}, Now(), out);
  }
  CHECK(in.stats().malformed >= 2);
  CHECK(out.empty());
}

}  // namespace
}  // namespace onair::rtp
