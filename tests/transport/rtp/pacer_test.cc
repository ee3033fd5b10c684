// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/pacer.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/print_units.h"

namespace onair::rtp {
namespace {

Timestamp At(std::int64_t us) {
  return Timestamp::Micros(us);
}

QueuedPacket Packet(std::int64_t number, Timestamp at, std::uint32_t bytes = 1'000) {
  return {.stream = 0, .number = number, .size_bytes = bytes, .queued_at = at};
}

struct Left {
  Timestamp at;
  Pacer::Departure what;
};

// Drives the pacer as its owner does, until `end`.
std::vector<Left> Run(Pacer& pacer, Timestamp now, Timestamp end) {
  std::vector<Left> out;
  for (int i = 0; i < 100'000 && now <= end; ++i) {
    while (auto departure = pacer.Take(now)) {
      departure->padding_bytes = std::min(departure->padding_bytes, Pacer::kMaxPadding);
      out.push_back({now, *departure});
      const std::int64_t bytes = departure->packet
                                     ? std::int64_t{departure->packet->size_bytes}
                                     : static_cast<std::int64_t>(departure->padding_bytes);
      pacer.OnSent(DataSize::Bytes(bytes), now);
    }
    if (!pacer.wake_at().is_finite()) return out;
    REQUIRE(pacer.wake_at() > now);
    now = pacer.wake_at();
  }
  return out;
}

TEST_CASE("Pacer sends sound, then resends, then pictures, each in order") {
  Pacer pacer({});
  pacer.SetRates(DataRate::KilobitsPerSec(1'000'000), std::nullopt, At(0));
  CHECK(pacer.Push(PacketClass::kVideo, Packet(1, At(0))));
  CHECK(pacer.Push(PacketClass::kVideo, Packet(2, At(0))));
  CHECK(pacer.Push(PacketClass::kRetransmit, Packet(3, At(0))));
  CHECK(pacer.Push(PacketClass::kAudio, Packet(4, At(0))));
  std::vector<std::int64_t> order;
  for (const Left& left : Run(pacer, At(0), At(1'000'000))) {
    order.push_back(left.what.packet->number);
  }
  CHECK(order == std::vector<std::int64_t>{4, 3, 1, 2});
  CHECK(pacer.queue_size() == DataSize::Zero());
}

TEST_CASE("A pacer that is woken late keeps its rate") {
  Pacer pacer({});
  pacer.SetRates(DataRate::KilobitsPerSec(400), DataRate::KilobitsPerSec(4'000),
                 At(0));  // 2 ms each.
  for (int i = 0; i < 100; ++i) CHECK(pacer.Push(PacketClass::kVideo, Packet(i, At(0))));
  int sent = 0;
  for (int ms = 0; ms <= 200; ms += 20) {
    for (; pacer.Take(At(ms * 1000)); ++sent) pacer.OnSent(DataSize::Bytes(1'000), At(ms * 1000));
  }
  CHECK(sent >= 98);

  // But not for the time in which it had nothing to send, nor for a very late wake-up.
  CHECK(pacer.Push(PacketClass::kVideo, Packet(100, At(900'000))));
  for (int i = 1; i < 100; ++i)
    CHECK(pacer.Push(PacketClass::kVideo, Packet(100 + i, At(900'000))));
  int at_once = 0;
  for (; pacer.Take(At(900'000)); ++at_once) pacer.OnSent(DataSize::Bytes(1'000), At(900'000));
  CHECK(at_once <= 3);
  for (; pacer.Take(At(1'800'000)); ++at_once) pacer.OnSent(DataSize::Bytes(1'000), At(1'800'000));
  CHECK(at_once <= 3 + 18);
}

TEST_CASE("Pacer holds its rate over a backlog, in trains no longer than the burst") {
  Pacer pacer({.send_burst = TimeDelta::Millis(5)});
  pacer.SetRates(DataRate::KilobitsPerSec(400), DataRate::KilobitsPerSec(8'000),
                 At(0));  // 1 ms each.
  for (int i = 0; i < 200; ++i) CHECK(pacer.Push(PacketClass::kVideo, Packet(i, At(0))));
  const auto left = Run(pacer, At(0), At(10'000'000));
  REQUIRE(left.size() == 200);
  CHECK(left.back().at >= At(190'000));
  CHECK(left.back().at <= At(200'000));
  for (std::size_t i = 0; i + 7 < left.size(); ++i) {
    REQUIRE(left[i + 7].at > left[i].at);  // Never eight at once.
  }
}

TEST_CASE("Pacer's rate is a multiple of the target where none is named") {
  Pacer pacer({.burst_factor = 2.0});
  pacer.SetRates(DataRate::KilobitsPerSec(1'000), std::nullopt, At(0));
  CHECK(pacer.rate(At(0)) == DataRate::KilobitsPerSec(2'000));
  pacer.SetRates(DataRate::KilobitsPerSec(1'000), DataRate::KilobitsPerSec(1'300), At(0));
  CHECK(pacer.rate(At(0)) == DataRate::KilobitsPerSec(1'300));
}

TEST_CASE("What left at a low rate holds up nothing once the rate is high again") {
  Pacer pacer({});
  pacer.SetRates(DataRate::KilobitsPerSec(400), DataRate::KilobitsPerSec(200), At(0));  // 40 ms.
  CHECK(pacer.Push(PacketClass::kVideo, Packet(1, At(0))));
  CHECK(Run(pacer, At(0), At(0)).size() == 1);
  CHECK(pacer.Push(PacketClass::kVideo, Packet(2, At(10'000))));
  CHECK(pacer.wake_at() == At(40'000));
  pacer.SetRates(DataRate::KilobitsPerSec(400), DataRate::KilobitsPerSec(4'000), At(10'000));
  CHECK(pacer.wake_at() == At(11'500));
  // Nor does it become credit, or less each time it is said.
  pacer.SetRates(DataRate::KilobitsPerSec(400), DataRate::KilobitsPerSec(4'000), At(11'000));
  CHECK(pacer.wake_at() == At(11'500));
  // What is paid for stays paid at a rate that falls.
  pacer.SetRates(DataRate::KilobitsPerSec(400), DataRate::KilobitsPerSec(200), At(11'000));
  CHECK(pacer.wake_at() == At(11'500));
}

TEST_CASE("Pacer never holds sound back, but pictures pay for it") {
  Pacer pacer({});
  pacer.SetRates(DataRate::KilobitsPerSec(8), DataRate::KilobitsPerSec(80), At(0));  // 100 ms each.
  CHECK(pacer.Push(PacketClass::kVideo, Packet(1, At(0))));
  CHECK(Run(pacer, At(0), At(0)).size() == 1);
  CHECK(pacer.Push(PacketClass::kVideo, Packet(2, At(0))));
  CHECK(pacer.Push(PacketClass::kAudio, Packet(3, At(0))));
  const auto left = Run(pacer, At(1'000), At(1'000'000));
  REQUIRE(left.size() == 2);
  CHECK(left[0].at == At(1'000));
  CHECK(left[0].what.packet_class == PacketClass::kAudio);
  CHECK(left[1].at >= At(200'000));
}

TEST_CASE("A backlog that would wait too long leaves faster than the rate") {
  Pacer pacer({.queue_limit = TimeDelta::Seconds(1)});
  pacer.SetRates(DataRate::KilobitsPerSec(80), DataRate::KilobitsPerSec(80),
                 At(0));  // 10 a second.
  for (int i = 0; i < 100; ++i) CHECK(pacer.Push(PacketClass::kVideo, Packet(i, At(0))));
  const auto left = Run(pacer, At(0), At(20'000'000));
  REQUIRE(left.size() == 100);
  // By the rate alone the last would leave after 10 s.
  CHECK(left[89].at < At(1'400'000));
}

TEST_CASE("Pacer fills a probe with padding, and ends it") {
  Pacer pacer({});
  pacer.SetRates(DataRate::KilobitsPerSec(100), std::nullopt, At(0));
  pacer.StartProbe({.rate = DataRate::KilobitsPerSec(8'000), .size = DataSize::Bytes(10'000)},
                   Padding::kPossible, At(0));
  CHECK(pacer.Push(PacketClass::kVideo, Packet(1, At(0), 1'000)));
  const auto left = Run(pacer, At(0), At(1'000'000));
  std::int64_t padding = 0;
  for (const Left& l : left) padding += static_cast<std::int64_t>(l.what.padding_bytes);
  CHECK(left.front().what.packet.has_value());
  CHECK(padding == 9'000);
  CHECK(left.back().at >= At(5'000));
  CHECK(left.back().at <= At(10'000));
  CHECK_FALSE(pacer.wake_at().is_finite());
}

TEST_CASE("Without padding a probe is made of what there is, and ends when that comes too late") {
  Pacer pacer({});
  pacer.SetRates(DataRate::KilobitsPerSec(80), DataRate::KilobitsPerSec(80), At(0));
  pacer.StartProbe({.rate = DataRate::KilobitsPerSec(8'000), .size = DataSize::Bytes(10'000)},
                   Padding::kNone, At(0));
  CHECK_FALSE(pacer.wake_at().is_finite());
  for (int i = 0; i < 3; ++i) CHECK(pacer.Push(PacketClass::kVideo, Packet(i, At(0))));
  const auto left = Run(pacer, At(0), At(90'000));
  REQUIRE(left.size() == 3);
  CHECK(left.back().at == At(2'000));
  CHECK(pacer.probe() == 1);

  CHECK(pacer.Push(PacketClass::kVideo, Packet(3, At(100'000))));
  CHECK(pacer.Push(PacketClass::kVideo, Packet(4, At(100'000))));
  const auto late = Run(pacer, At(100'000), At(1'000'000));
  REQUIRE(late.size() == 2);
  CHECK(pacer.probe() == 0);
  CHECK(late.back().at == At(200'000));  // By the pacing rate again.
}

TEST_CASE("A probe leaves packet by packet, numbered from one") {
  Pacer pacer({.send_burst = TimeDelta::Millis(20)});
  pacer.SetRates(DataRate::KilobitsPerSec(80), DataRate::KilobitsPerSec(80), At(0));
  CHECK(pacer.probe() == 0);
  pacer.StartProbe({.rate = DataRate::KilobitsPerSec(8'000), .size = DataSize::Bytes(5'000)},
                   Padding::kPossible, At(0));
  CHECK(pacer.probe() == 1);
  for (int i = 0; i < 5; ++i) CHECK(pacer.Push(PacketClass::kVideo, Packet(i, At(0))));
  const auto left = Run(pacer, At(0), At(100'000));
  REQUIRE(left.size() == 5);
  for (std::size_t i = 0; i < left.size(); ++i) {
    CHECK(left[i].at == At(static_cast<std::int64_t>(i) * 1'000));
  }
  CHECK(pacer.probe() == 0);
  pacer.StartProbe({.rate = DataRate::KilobitsPerSec(8'000), .size = DataSize::Bytes(5'000)},
                   Padding::kPossible, At(0));
  CHECK(pacer.probe() == 2);
}

TEST_CASE("A full window holds all but sound, and lets one packet through in a while") {
  Pacer pacer({});
  pacer.SetRates(DataRate::KilobitsPerSec(8'000), std::nullopt, At(0));
  pacer.SetWindow(DataSize::Bytes(3'000));
  pacer.OnInFlight(DataSize::Bytes(3'000));
  for (int i = 0; i < 3; ++i) CHECK(pacer.Push(PacketClass::kVideo, Packet(i, At(0))));
  CHECK(Run(pacer, At(0), At(0)).size() == 1);  // Nothing ever left: it may ask for feedback.
  CHECK(pacer.Push(PacketClass::kAudio, Packet(9, At(10'000))));
  const auto left = Run(pacer, At(10'000), At(60'000));
  REQUIRE(left.size() == 1);
  CHECK(left[0].what.packet_class == PacketClass::kAudio);
  CHECK(pacer.wake_at() == At(110'000));

  pacer.OnInFlight(DataSize::Bytes(2'999));
  const auto free = Run(pacer, At(60'000), At(200'000));
  REQUIRE(free.size() == 2);
  CHECK(free[0].at == At(60'000));
}

TEST_CASE("Pacer tells how much waits and how long") {
  Pacer pacer({});
  CHECK(pacer.queue_span(At(5)) == TimeDelta::Zero());
  CHECK(pacer.Push(PacketClass::kVideo, Packet(1, At(1'000), 700)));
  CHECK(pacer.Push(PacketClass::kRetransmit, Packet(1, At(2'000), 300)));
  CHECK(pacer.queue_size() == DataSize::Bytes(1'000));
  CHECK(pacer.queue_span(At(9'000)) == TimeDelta::Micros(8'000));
  CHECK(pacer.Push(PacketClass::kAudio, Packet(1, At(500), 300)));
  CHECK(pacer.queue_span(At(9'000)) == TimeDelta::Micros(8'500));
  CHECK(pacer.video_span(At(9'000)) == TimeDelta::Micros(8'000));
}

TEST_CASE("Pacer refuses what is over its bound") {
  Pacer pacer({});
  for (std::size_t i = 0; i < Pacer::kMaxPackets; ++i) {
    REQUIRE(pacer.Push(PacketClass::kVideo, Packet(static_cast<std::int64_t>(i), At(0))));
  }
  CHECK_FALSE(pacer.Push(PacketClass::kVideo, Packet(1, At(0))));
  CHECK(pacer.Push(PacketClass::kAudio, Packet(1, At(0))));
}

TEST_CASE("Pacer names the setting that is out of range") {
  CHECK(PacerConfig{}.Validate());
  CHECK(PacerConfig{.burst_factor = 5.1}.Validate().error().detail == "pacer.burst_factor");
  CHECK(PacerConfig{.queue_limit = TimeDelta::Millis(99)}.Validate().error().detail ==
        "pacer.queue_limit");
  CHECK(PacerConfig{.send_burst = TimeDelta::Millis(41)}.Validate().error().detail ==
        "pacer.send_burst");
}

}  // namespace
}  // namespace onair::rtp
