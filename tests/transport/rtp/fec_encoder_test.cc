// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/fec_encoder.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/transport/rtp/sample_packets.h"

namespace onair::rtp {
namespace {

using namespace testing;

TEST_CASE("Packets of a group are dealt to its repairs in turn") {
  Rng rng(1);
  FecEncoder encoder(kMediaSsrc, {});
  encoder.BeginGroup(3);
  const auto packets = SamplePackets(65'533, 7, rng);
  for (const Bytes& packet : packets) REQUIRE(encoder.Add(packet));
  CHECK(encoder.group_packets() == 7);
  Bytes room(1600);
  std::vector<std::string> masks;
  while (const auto size = encoder.Next(room)) {
    const auto repair = ParseFlexFec03(ByteView(room).first(*size));
    REQUIRE(repair);
    CHECK(repair->ssrc == kMediaSsrc);
    CHECK(repair->sn_base == 65'533);
    std::string mask;
    for (std::size_t i = 0; i < 7; ++i) mask += repair->mask.test(i) ? '1' : '0';
    masks.push_back(mask);
  }
  CHECK(masks == std::vector<std::string>{"1001001", "0100100", "0010010"});
  CHECK_FALSE(encoder.Next(room));
}

TEST_CASE("A repair of one packet is that packet behind its header") {
  Rng rng(1);
  FecEncoder encoder(kMediaSsrc, {});
  encoder.BeginGroup(1);
  const Bytes packet = SamplePacket(7, 100, rng);
  REQUIRE(encoder.Add(packet));
  Bytes room(200);
  const auto size = encoder.Next(room);
  REQUIRE(size);
  CHECK(*size == 20 + 100);
  const auto repair = ParseFlexFec03(ByteView(room).first(*size));
  CHECK(std::ranges::equal(repair->protection, ByteView(packet).subspan(12)));
  CHECK(repair->header.length == 100);
}

TEST_CASE("A group takes what its mask can name and no more") {
  Rng rng(1);
  FecEncoder encoder(kMediaSsrc, {});
  CHECK_FALSE(encoder.Add(SamplePacket(1, 10, rng)));  // No group yet.
  encoder.BeginGroup(1);
  CHECK(encoder.Add(SamplePacket(100, 10, rng)));
  CHECK(encoder.Add(SamplePacket(208, 10, rng)));
  CHECK_FALSE(encoder.Add(SamplePacket(209, 10, rng)));
  CHECK_FALSE(encoder.Add(SamplePacket(99, 10, rng)));
  CHECK_FALSE(encoder.Add(SamplePacket(101, kMaxFecMedia, rng)));
  CHECK_FALSE(encoder.Add(Bytes(11)));
  CHECK(encoder.group_packets() == 2);
}

TEST_CASE("More repairs than packets write only as many as there are packets") {
  Rng rng(1);
  FecEncoder encoder(kMediaSsrc, {});
  encoder.BeginGroup(99);
  REQUIRE(encoder.Add(SamplePacket(1, 10, rng)));
  REQUIRE(encoder.Add(SamplePacket(2, 10, rng)));
  Bytes room(200);
  CHECK(encoder.Next(room));
  CHECK_FALSE(encoder.Add(SamplePacket(3, 10, rng)));  // Being written.
  CHECK(encoder.Next(room));
  CHECK_FALSE(encoder.Next(room));
  encoder.BeginGroup(1);
  CHECK(encoder.Add(SamplePacket(3, 10, rng)));
}

TEST_CASE("Extensions that change at sending count as zero, others as they are") {
  ExtensionMap map;
  REQUIRE(map.Add(ExtensionKind::kTransportSequence, 3));
  REQUIRE(map.Add(ExtensionKind::kAbsSendTime, 2));
  REQUIRE(map.Add(ExtensionKind::kMid, 1));
  HeaderExtensions values;
  values.mid = "0";
  values.transport_sequence = 0x1234;
  values.abs_send_time = 0x56789a;
  std::array<std::uint8_t, kMaxExtensionBytes> block{};
  const auto written = WriteExtensions(map, values, block);
  Bytes packet(100);
  const std::size_t size =
      WriteHeader({.payload_type = 96, .ssrc = kMediaSsrc},
                  {written.profile, ByteView(block).first(written.size)}, packet);
  REQUIRE(size > kFixedHeaderBytes);

  ZeroSendingExtensions(map, packet);

  const auto read = ReadExtensions(map, ParsePacket(packet)->extension);
  CHECK(read.mid == "0");
  CHECK(read.transport_sequence == 0);
  CHECK(read.abs_send_time == 0);
}

TEST_CASE("Setting extensions to zero is safe on any bytes") {
  ExtensionMap map;
  REQUIRE(map.Add(ExtensionKind::kTransportSequence, 3));
  Rng rng(9);
  for (int i = 0; i < 20'000; ++i) {
    Bytes packet = rng.TakeBytes(rng.Below(60));
    if (packet.size() > 16) {
      packet[0] = static_cast<std::uint8_t>(0x90 | (packet[0] & 0x0f));
      packet[12] = rng.Below(2) == 0 ? 0xbe : 0x10;
      packet[13] = packet[12] == 0xbe ? 0xde : 0x00;
      packet[14] = 0;
    }
    ZeroSendingExtensions(map, packet);
  }
}

}  // namespace
}  // namespace onair::rtp
