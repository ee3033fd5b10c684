// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/transport.h"

#include <algorithm>
#include <vector>

#include "core/twin/blackout.h"
#include "tests/support/print_units.h"
#include "tests/support/seed.h"
#include "tests/transport/rtp/transport_session.h"

namespace onair::rtp {
namespace {

TEST_CASE("Transport mends losses by RTX on a stream of its own") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  Session session(Lossy(0.1, Rng(seed)), Wire());
  session.SendFrames(300);
  session.world.RunFor(TimeDelta::Seconds(1));

  // What is lost at the very end nobody can miss.
  CHECK(session.Numbers().size() >= session.sent - 8);
  std::size_t resent = 0;
  for (const End::Got& got : session.b.packets) {
    if (got.way == Transport::PacketReceived::Way::kRetransmitted) ++resent;
  }
  CHECK(resent > 60);
  const SendStreamStats& stats = *session.a.transport.send_stats(kVideoSsrc);
  CHECK(stats.packets == static_cast<std::int64_t>(session.sent));
  CHECK(stats.resent >= static_cast<std::int64_t>(resent));
  // 10 % are lost, and the tenth of their resends that is lost goes twice: 12 %.
  CHECK(stats.resent < static_cast<std::int64_t>(session.sent) / 6);
  CHECK(session.b.transport.srtp_stats()->forged == 0);
}

TEST_CASE("Transport mends losses on the stream itself where there is no RTX") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  Session session(Lossy(0.1, Rng(seed)), Wire(), std::nullopt);
  session.SendFrames(300);
  session.world.RunFor(TimeDelta::Seconds(1));

  CHECK(session.Numbers().size() >= session.sent - 8);
  CHECK(session.a.transport.send_stats(kVideoSsrc)->resent > 60);
  CHECK(session.b.transport.srtp_stats()->forged == 0);
}

TEST_CASE("Sound that loses more than can be asked for asks for no key frame") {
  constexpr TimeDelta kHalf = TimeDelta::Millis(500);
  auto path = std::make_unique<twin::Path>();
  path->Then(std::make_unique<twin::Blackout>(
                 std::vector<twin::Blackout::Span>{{Timestamp::Zero() + kHalf, kHalf}}))
      .Then(Wire());
  Session session(std::move(path));
  REQUIRE(session.a.transport.AddSendStream(AudioConfig()));
  REQUIRE(session.b.transport.AddReceiveStream(
      {.kind = TrackKind::kAudio, .ssrc = kAudioSsrc, .payload_type = 111, .clock_rate = 48'000}));
  session.a.transport.SetRates(DataRate::KilobitsPerSec(100'000), std::nullopt);
  const auto send_sound = [&](std::size_t packets) {
    REQUIRE(SendTestFrame(session.a.transport, kAudioSsrc, 0, packets, 20, session.world.now()) ==
            packets);
    session.pair.Pump();
    session.world.RunFor(kHalf);
  };
  send_sound(1);
  send_sound(1'500);
  send_sound(1);
  session.world.RunFor(TimeDelta::Seconds(3));
  REQUIRE(session.b.transport.nack_stats(kAudioSsrc)->overflows == 1);
  CHECK(session.a.Of<Transport::KeyFrameWanted>().empty());
}

TEST_CASE("A resend that was lost too goes twice, for there is no time for a third, but few do") {
  const std::size_t lost = GENERATE(std::size_t{1}, std::size_t{10});
  End a(TransportConfigOf(1));
  End b(TransportConfigOf(77));
  ShareKeys(a, b);
  REQUIRE(a.transport.AddSendStream(VideoConfig()));
  REQUIRE(b.transport.AddReceiveStream(VideoReceiveConfig()));
  a.transport.SetRates(DataRate::KilobitsPerSec(50'000), std::nullopt);
  REQUIRE(SendTestFrame(a.transport, kVideoSsrc, 0, lost + 2, 900, Timestamp::Zero()) == lost + 2);
  const auto drain = [](End& from) {
    std::vector<Bytes> out;
    while (true) {
      const auto output = from.transport.Poll();
      if (std::holds_alternative<Idle>(output)) return out;
      if (const auto* p = std::get_if<Transport::Protected>(&output)) {
        out.emplace_back(p->bytes.begin(), p->bytes.end());
      }
    }
  };
  const auto sent = drain(a);
  REQUIRE(sent.size() == lost + 2);
  const auto resends_after = [&](TimeDelta since) {
    const auto before = a.transport.send_stats(kVideoSsrc)->resent;
    const auto asked = drain(b);
    REQUIRE_FALSE(asked.empty());
    for (const Bytes& request : asked) a.transport.HandlePacket(request, Timestamp::Zero() + since);
    drain(a);
    return a.transport.send_stats(kVideoSsrc)->resent - before;
  };
  b.transport.HandlePacket(sent[0], Timestamp::Zero());
  b.transport.HandlePacket(sent.back(), Timestamp::Zero());
  CHECK(resends_after(TimeDelta::Millis(30)) == static_cast<std::int64_t>(lost));
  b.transport.HandleTimeout(Timestamp::Zero() + TimeDelta::Millis(300));
  CHECK(resends_after(TimeDelta::Millis(330)) == static_cast<std::int64_t>(lost + 1));
}

TEST_CASE("A resend without RTX has the ciphertext of the first sending") {
  End a(TransportConfigOf(1));
  End b(TransportConfigOf(77));
  ShareKeys(a, b);
  REQUIRE(a.transport.AddSendStream(VideoConfig(std::nullopt)));
  REQUIRE(b.transport.AddReceiveStream(VideoReceiveConfig(std::nullopt)));
  a.transport.SetRates(DataRate::KilobitsPerSec(50'000), std::nullopt);
  REQUIRE(SendTestFrame(a.transport, kVideoSsrc, 0, 3, 900, Timestamp::Zero()) == 3);
  std::vector<Bytes> sent;
  const auto drain = [](End& from, std::vector<Bytes>& out) {
    while (true) {
      const auto output = from.transport.Poll();
      if (std::holds_alternative<Idle>(output)) return;
      if (const auto* p = std::get_if<Transport::Protected>(&output)) {
        out.emplace_back(p->bytes.begin(), p->bytes.end());
      }
    }
  };
  drain(a, sent);
  REQUIRE(sent.size() == 3);

  // The second was lost: the third reveals it.
  std::vector<Bytes> asked;
  b.transport.HandlePacket(sent[0], Timestamp::Zero());
  drain(b, asked);
  b.transport.HandlePacket(sent[2], Timestamp::Zero());
  drain(b, asked);
  REQUIRE_FALSE(asked.empty());
  a.transport.HandlePacket(asked.back(), Timestamp::Micros(50'000));
  std::vector<Bytes> again;
  drain(a, again);

  REQUIRE_FALSE(again.empty());
  CHECK(again.front() == sent[1]);
  b.transport.HandlePacket(again.front(), Timestamp::Micros(60'000));
  CHECK(b.transport.srtp_stats()->replayed == 0);
}

TEST_CASE("What is lost is there again within two round trips, nearly always") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  Session session(Lossy(0.05, Rng(seed)), Lossy(0.05, Rng(seed + 1)));
  // One frame's packets leave at once, so a packet's frame tells when it was sent.
  session.a.transport.SetRates(DataRate::KilobitsPerSec(100'000), std::nullopt);
  session.SendFrames(900);
  session.world.RunFor(TimeDelta::Seconds(1));

  std::vector<TimeDelta> delays;
  for (const End::Got& got : session.b.packets) {
    const Timestamp sent_at = Timestamp::Micros(std::int64_t{got.timestamp} * 100 / 9);
    delays.push_back(got.at - sent_at);
  }
  std::sort(delays.begin(), delays.end());
  CHECK(session.Numbers().size() >= session.sent - 4);
  CHECK(delays[delays.size() / 2] < TimeDelta::Millis(26));
  // A loss at a frame's end shows with the next frame: 33 ms, a round trip, the way.
  CHECK(delays[delays.size() * 99 / 100] < TimeDelta::Millis(115));
  CHECK(delays.back() < TimeDelta::Millis(400));
}

}  // namespace
}  // namespace onair::rtp
