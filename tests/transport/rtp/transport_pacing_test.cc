// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/transport.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/twin/blackout.h"
#include "tests/support/print_units.h"
#include "tests/transport/rtp/transport_session.h"

namespace onair::rtp {
namespace {

TEST_CASE("A stream goes on after the pacer was too full for some of its packets") {
  constexpr std::uint32_t kLast = 0x5000;
  Session session;
  const auto add = [&](std::uint32_t ssrc, DataSize memory) {
    SendStreamConfig config = VideoConfig(std::nullopt);
    config.ssrc = ssrc;
    config.history.max_size = memory;
    REQUIRE(session.a.transport.AddSendStream(config));
  };
  session.a.transport.SetRates(DataRate::KilobitsPerSec(1'000'000), std::nullopt);
  const auto send = [&](std::uint32_t ssrc, std::size_t packets) {
    return SendTestFrame(session.a.transport, ssrc, 0, packets, 10, session.world.now());
  };
  for (std::uint32_t ssrc : {0x3000U, 0x4000U}) {
    add(ssrc, DataSize::Mebibytes(8));
    REQUIRE(send(ssrc, 4'096) == 4'096);
  }
  add(kLast, DataSize::Kibibytes(64));
  CHECK(send(kLast, 3) == 3);
  CHECK(session.a.transport.stats().queue_full == 3);
  for (int i = 0; i < 100; ++i) {
    session.pair.Pump();
    session.world.RunFor(TimeDelta::Millis(50));
    REQUIRE(send(kLast, 1) == 1);
  }
  CHECK(session.a.transport.stats().queue_full == 3);
}

TEST_CASE("A key frame is spread over time, sound passes it") {
  Session session;
  REQUIRE(session.a.transport.AddSendStream(AudioConfig()));
  REQUIRE(session.b.transport.AddReceiveStream(
      {.kind = TrackKind::kAudio, .ssrc = kAudioSsrc, .payload_type = 111, .clock_rate = 48'000}));
  session.a.transport.SetRates(DataRate::KilobitsPerSec(1'000), DataRate::KilobitsPerSec(2'000));
  session.SendFrame(100, 1'000);
  CHECK(SendTestFrame(session.a.transport, kAudioSsrc, 5, 1, 60, session.world.now()) == 1);
  session.pair.Pump();
  session.world.RunFor(TimeDelta::Seconds(1));

  REQUIRE(session.b.packets.size() == 101);
  std::size_t before_sound = 0;
  while (session.b.packets[before_sound].ssrc != kAudioSsrc) ++before_sound;
  CHECK(before_sound <= 3);
  // 100 packets of 1048 bytes at 2 Mbit/s: 419 ms.
  const TimeDelta span = session.b.packets.back().at - session.b.packets.front().at;
  CHECK(span > TimeDelta::Millis(395));
  CHECK(span < TimeDelta::Millis(440));
}

TEST_CASE("A probe is filled up with padding that no receiver takes for media") {
  Session session;
  session.SendFrames(2);
  session.a.transport.StartProbe(
      {.rate = DataRate::KilobitsPerSec(2'000), .size = DataSize::Bytes(10'000)},
      session.world.now());
  session.pair.Pump();
  session.world.RunFor(TimeDelta::Millis(500));

  const std::int64_t useful = session.a.transport.send_stats(kVideoSsrc)->resent_bytes;
  CHECK(useful + session.a.transport.stats().padding_bytes > 7'000);
  CHECK(useful + session.a.transport.stats().padding_bytes < 11'000);
  CHECK(session.Numbers().size() == session.sent);
  CHECK(session.a.fates.size() > session.sent);
}

TEST_CASE("A probe says again what left lately before it pads, and so mends what was lost") {
  // The last packet of the last picture is lost, and nothing behind it tells the receiver so.
  const Timestamp last = Timestamp::Zero() + kFrame * 9;
  auto path = std::make_unique<twin::Path>();
  path->Then(std::make_unique<twin::Blackout>(std::vector<twin::Blackout::Span>{
                 {last + TimeDelta::Millis(2), TimeDelta::Millis(6)}}))
      .Then(Wire());
  Session session(std::move(path));
  session.SendFrames(10);
  REQUIRE(session.Numbers().size() == session.sent - 1);

  session.a.transport.StartProbe(
      {.rate = DataRate::KilobitsPerSec(4'000), .size = DataSize::Bytes(12'000)},
      session.world.now());
  session.pair.Pump();
  session.world.RunFor(TimeDelta::Millis(60));
  CHECK(session.a.transport.send_stats(kVideoSsrc)->probed > 5);
  CHECK(session.a.transport.stats().padding_bytes == 0);
  CHECK(session.Numbers().size() == session.sent);
}

TEST_CASE("The packets of a probe are known by its number") {
  Session session;
  session.SendFrames(20);
  for (int probe = 1; probe <= 3; ++probe) {
    session.a.transport.StartProbe(
        {.rate = DataRate::KilobitsPerSec(4'000), .size = DataSize::Bytes(8'000)},
        session.world.now());
    session.SendFrames(20);
  }
  session.world.RunFor(TimeDelta::Millis(500));

  std::array<std::int64_t, 4> bytes{};
  std::uint32_t newest = 0;
  for (const cc::PacketFate& fate : session.a.fates) {
    REQUIRE(fate.probe <= 3);
    bytes.at(fate.probe) += fate.size.bytes();
    if (fate.probe != 0) CHECK(fate.probe >= newest);
    newest = std::max(newest, fate.probe);
  }
  for (const std::int64_t one : {bytes[1], bytes[2], bytes[3]}) {
    CHECK(one >= 8'000);
    CHECK(one < 8'000 + 1'300);
  }
  CHECK(bytes[0] > 20 * 1'000);
}

}  // namespace
}  // namespace onair::rtp
