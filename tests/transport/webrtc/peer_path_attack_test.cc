// SPDX-License-Identifier: Apache-2.0
//
// Attacks on a whole session's path and handshake: forged checks, candidates without end,
// another's certificate, broken DTLS. Refused or ignored, counted, and no memory grows.
#include <catch2/catch.hpp>

#include "tests/support/live_bytes.h"
#include "tests/support/print_units.h"
#include "tests/support/seed.h"
#include "tests/transport/webrtc/peer_pair.h"
#include "transport/ice/stun_writer.h"

namespace onair::webrtc {
namespace {

using namespace testing;

// What a session may keep of an attack. Source: ours; queues of datagrams and DTLS's early records.
constexpr std::int64_t kBound = 1024 * 1024;

Bytes ForgedCheck(const std::string& user, std::uint32_t number) {
  Bytes room(256);
  ice::StunWriter writer(room, ice::StunMethod::kBinding, ice::StunClass::kRequest,
                         ice::TransactionId{static_cast<std::uint8_t>(number),
                                            static_cast<std::uint8_t>(number >> 8), 7});
  writer.Text(ice::StunAttribute::kUsername, user);
  writer.U32(ice::StunAttribute::kPriority, 0x6e0001ff);
  const Bytes wrong(24, 'x');
  const ByteView made = writer.Integrity(wrong).Fingerprint().Finish();
  return {made.begin(), made.end()};
}

struct Attacked {
  explicit Attacked(LocalDescription server_side = Full(Ingesting()))
      : pair(TimeDelta::Millis(5), 0, std::move(server_side)),
        media(pair.world, pair.client, DataRate::KilobitsPerSec(500)) {
    pair.Connect();
    pair.RunFor(TimeDelta::Seconds(1));
    REQUIRE(pair.client.connected_at);
    media.Start();
    pair.RunFor(TimeDelta::Seconds(3));
  }
  // Each wake-up that a Pump() sets costs the virtual world memory, so not after each one.
  void Hit(ByteView bytes, const SocketAddress& from) {
    pair.server.session->HandleDatagram({bytes, {pair.server.socket(), from}}, pair.world.now());
    if (++hits % 64 == 0) pair.server.Pump();
  }
  // Every frame of the next two seconds arrives.
  void CheckUnharmed() {
    pair.RunFor(TimeDelta::Millis(200));
    const std::size_t before = pair.server.got.size();
    const std::int64_t sent = media.pictures + media.sounds;
    pair.RunFor(TimeDelta::Seconds(2));
    const auto came = static_cast<std::int64_t>(pair.server.got.size() - before);
    CHECK(came >= media.pictures + media.sounds - sent - 2);
    CHECK_FALSE(pair.server.closed);
    CHECK_FALSE(pair.client.closed);
  }

  Pair pair;
  LiveMedia media;
  int hits = 0;
};

TEST_CASE("Ten thousand forged checks get no answer and make no path") {
  Attacked attacked;
  const std::string user = attacked.pair.server.session->ice().local_credentials().ufrag + ":aaaa";
  int answers = 0;
  attacked.pair.server.on_datagram = [&](ByteView bytes) { answers += bytes[0] <= 3 ? 1 : 0; };
  const std::size_t paths = attacked.pair.server.session->ice().paths().size();
  const std::int64_t before = test::LiveBytes();
  SocketAddress stranger = ice::testing::At("203.0.113.5:1");
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    stranger.port = static_cast<std::uint16_t>(1 + i);
    // Also with the peer's own address in front.
    attacked.Hit(ForgedCheck(user, i), i % 2 == 0 ? stranger : attacked.pair.client.socket());
  }

  CHECK(answers == 0);
  CHECK(attacked.pair.server.session->ice().paths().size() == paths);
  CHECK(attacked.pair.server.session->ice().stats().forged >= 10'000);
  CHECK(test::LiveBytes() - before < kBound);
  attacked.pair.server.on_datagram = nullptr;
  attacked.CheckUnharmed();
}

TEST_CASE("Ten thousand candidates cost a bounded memory and few datagrams") {
  Attacked attacked;
  std::int64_t checks = 0;
  attacked.pair.server.on_datagram = [&](ByteView bytes) { checks += bytes[0] <= 3 ? 1 : 0; };
  const std::int64_t before = test::LiveBytes();
  ice::Candidate one{.foundation = "1", .priority = 2'130'706'431};
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    one.address = ice::testing::At("198.51.100.1:1");
    one.address.ip.bytes[3] = static_cast<std::uint8_t>(i);
    one.address.port = static_cast<std::uint16_t>(1 + i);
    attacked.pair.server.Do([&](PeerSession& s, Timestamp now) { s.AddRemoteCandidate(one, now); });
  }
  attacked.pair.RunFor(TimeDelta::Seconds(10));
  attacked.pair.server.got.clear();  // What the test keeps.

  CHECK(attacked.pair.server.session->ice().stats().candidates_dropped >= 9'900);
  CHECK(attacked.pair.server.session->ice().paths().size() <= ice::CheckList::kMaxPairs);
  CHECK(checks < 2'000);
  CHECK(test::LiveBytes() - before < kBound);
  attacked.pair.server.on_datagram = nullptr;
  attacked.CheckUnharmed();
}

TEST_CASE("Whichever end shows another certificate, the other ends before any key is used") {
  const bool is_server_false = GENERATE(false, true);
  Pair pair(TimeDelta::Millis(5));
  Peer& liar = is_server_false ? pair.server : pair.client;
  Peer& victim = is_server_false ? pair.client : pair.server;
  liar.description.fingerprints[0].value[5] ^= 1;
  pair.Connect();
  pair.RunFor(TimeDelta::Seconds(3));

  REQUIRE(victim.closed);
  CHECK(victim.closed->code == ErrorCode::kDtlsFingerprint);
  CHECK_FALSE(victim.connected_at);
  CHECK(victim.session->rtp()->srtp_stats() == nullptr);
}

TEST_CASE("Broken DTLS with the peer's address in front ends no session that is up") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  Rng rng(seed);
  Attacked attacked;
  const std::int64_t before = test::LiveBytes();
  for (int i = 0; i < 10'000; ++i) {
    Bytes bytes = rng.TakeBytes(13 + rng.Below(200));
    bytes[0] = static_cast<std::uint8_t>(20 + i % 5);  // Ciphers, alerts, handshakes, data.
    bytes[1] = 0xfe;
    bytes[2] = 0xfd;
    // Epoch of the keys, and in turn true and lying lengths.
    bytes[3] = 0;
    bytes[4] = static_cast<std::uint8_t>(i % 3);
    const std::size_t length = i % 2 == 0 ? bytes.size() - 13 : rng.Below(65'536);
    bytes[11] = static_cast<std::uint8_t>(length >> 8);
    bytes[12] = static_cast<std::uint8_t>(length);
    attacked.Hit(bytes, attacked.pair.client.socket());
  }
  const auto stats = attacked.pair.server.session->dtls_stats();
  CHECK(stats.datagrams_refused + stats.datagrams_ignored > 9'000);
  CHECK(test::LiveBytes() - before < kBound);
  attacked.CheckUnharmed();
}

TEST_CASE("Fragments without end before the handshake fill no memory") {
  Pair pair(TimeDelta::Millis(5));
  const std::int64_t before = test::LiveBytes();
  // The server has its answer out and waits; strangers have no path to it.
  const auto offer = MakeOffer(pair.client.description);
  const auto answer = MakeAnswer(*offer, pair.server.description);
  const auto media = ReadNegotiated(*offer, *answer, Side::kAnswerer);
  pair.server.Do([&](PeerSession& s, Timestamp now) { REQUIRE(s.Start(*media, now)); });
  Rng rng(3);
  for (int i = 0; i < 10'000; ++i) {
    Bytes bytes = rng.TakeBytes(1'200);
    bytes[0] = 22;
    pair.server.Do([&](PeerSession& s, Timestamp now) {
      s.HandleDatagram({bytes, {pair.server.socket(), ice::testing::At("203.0.113.5:1")}}, now);
    });
  }
  CHECK(pair.server.session->stats().datagrams_strange == 10'000);
  CHECK(test::LiveBytes() - before < kBound);
}

}  // namespace
}  // namespace onair::webrtc
