// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/transport.h"

#include "tests/support/print_units.h"
#include "tests/support/seed.h"
#include "tests/transport/rtp/transport_session.h"

namespace onair::rtp {
namespace {

TEST_CASE("Transport carries a frame's packets whole and in order") {
  Session session;
  session.SendFrame(3, 500);
  session.world.RunFor(TimeDelta::Millis(80));

  REQUIRE(session.b.packets.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const End::Got& got = session.b.packets[i];
    CHECK(got.payload == Bytes(500, static_cast<std::uint8_t>(2 - i)));
    CHECK(got.marker == (i == 2 ? Marker::kSet : Marker::kClear));
    CHECK(got.number == session.b.packets[0].number + static_cast<std::int64_t>(i));
    CHECK(got.at >= Timestamp::Zero() + kOneWay);
  }
}

TEST_CASE("Transport sends and reads nothing before it has keys") {
  End a(TransportConfigOf(1));
  REQUIRE(a.transport.AddSendStream(VideoConfig()));
  CHECK(SendTestFrame(a.transport, kVideoSsrc, 0, 2, 100, Timestamp::Zero()) == 2);
  CHECK(std::holds_alternative<Idle>(a.transport.Poll()));

  a.transport.HandlePacket(RtpPacket(1, 1, 20), Timestamp::Zero());
  CHECK(a.transport.stats().before_keys == 1);
  CHECK(a.transport.stats().received_packets == 0);
}

TEST_CASE("A stream that nobody knew is told, and its first packet not lost") {
  Session session;
  REQUIRE(session.a.transport.AddSendStream(AudioConfig()));
  session.b.on_event = [&](const Transport::Event& event) {
    if (const auto* appeared = std::get_if<Transport::StreamAppeared>(&event)) {
      CHECK(appeared->payload_type == 111);
      CHECK(appeared->extensions.mid == "1");
      CHECK(session.b.transport.AddReceiveStream({.kind = TrackKind::kAudio,
                                                  .ssrc = appeared->ssrc,
                                                  .payload_type = 111,
                                                  .clock_rate = 48'000}));
    }
  };
  CHECK(SendTestFrame(session.a.transport, kAudioSsrc, 5, 1, 60, session.world.now()) == 1);
  session.pair.Pump();
  session.world.RunFor(TimeDelta::Millis(60));

  REQUIRE(session.b.packets.size() == 1);
  CHECK(session.b.packets[0].ssrc == kAudioSsrc);
  CHECK(session.b.packets[0].payload.size() == 60);
  CHECK(session.b.transport.stats().unknown_stream == 0);
}

TEST_CASE("A repair stream that nobody announced is joined when it appears") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  twin::World world;
  End a(TransportConfigOf(kVideoSsrc), 1);
  End b(TransportConfigOf(77), 2);
  TransportPair pair(world, a, b, Lossy(0.1, Rng(seed)), Wire());
  ShareKeys(a, b);
  REQUIRE(a.transport.AddSendStream(VideoConfig()));
  REQUIRE(b.transport.AddReceiveStream(VideoReceiveConfig(std::nullopt)));
  b.on_event = [&](const Transport::Event& event) {
    const auto* appeared = std::get_if<Transport::StreamAppeared>(&event);
    if (appeared == nullptr) return;
    CHECK(appeared->payload_type == 97);
    CHECK(b.transport.AddRtx(kVideoSsrc, {.ssrc = appeared->ssrc, .payload_type = 97}));
  };
  for (int i = 0; i < 60; ++i) {
    CHECK(SendTestFrame(a.transport, kVideoSsrc, 0, 4, 1'000, world.now()) == 4);
    pair.Pump();
    world.RunFor(kFrame);
  }
  CHECK(b.Of<Transport::StreamAppeared>().size() == 1);
  CHECK(b.transport.stats().unknown_stream == 0);
  CHECK(b.transport.nack_stats(kVideoSsrc)->recovered > 5);
  CHECK(b.transport.AddRtx(5, {.ssrc = 6}).error().code == ErrorCode::kInvalidState);
  CHECK(b.transport.AddRtx(kVideoSsrc, {.ssrc = kVideoSsrc}).error().code == ErrorCode::kLimit);
}

TEST_CASE("A stream that nobody wants is counted and dropped") {
  Session session;
  REQUIRE(session.a.transport.AddSendStream(AudioConfig()));
  CHECK(SendTestFrame(session.a.transport, kAudioSsrc, 5, 2, 60, session.world.now()) == 2);
  session.pair.Pump();
  session.world.RunFor(TimeDelta::Millis(60));
  CHECK(session.b.packets.empty());
  CHECK(session.b.transport.stats().unknown_stream == 2);
}

TEST_CASE("Goodbye is the last that is sent") {
  Session session;
  session.SendFrames(3);
  session.a.transport.Close(session.world.now());
  session.pair.Pump();
  session.world.RunFor(TimeDelta::Seconds(3));

  const auto ended = session.b.Of<Transport::StreamEnded>();
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].ssrc == kVideoSsrc);
  CHECK(session.a.transport.Room(kVideoSsrc, {}, session.world.now()).empty());
  const auto output = session.a.transport.Poll();
  REQUIRE(std::holds_alternative<Idle>(output));
  CHECK_FALSE(std::get<Idle>(output).wake_at.is_finite());
}

TEST_CASE("Same seed, same bytes") {
  const auto run = [] {
    Session session(Lossy(0.1, Rng(5)), Lossy(0.1, Rng(6)));
    Bytes all;
    session.pair.on_forth = [&](const Bytes& bytes) {
      all.insert(all.end(), bytes.begin(), bytes.end());
    };
    session.SendFrames(60);
    return all;
  };
  CHECK(run() == run());
}

TEST_CASE("Early timeouts and time that goes back change nothing that is sent") {
  const auto run = [](TimeDelta nudge) {
    Session session(Lossy(0.1, Rng(5)), Wire());
    Bytes all;
    session.pair.on_forth = [&](const Bytes& bytes) {
      all.insert(all.end(), bytes.begin(), bytes.end());
      session.b.transport.HandleTimeout(session.world.now() - nudge);
    };
    session.pair.on_back = [&](const Bytes& bytes) {
      all.insert(all.end(), bytes.begin(), bytes.end());
      session.a.transport.HandleTimeout(session.world.now() - nudge);
    };
    session.SendFrames(60);
    return all;
  };
  const Bytes plain = run(TimeDelta::Zero());
  CHECK(run(TimeDelta::Millis(1)) == plain);
  CHECK(run(TimeDelta::Seconds(3'600)) == plain);
}

TEST_CASE("After each deadline the next is later, in every state that a session reaches") {
  Session session(Lossy(0.3, Rng(9)), Lossy(0.3, Rng(10)));
  session.SendFrames(20);
  session.b.transport.RequestKeyFrame(kVideoSsrc);
  Timestamp now = session.world.now();
  for (int fired = 0; fired < 500; ++fired) {
    session.b.transport.HandleTimeout(now);
    Idle idle;
    for (int i = 0; i < 1'000; ++i) {
      const auto output = session.b.transport.Poll();
      if (std::holds_alternative<Idle>(output)) {
        idle = std::get<Idle>(output);
        break;
      }
    }
    REQUIRE_FALSE(idle.timer.empty());
    REQUIRE(idle.wake_at > now);
    now = idle.wake_at;
  }
}

TEST_CASE("Transport refuses wrong settings by name") {
  TransportConfig config = TransportConfigOf(1);
  config.cname = "";
  CHECK(Transport::Make(config, Rng(1)).error().detail == "cname");
  config = TransportConfigOf(1);
  config.pacer.burst_factor = 0.9;
  CHECK(Transport::Make(config, Rng(1)).error().detail == "pacer.burst_factor");

  End end(TransportConfigOf(1));
  REQUIRE(end.transport.AddSendStream(VideoConfig()));
  CHECK(end.transport.AddSendStream(VideoConfig()).error().code == ErrorCode::kLimit);
  SendStreamConfig wrong = AudioConfig();
  wrong.payload_type = 128;
  CHECK(end.transport.AddSendStream(wrong).error().detail == "payload_type");
  CHECK(end.transport.max_payload_bytes(kVideoSsrc) > 1'100);
  CHECK(end.transport.max_payload_bytes(5) == 0);
}

}  // namespace
}  // namespace onair::rtp
