// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/sender.h"

#include <catch2/catch.hpp>

#include "core/machine/datagram.h"
#include "tests/support/print_units.h"
#include "tests/transport/rtp/transport_pair.h"

namespace onair::rtp {
namespace {

constexpr TimeDelta kRtt = TimeDelta::Millis(50);
constexpr WallClock kClock{.at = Timestamp::Zero(), .utc = kUtcStart};

Timestamp At(int ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

struct Stream {
  Rng rng{3};
  SendStream stream;

  explicit Stream(const SendStreamConfig& config = VideoConfig())
      : stream(config, CommonExtensions(), kClock, rng) {}

  // One packet, made and sent at once.
  HistorySlot& Send(int ms, std::size_t bytes = 1'000, std::uint32_t timestamp = 0) {
    const auto room = stream.Room({.timestamp = timestamp, .captured_at = At(ms)}, At(ms));
    REQUIRE(room.size() >= bytes);
    std::fill_n(room.begin(), bytes, std::uint8_t{0x77});
    const std::int64_t number = stream.Commit(bytes, Marker::kSet).number;
    HistorySlot* const slot = stream.history().FindUnsent(number);
    REQUIRE(slot != nullptr);
    stream.PrepareFirstSend(*slot, 99, At(ms));
    return *slot;
  }
};

PacketView Parsed(ByteView bytes) {
  const auto packet = ParsePacket(bytes);
  REQUIRE(packet);
  return *packet;
}

TEST_CASE("A packet has its stream's fields and the numbers of its sending") {
  Stream s;
  const HistorySlot& slot = s.Send(20, 10, 4'321);
  const PacketView packet = Parsed(slot.packet());
  CHECK(packet.header.ssrc == kVideoSsrc);
  CHECK(packet.header.payload_type == 96);
  CHECK(packet.header.timestamp == 4'321);
  CHECK(packet.header.marker == Marker::kSet);
  CHECK(packet.payload.size() == 10);
  const HeaderExtensions extensions = ReadExtensions(CommonExtensions(), packet.extension);
  CHECK(extensions.transport_sequence == 99);
  CHECK(extensions.abs_send_time == kClock.NtpOf(At(20)).abs_send_time());
  CHECK(extensions.mid == "0");
  REQUIRE(extensions.abs_capture_time);
  CHECK(extensions.abs_capture_time->captured == kClock.NtpOf(At(20)));

  CHECK(Parsed(s.Send(21).packet()).header.sequence_number ==
        static_cast<std::uint16_t>(packet.header.sequence_number + 1));
}

TEST_CASE("The capture time goes along once a second, the mid until the peer reports") {
  Stream s;
  int with_time = 0;
  for (int i = 0; i < 300; ++i) {
    const auto e = ReadExtensions(CommonExtensions(), Parsed(s.Send(i * 10).packet()).extension);
    with_time += e.abs_capture_time ? 1 : 0;
    CHECK(e.mid);
  }
  CHECK(with_time == 3);
  s.stream.OnReceiverReport();
  const auto e = ReadExtensions(CommonExtensions(), Parsed(s.Send(4'000).packet()).extension);
  CHECK_FALSE(e.mid);
}

TEST_CASE("The largest payload fits a datagram in every form, protected") {
  Stream s;
  const std::size_t largest = s.stream.max_payload_bytes();
  HistorySlot& slot = s.Send(0, largest);
  CHECK(slot.size + kMaxSrtpTrailer <= kMaxDatagramBytes);
  std::array<std::uint8_t, 1'500> room{};
  const std::size_t rtx = s.stream.WriteRtx(slot, 1, At(1), room);
  CHECK(rtx > largest);
  CHECK(rtx + kMaxSrtpTrailer <= kMaxDatagramBytes);
}

TEST_CASE("RTX carries the original's number and payload on its own stream") {
  Stream s;
  HistorySlot& slot = s.Send(0, 30, 777);
  const auto original = Parsed(slot.packet()).header;
  std::array<std::uint8_t, 1'500> room{};
  const std::size_t size = s.stream.WriteRtx(slot, 1'234, At(60), room);
  const PacketView rtx = Parsed(ByteView(room).first(size));

  CHECK(rtx.header.ssrc == kVideoRtxSsrc);
  CHECK(rtx.header.payload_type == 97);
  CHECK(rtx.header.timestamp == 777);
  CHECK(rtx.header.marker == original.marker);
  REQUIRE(rtx.payload.size() == 32);
  CHECK((rtx.payload[0] << 8 | rtx.payload[1]) == original.sequence_number);
  CHECK(rtx.payload[2] == 0x77);
  const auto extensions = ReadExtensions(CommonExtensions(), rtx.extension);
  CHECK(extensions.transport_sequence == 1'234);
  CHECK(extensions.mid == "0");
  const std::size_t again = s.stream.WriteRtx(slot, 1'235, At(120), room);
  CHECK(Parsed(ByteView(room).first(again)).header.sequence_number ==
        static_cast<std::uint16_t>(rtx.header.sequence_number + 1));
}

TEST_CASE("Padding has no payload") {
  Stream s;
  s.Send(0);
  std::array<std::uint8_t, 1'500> room{};
  const std::size_t size = s.stream.WritePadding(200, 5, At(1), room);
  const PacketView packet = Parsed(ByteView(room).first(size));
  CHECK(packet.is_padding_only());
  CHECK(packet.padding_bytes == 200);
  CHECK(packet.header.ssrc == kVideoRtxSsrc);
  CHECK(s.stream.WritePadding(256, 5, At(1), room) == 0);
  CHECK(Stream(VideoConfig(std::nullopt)).stream.WritePadding(10, 5, At(1), room) == 0);
}

TEST_CASE("A packet is sent again once in half a round trip, not while it waits for that") {
  Stream s;
  const HistorySlot& slot = s.Send(0);
  const auto sequence = static_cast<std::uint16_t>(slot.number);
  std::array<std::uint8_t, 1'500> room{};

  HistorySlot* const first = s.stream.OnRequested(sequence, kRtt, At(60));
  REQUIRE(first != nullptr);
  CHECK(s.stream.OnRequested(sequence, kRtt, At(61)) == nullptr);
  s.stream.WriteRtx(*first, 1, At(65), room);
  CHECK(s.stream.OnRequested(sequence, kRtt, At(89)) == nullptr);
  CHECK(s.stream.OnRequested(sequence, kRtt, At(90)) != nullptr);
  CHECK(s.stream.stats().too_soon == 2);
}

TEST_CASE("What is too old or was never sent is not sent again") {
  Stream s;
  const auto sequence = static_cast<std::uint16_t>(s.Send(0).number);
  CHECK(s.stream.OnRequested(static_cast<std::uint16_t>(sequence + 1), kRtt, At(1)) == nullptr);
  CHECK(s.stream.OnRequested(static_cast<std::uint16_t>(sequence - 5), kRtt, At(1)) == nullptr);
  CHECK(s.stream.OnRequested(sequence, kRtt, At(1'000)) == nullptr);
  CHECK(s.stream.stats().too_old == 3);
}

TEST_CASE("Requests for everything bring no more than the share") {
  SendStreamConfig config = VideoConfig();
  config.resend_share = 0.5;
  Stream s(config);
  std::vector<std::uint16_t> sequences;
  for (int i = 0; i < 500; ++i) sequences.push_back(static_cast<std::uint16_t>(s.Send(i).number));
  int granted = 0;
  for (const std::uint16_t sequence : sequences) {
    granted += s.stream.OnRequested(sequence, kRtt, At(499)) != nullptr ? 1 : 0;
  }
  CHECK(granted > 230);
  CHECK(granted <= 250);
  CHECK(s.stream.stats().over_budget == 500 - granted);
}

TEST_CASE("A sender report stands on the newest packet that left") {
  Stream s;
  CHECK_FALSE(s.stream.Report(At(0)));
  s.Send(1'000, 500, 90'000);
  const auto report = s.stream.Report(At(1'500));
  REQUIRE(report);
  CHECK(report->rtp_timestamp == 90'000 + 45'000);
  CHECK(report->ntp == kClock.NtpOf(At(1'500)));
  CHECK(report->packets == 1);
  CHECK(report->payload_bytes == 500);
}

TEST_CASE("A stream whose memory waits for the pacer refuses, and counts") {
  SendStreamConfig config = VideoConfig();
  config.history.max_size = DataSize::Kibibytes(64);
  Stream s(config);
  int taken = 0;
  while (!s.stream.Room({}, At(0)).empty()) {
    s.stream.Commit(100, Marker::kClear);
    ++taken;
  }
  CHECK(taken == 32);
  CHECK(s.stream.stats().refused == 1);
}

TEST_CASE("A send stream names the setting that is out of range") {
  const auto detail = [](auto change) {
    SendStreamConfig config = VideoConfig();
    change(config);
    return config.Validate().error().detail;
  };
  CHECK(VideoConfig().Validate());
  CHECK(detail([](auto& c) { c.payload_type = 128; }) == "payload_type");
  CHECK(detail([](auto& c) { c.rtx->payload_type = 128; }) == "rtx.payload_type");
  CHECK(detail([](auto& c) { c.rtx->ssrc = c.ssrc; }) == "rtx.ssrc");
  CHECK(detail([](auto& c) { c.clock_rate = 999; }) == "clock_rate");
  CHECK(detail([](auto& c) { c.mid = "12345678901234567"; }) == "mid");
  CHECK(detail([](auto& c) { c.rid = "12345678901234567"; }) == "rid");
  CHECK(detail([](auto& c) { c.resend_share = 4.1; }) == "resend_share");
  CHECK(detail([](auto& c) { c.history.max_age = TimeDelta::Zero(); }) == "history.max_age");
}

}  // namespace
}  // namespace onair::rtp
