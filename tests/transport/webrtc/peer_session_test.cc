// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/peer_session.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"
#include "tests/transport/webrtc/peer_pair.h"

namespace onair::webrtc {
namespace {

using namespace testing;

struct Counted {
  std::int64_t pictures = 0;
  std::int64_t sounds = 0;
};
Counted Count(const Peer& peer) {
  Counted counted;
  for (const auto& [at, frame] : peer.got) {
    ++(frame.track() == TrackKind::kVideo ? counted.pictures : counted.sounds);
  }
  return counted;
}

// No picture without the one it refers to.
bool IsDecodable(const Peer& peer) {
  std::int64_t last = -1;
  for (const auto& [at, frame] : peer.got) {
    if (frame.track() != TrackKind::kVideo) continue;
    if (!frame.is_key() && twin::ReferenceNumber(frame) != last) return false;
    last = twin::FrameNumber(frame);
  }
  return last >= 0;
}

TEST_CASE("Two peers connect within five one-way trips of the answer and media flows") {
  Pair pair(TimeDelta::Millis(25));
  pair.Connect();
  pair.RunFor(TimeDelta::Seconds(1));
  REQUIRE(pair.client.connected_at);
  REQUIRE(pair.server.connected_at);
  // ICE's check and its answer, then two round trips of DTLS 1.2.
  CHECK(*pair.client.connected_at <= Timestamp::Zero() + TimeDelta::Millis(160));

  LiveMedia source(pair.world, pair.client, DataRate::KilobitsPerSec(1500));
  source.Start();
  pair.RunFor(TimeDelta::Seconds(5));
  source.Stop();
  pair.RunFor(TimeDelta::Millis(200));

  // At 1500 kbit/s, of which the last second may be asked for again.
  CHECK(pair.client.session->held() >= DataSize::Kibibytes(180));
  CHECK(pair.client.session->held() <= DataSize::Mebibytes(2));
  CHECK(pair.server.session->held() <= DataSize::Kibibytes(180));
  const Counted counted = Count(pair.server);
  CHECK(counted.pictures == source.pictures);
  CHECK(counted.sounds == source.sounds);
  CHECK(IsDecodable(pair.server));
  REQUIRE(pair.server.got_tracks);
  CHECK(pair.server.got_tracks->video->codec == VideoCodec::kH264);
  CHECK(pair.server.got_tracks->audio->codec == AudioCodec::kOpus);
  CHECK(pair.client.fates_arrived > 900);
  CHECK(pair.client.fates_lost == 0);
  CHECK_FALSE(pair.client.closed);
}

TEST_CASE("Pictures lost on the way are mended by resends and arrive whole") {
  Pair pair(TimeDelta::Millis(25), 0.05);
  pair.Connect();
  pair.RunFor(TimeDelta::Seconds(3));
  REQUIRE(pair.client.connected_at);
  LiveMedia source(pair.world, pair.client, DataRate::KilobitsPerSec(1500));
  source.Start();
  pair.RunFor(TimeDelta::Seconds(20));
  source.Stop();
  pair.RunFor(TimeDelta::Seconds(1));

  const Counted counted = Count(pair.server);
  CHECK(counted.pictures >= source.pictures * 97 / 100);
  CHECK(IsDecodable(pair.server));
  CHECK(pair.client.fates_lost > 50);
  // The longest time without a picture: a few resends.
  Timestamp last = Timestamp::MinusInfinity();
  TimeDelta longest = TimeDelta::Zero();
  for (const auto& [at, frame] : pair.server.got) {
    if (frame.track() != TrackKind::kVideo) continue;
    if (last.is_finite()) longest = std::max(longest, at - last);
    last = at;
  }
  CHECK(longest < TimeDelta::Millis(400));
}

TEST_CASE("Sound lost on the way comes by its repetition, each piece once and in order") {
  // One piece in 156 is lost together with its repetition, 6 of the 1000 of each world.
  constexpr int kWorlds = 5;
  for (const RedundantAudio red : {RedundantAudio::kOff, RedundantAudio::kOn}) {
    std::int64_t out_of_order = 0;
    for (int seed = 1; seed <= kWorlds; ++seed) {
      LocalDescription server = Ingesting();
      server.audio_red = red;
      Pair pair(TimeDelta::Millis(25), 0.08, server, Publishing(),
                static_cast<std::uint64_t>(seed));
      pair.Connect();
      pair.RunFor(TimeDelta::Seconds(3));
      REQUIRE(pair.client.connected_at);
      LiveMedia source(pair.world, pair.client, DataRate::KilobitsPerSec(300), 0.08);
      source.Start();
      pair.RunFor(TimeDelta::Seconds(20));

      MediaTime last = MediaTime::Zero() - TimeDelta::Seconds(1);
      std::int64_t sounds = 0;
      for (const auto& [at, frame] : pair.server.got) {
        if (frame.track() != TrackKind::kAudio) continue;
        ++sounds;
        out_of_order += frame.pts <= last ? 1 : 0;
        last = frame.pts;
      }
      UNSCOPED_INFO("red " << static_cast<int>(red) << " seed " << seed << " late "
                           << out_of_order);
      CHECK(sounds >= source.sounds * 99 / 100);
      CHECK(sounds <= source.sounds);
    }
    // NACK brings sound too, behind what followed it; its repetition is there before.
    if (red == RedundantAudio::kOn) CHECK(out_of_order < 10 * kWorlds);
    if (red == RedundantAudio::kOff) CHECK(out_of_order > 40 * kWorlds);
  }
}

TEST_CASE("Repairs that a decision asks for are written, read and told of by nobody else") {
  Pair pair(TimeDelta::Millis(100), 0.05);
  pair.Connect();
  pair.RunFor(TimeDelta::Seconds(3));
  LiveMedia source(pair.world, pair.client, DataRate::KilobitsPerSec(1500), 0.05);
  source.Start();
  pair.RunFor(TimeDelta::Seconds(10));

  const rtp::Transport& sender = *pair.client.session->rtp();
  const rtp::Transport& receiver = *pair.server.session->rtp();
  CHECK(sender.stats().repairs_sent > 150);
  CHECK(receiver.stats().restored > 40);
  CHECK(receiver.stats().unknown_stream == 0);
  CHECK(receiver.fec_stats(20)->refused == 0);
  CHECK(IsDecodable(pair.server));
}

TEST_CASE("Key frames are repaired as far as a decision says of them") {
  const auto repairs_for = [](double key_fec) {
    Pair pair(TimeDelta::Millis(25));
    pair.Connect();
    pair.RunFor(TimeDelta::Seconds(3));
    LiveMedia source(pair.world, pair.client, DataRate::KilobitsPerSec(1500), 0, key_fec);
    source.Start();
    pair.RunFor(TimeDelta::Seconds(1));
    return pair.client.session->rtp()->stats().repairs_sent;
  };
  CHECK(repairs_for(0) == 0);
  CHECK(repairs_for(0.1) > 0);
  CHECK(repairs_for(0.4) > 2 * repairs_for(0.1));
}

TEST_CASE("What cannot be sent is counted: too early, or of a kind that the peer did not take") {
  LocalDescription server = Ingesting();
  server.audio = Direction::kInactive;
  Pair pair(TimeDelta::Millis(25), 0, server);
  Rng rng(1);
  const EncodedFrame picture =
      rtp::testing::SampleFrame(VideoCodec::kH264, FrameKind::kKey, 0, {1'000}, rng);
  pair.client.Do([&](PeerSession& s, Timestamp now) { s.Send(picture, now); });
  CHECK(pair.client.session->stats().frames_early == 1);

  pair.Connect();
  pair.RunFor(TimeDelta::Seconds(1));
  LiveMedia source(pair.world, pair.client, DataRate::KilobitsPerSec(1500));
  source.Start();
  pair.RunFor(TimeDelta::Seconds(1));
  const MediaSenderStats& stats = pair.client.session->sender()->stats();
  CHECK(stats.frames == source.pictures);
  CHECK(stats.unwanted == source.sounds);
  CHECK(stats.audio_frames == 0);
  CHECK(pair.client.session->stats().frames_early == 1);
}

TEST_CASE("Without an agreement on repairs none are written") {
  LocalDescription server = Ingesting();
  server.video_fec = ForwardCorrection::kOff;
  Pair pair(TimeDelta::Millis(25), 0.05, server);
  pair.Connect();
  pair.RunFor(TimeDelta::Seconds(3));
  LiveMedia source(pair.world, pair.client, DataRate::KilobitsPerSec(1500), 0.05);
  source.Start();
  pair.RunFor(TimeDelta::Seconds(3));
  CHECK(pair.client.session->rtp()->stats().repairs_sent == 0);
  CHECK(pair.server.session->rtp()->fec_stats(20) == nullptr);
}

TEST_CASE("Sound and pictures of one moment stand together on the receiver's line") {
  Pair pair(TimeDelta::Millis(25));
  pair.Connect();
  pair.RunFor(TimeDelta::Seconds(1));
  LiveMedia source(pair.world, pair.client, DataRate::KilobitsPerSec(500));
  source.Start();
  pair.RunFor(TimeDelta::Seconds(4));

  // Both began in the same moment; by now reports told the receiver so.
  std::optional<MediaTime> picture;
  std::optional<MediaTime> sound;
  for (const auto& [at, frame] : pair.server.got) {
    (frame.track() == TrackKind::kVideo ? picture : sound) = frame.pts;
  }
  REQUIRE(picture);
  REQUIRE(sound);
  const TimeDelta apart = *picture - *sound;
  CHECK(apart < TimeDelta::Millis(40));
  CHECK(apart > TimeDelta::Millis(-40));
}

TEST_CASE("Somebody else's certificate ends the session before any key is used") {
  Pair pair(TimeDelta::Millis(25));
  pair.client.description.fingerprints[0].value[5] ^= 1;
  pair.Connect();
  pair.RunFor(TimeDelta::Seconds(2));

  REQUIRE(pair.server.closed);
  CHECK(pair.server.closed->code == ErrorCode::kDtlsFingerprint);
  CHECK_FALSE(pair.server.connected_at);
}

TEST_CASE("Datagrams from where no check came reach neither DTLS nor RTP") {
  Pair pair(TimeDelta::Millis(5));
  pair.Connect();
  pair.RunFor(TimeDelta::Seconds(1));
  const SocketAddress stranger = ice::testing::At("203.0.113.5:1");
  for (const std::uint8_t first : {22, 128, 200, 5}) {
    const Bytes junk(60, first);
    pair.server.Do([&](PeerSession& s, Timestamp now) {
      s.HandleDatagram({junk, {pair.server.socket(), stranger}}, now);
    });
  }
  CHECK(pair.server.session->stats().datagrams_strange == 4);
  CHECK_FALSE(pair.server.closed);
}

TEST_CASE("A goodbye ends the peer's session in good order") {
  Pair pair(TimeDelta::Millis(5));
  pair.Connect();
  pair.RunFor(TimeDelta::Seconds(1));
  pair.client.Do([](PeerSession& s, Timestamp now) { s.Close(now); });
  pair.RunFor(TimeDelta::Millis(100));

  REQUIRE(pair.server.closed);
  CHECK(pair.server.closed->code == ErrorCode::kPeerClosed);
  CHECK_FALSE(pair.client.closed);
}

TEST_CASE("Either end's goodbye gives relays back, after what goes by them") {
  Pair pair(TimeDelta::Millis(5));
  pair.network.BlockPath({pair.client.socket(), pair.server.socket()});
  pair.network.BlockPath({pair.server.socket(), pair.client.socket()});
  pair.client.Do([&](PeerSession& s, Timestamp now) {
    REQUIRE(s.AddTurnServer(
        {.address = pair.network.server.address(), .username = "user", .password = "secret"}, now));
  });
  pair.RunFor(TimeDelta::Seconds(1));
  pair.Connect();
  pair.RunFor(TimeDelta::Seconds(3));
  REQUIRE(pair.client.connected_at);
  REQUIRE(pair.client.session->ice().selected_path()->is_relayed);

  const bool is_client_first = GENERATE(true, false);
  Peer& first = is_client_first ? pair.client : pair.server;
  Peer& other = is_client_first ? pair.server : pair.client;
  first.Do([](PeerSession& s, Timestamp now) { s.Close(now); });
  pair.RunFor(TimeDelta::Millis(100));

  REQUIRE(other.closed);
  CHECK(other.closed->code == ErrorCode::kPeerClosed);
  CHECK_FALSE(first.closed);
  CHECK(pair.network.server.released == 1);
}

// A driver that is told that all is over asks no more.
TEST_CASE("What a session that ended has to say comes before it is told") {
  Pair pair(TimeDelta::Millis(5));
  pair.client.Do([&](PeerSession& s, Timestamp now) {
    REQUIRE(s.AddTurnServer(
        {.address = pair.network.server.address(), .username = "user", .password = "secret"}, now));
  });
  pair.RunFor(TimeDelta::Seconds(1));
  pair.Connect();
  pair.RunFor(TimeDelta::Seconds(1));
  int after_end = 0;
  pair.client.on_datagram = [&](ByteView) { after_end += pair.client.closed ? 1 : 0; };
  pair.server.Do([](PeerSession& s, Timestamp now) { s.Close(now); });
  pair.RunFor(TimeDelta::Seconds(1));

  REQUIRE(pair.client.closed);
  CHECK(after_end == 0);
  CHECK(pair.network.server.released == 1);
}

}  // namespace
}  // namespace onair::webrtc
