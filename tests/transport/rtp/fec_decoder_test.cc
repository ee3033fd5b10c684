// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/fec_decoder.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "core/base/byte_writer.h"
#include "tests/transport/rtp/sample_packets.h"
#include "transport/rtp/fec_encoder.h"

namespace onair::rtp {
namespace {

using namespace testing;

std::vector<Bytes> PollAll(FecDecoder& decoder) {
  std::vector<Bytes> out;
  while (const auto packet = decoder.Poll()) out.emplace_back(packet->begin(), packet->end());
  return out;
}

// The repair of these packets as ULPFEC with one level, by the words of RFC 5109 section 8.
Bytes Ulpfec(const std::vector<Bytes>& packets) {
  FecXor sum;
  for (const Bytes& packet : packets) sum.Add(packet);
  ByteWriter out;
  out.U8(sum.header().first & 0x3f).U8(sum.header().second);
  out.U16(static_cast<std::uint16_t>(packets[0][2] << 8 | packets[0][3]));
  out.U32(sum.header().timestamp).U16(sum.header().length);
  out.U16(static_cast<std::uint16_t>(sum.bytes().size()));
  out.U16(static_cast<std::uint16_t>(0xffff << (16 - packets.size())));
  return out.Append(sum.bytes()).Take();
}

// RFC 5109 section 10.1: packets A to D.
std::vector<Bytes> RfcPackets() {
  struct Row {
    Marker marker;
    std::uint8_t type;
    std::uint16_t sequence;
    std::uint32_t timestamp;
    std::size_t payload;
  };
  Rng rng(1);
  std::vector<Bytes> out;
  for (const Row& row : {Row{Marker::kSet, 11, 8, 3, 200}, Row{Marker::kClear, 18, 9, 5, 140},
                         Row{Marker::kSet, 11, 10, 7, 100}, Row{Marker::kClear, 18, 11, 9, 340}}) {
    Bytes packet(kFixedHeaderBytes + row.payload);
    WriteHeader({row.type, row.marker, row.sequence, row.timestamp, 2}, {}, packet);
    for (std::size_t i = kFixedHeaderBytes; i < packet.size(); ++i) {
      packet[i] = static_cast<std::uint8_t>(rng.Next());
    }
    out.push_back(packet);
  }
  return out;
}

TEST_CASE("The example of RFC 5109 section 10.1 comes out with its numbers") {
  const auto payload = Ulpfec(RfcPackets());
  const auto repair = ParseUlpfec(payload);
  REQUIRE(repair);
  CHECK(repair->sn_base == 8);
  CHECK(repair->header == FecHeaderXor{0, 0, 8, 372});
  CHECK(repair->protection.size() == 340);
  CHECK(repair->mask.to_ullong() == 0b1111);
}

TEST_CASE("Any one packet of the example of RFC 5109 comes back whole") {
  const auto packets = RfcPackets();
  const auto payload = Ulpfec(packets);
  for (std::size_t lost = 0; lost < 4; ++lost) {
    for (const bool repair_first : {false, true}) {
      FecDecoder decoder(2, {});
      if (repair_first) decoder.HandleRepair(*ParseUlpfec(payload));
      for (std::size_t i = 0; i < 4; ++i) {
        if (i != lost) decoder.HandleMedia(packets[i]);
      }
      if (!repair_first) decoder.HandleRepair(*ParseUlpfec(payload));
      const auto recovered = PollAll(decoder);
      CAPTURE(lost, repair_first);
      REQUIRE(recovered.size() == 1);
      CHECK(recovered[0] == packets[lost]);
    }
  }
}

TEST_CASE("Two losses of one repair stay lost until one of them comes by another way") {
  const auto packets = RfcPackets();
  const auto payload = Ulpfec(packets);
  FecDecoder decoder(2, {});
  decoder.HandleMedia(packets[0]);
  decoder.HandleMedia(packets[3]);
  decoder.HandleRepair(*ParseUlpfec(payload));
  CHECK(PollAll(decoder).empty());
  decoder.HandleMedia(packets[1]);
  const auto recovered = PollAll(decoder);
  REQUIRE(recovered.size() == 1);
  CHECK(recovered[0] == packets[2]);
}

TEST_CASE("A level that protects a part of a longer packet recovers nothing of it") {
  const auto packets = RfcPackets();
  Bytes payload = Ulpfec(packets);
  payload[10] = 0;
  payload[11] = 200;  // Protection length.
  FecDecoder decoder(2, {});
  for (std::size_t i = 0; i < 3; ++i) decoder.HandleMedia(packets[i]);
  decoder.HandleRepair(*ParseUlpfec(payload));
  CHECK(PollAll(decoder).empty());
  CHECK(decoder.stats().refused == 1);
}

TEST_CASE("Bursts as long as the number of repairs are mended, wherever they fall") {
  Rng rng(3);
  for (std::size_t repairs = 1; repairs <= 6; ++repairs) {
    for (std::size_t at = 0; at + repairs <= 20; ++at) {
      const auto packets = SamplePackets(static_cast<std::uint16_t>(rng.Next()), 20, rng);
      FecEncoder encoder(kMediaSsrc, {});
      encoder.BeginGroup(repairs);
      FecDecoder decoder(kMediaSsrc, {});
      for (std::size_t i = 0; i < packets.size(); ++i) {
        REQUIRE(encoder.Add(packets[i]));
        if (i < at || i >= at + repairs) decoder.HandleMedia(packets[i]);
      }
      Bytes room(1600);
      while (const auto size = encoder.Next(room)) {
        decoder.HandleRepair(*ParseFlexFec03(ByteView(room).first(*size)));
      }
      const auto recovered = PollAll(decoder);
      CAPTURE(repairs, at);
      REQUIRE(recovered.size() == repairs);
      for (const Bytes& packet : recovered) {
        REQUIRE(std::find(packets.begin() + static_cast<long>(at),
                          packets.begin() + static_cast<long>(at + repairs),
                          packet) != packets.begin() + static_cast<long>(at + repairs));
      }
    }
  }
}

TEST_CASE("What one repair recovers lets the next one recover") {
  Rng rng(4);
  const auto packets = SamplePackets(10, 3, rng);
  const auto repair_of = [&](std::vector<std::size_t> members, Bytes& room) {
    FecEncoder encoder(kMediaSsrc, {});
    encoder.BeginGroup(1);
    for (const std::size_t i : members) REQUIRE(encoder.Add(packets[i]));
    return *ParseFlexFec03(ByteView(room).first(*encoder.Next(room)));
  };
  Bytes one(1600);
  Bytes two(1600);
  FecDecoder decoder(kMediaSsrc, {});
  decoder.HandleMedia(packets[2]);
  decoder.HandleRepair(repair_of({0, 1}, one));  // Both are missing.
  CHECK(PollAll(decoder).empty());
  decoder.HandleRepair(repair_of({1, 2}, two));
  const auto recovered = PollAll(decoder);
  REQUIRE(recovered.size() == 2);
  CHECK(recovered[0] == packets[1]);
  CHECK(recovered[1] == packets[0]);
}

TEST_CASE("Extensions rewritten at sending do not spoil a recovery") {
  ExtensionMap map;
  REQUIRE(map.Add(ExtensionKind::kTransportSequence, 3));
  Rng rng(6);
  const auto with_transport_sequence = [&](std::uint16_t sequence, std::uint16_t value) {
    HeaderExtensions values;
    values.transport_sequence = value;
    std::array<std::uint8_t, kMaxExtensionBytes> block{};
    const auto written = WriteExtensions(map, values, block);
    Bytes packet(60, static_cast<std::uint8_t>(sequence));
    WriteHeader({96, Marker::kClear, sequence, 0, kMediaSsrc},
                {written.profile, ByteView(block).first(written.size)}, packet);
    return packet;
  };
  FecEncoder encoder(kMediaSsrc, map);
  encoder.BeginGroup(1);
  FecDecoder decoder(kMediaSsrc, map);
  for (std::uint16_t i = 0; i < 4; ++i) {
    REQUIRE(encoder.Add(with_transport_sequence(i, 1000)));
    if (i != 2) decoder.HandleMedia(with_transport_sequence(i, static_cast<std::uint16_t>(i * 7)));
  }
  Bytes room(200);
  decoder.HandleRepair(*ParseFlexFec03(ByteView(room).first(*encoder.Next(room))));
  const auto recovered = PollAll(decoder);
  REQUIRE(recovered.size() == 1);
  CHECK(recovered[0] == with_transport_sequence(2, 0));
}

TEST_CASE("Repairs of another stream, too old or too many are dropped and counted") {
  Rng rng(5);
  FecDecoder decoder(kMediaSsrc, {});
  for (std::uint16_t i = 0; i < 10; ++i) decoder.HandleMedia(SamplePacket(i, 20, rng));
  const Bytes protection(20);
  FecPacket repair;
  repair.ssrc = 99;
  repair.mask.set(0);
  repair.protection = protection;
  decoder.HandleRepair(repair);
  CHECK(decoder.stats().dropped == 1);

  repair.ssrc = kMediaSsrc;
  repair.sn_base = 30'000;
  decoder.HandleRepair(repair);
  CHECK(decoder.stats().dropped == 2);

  repair.mask.set(1);
  for (std::uint16_t i = 0; i < 200; ++i) {
    repair.sn_base = static_cast<std::uint16_t>(20 + i % 50);
    decoder.HandleRepair(repair);
  }
  CHECK(decoder.stats().dropped == 2 + 200 - 64);

  for (std::uint16_t i = 0; i < 600; ++i) {
    decoder.HandleMedia(SamplePacket(static_cast<std::uint16_t>(300 + i), 20, rng));
  }
  CHECK(decoder.stats().dropped == 2 + 200);
  CHECK(PollAll(decoder).empty());
}

TEST_CASE("A repair of one packet brings that packet before any media came") {
  Rng rng(9);
  const Bytes packet = SamplePacket(700, 40, rng);
  FecEncoder encoder(kMediaSsrc, {});
  encoder.BeginGroup(1);
  REQUIRE(encoder.Add(packet));
  Bytes room(200);
  FecDecoder decoder(kMediaSsrc, {});
  decoder.HandleRepair(*ParseFlexFec03(ByteView(room).first(*encoder.Next(room))));
  const auto recovered = PollAll(decoder);
  REQUIRE(recovered.size() == 1);
  CHECK(recovered[0] == packet);
}

TEST_CASE("A repair that says to protect more than a packet holds is dropped") {
  Rng rng(10);
  FecDecoder decoder(kMediaSsrc, {});
  decoder.HandleMedia(SamplePacket(1, 20, rng));
  const Bytes protection(kMaxFecMedia);
  FecPacket repair;
  repair.header.length = kMaxFecMedia;
  repair.sn_base = 2;
  repair.mask.set(0);
  repair.protection = protection;
  decoder.HandleRepair(repair);
  CHECK(decoder.stats().dropped == 1);
  CHECK(PollAll(decoder).empty());
}

TEST_CASE("Random loss over many groups is mended as far as repairs reach, and never wrongly") {
  Rng rng(8);
  FecEncoder encoder(kMediaSsrc, {});
  FecDecoder decoder(kMediaSsrc, {});
  std::uint16_t sequence = 65'000;
  std::set<Bytes> lost;
  std::size_t recovered = 0;
  std::size_t losses = 0;
  for (int group = 0; group < 200; ++group) {
    encoder.BeginGroup(2);
    for (int i = 0; i < 10; ++i) {
      const Bytes packet = SamplePacket(sequence++, 1 + rng.Below(1200), rng);
      REQUIRE(encoder.Add(packet));
      if (rng.Below(20) == 0) {
        lost.insert(packet);
        ++losses;
      } else {
        decoder.HandleMedia(packet);
      }
    }
    Bytes room(1600);
    while (const auto size = encoder.Next(room)) {
      if (rng.Below(20) != 0) {
        decoder.HandleRepair(*ParseFlexFec03(ByteView(room).first(*size)));
      }
    }
    for (const Bytes& packet : PollAll(decoder)) {
      REQUIRE(lost.erase(packet) == 1);
      ++recovered;
    }
  }
  CHECK(losses > 60);
  // One in five packets and the repair, all there: 0.95 to the fifth is 0.77.
  CHECK(static_cast<double>(recovered) > 0.6 * static_cast<double>(losses));
}

}  // namespace
}  // namespace onair::rtp
