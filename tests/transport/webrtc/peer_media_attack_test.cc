// SPDX-License-Identifier: Apache-2.0
//
// Attacks on the media of a whole session by somebody on the path, without keys: replays,
// forgeries, spoofed feedback, lengths that lie. Dropped and counted; the media go on.
#include <catch2/catch.hpp>

#include "core/base/byte_writer.h"
#include "tests/support/live_bytes.h"
#include "tests/support/print_units.h"
#include "tests/support/seed.h"
#include "tests/transport/webrtc/peer_pair.h"

namespace onair::webrtc {
namespace {

using namespace testing;

constexpr std::int64_t kBound = 1024 * 1024;

// A session whose every datagram is recorded by the attacker, who sends with the ends' addresses.
struct Tapped {
  Tapped() : media(pair.world, pair.client, DataRate::KilobitsPerSec(500)) {
    pair.Connect();
    pair.RunFor(TimeDelta::Seconds(1));
    REQUIRE(pair.client.connected_at);
    pair.client.on_datagram = [this](ByteView bytes) {
      if (bytes[0] >= 128 && record.size() < 500) record.emplace_back(bytes.begin(), bytes.end());
    };
    media.Start();
    pair.RunFor(TimeDelta::Seconds(5));
    media.Stop();
    pair.RunFor(TimeDelta::Millis(500));
    REQUIRE(record.size() == 500);
    frames = pair.server.got.size();
    before = srtp();
  }
  void HitServer(ByteView bytes) {
    pair.server.Do([&](PeerSession& s, Timestamp now) {
      s.HandleDatagram({bytes, {pair.server.socket(), pair.client.socket()}}, now);
    });
  }
  void HitClient(ByteView bytes) {
    pair.client.Do([&](PeerSession& s, Timestamp now) {
      s.HandleDatagram({bytes, {pair.client.socket(), pair.server.socket()}}, now);
    });
  }
  rtp::SrtpStats srtp() const { return *pair.server.session->rtp()->srtp_stats(); }
  void CheckNothingCame() const {
    CHECK(pair.server.got.size() == frames);
    CHECK_FALSE(pair.server.closed);
    CHECK_FALSE(pair.client.closed);
  }

  Pair pair{TimeDelta::Millis(5)};
  LiveMedia media;
  std::vector<Bytes> record;
  std::size_t frames = 0;
  rtp::SrtpStats before;
};

TEST_CASE("A recorded session played again shows nothing twice") {
  Tapped tapped;
  for (int round = 0; round < 4; ++round) {
    for (const Bytes& packet : tapped.record) tapped.HitServer(packet);
  }
  tapped.CheckNothingCame();
  CHECK(tapped.srtp().replayed - tapped.before.replayed == 2'000);
  CHECK(tapped.srtp().accepted == tapped.before.accepted);
}

TEST_CASE("Packets with any bit turned over are forgeries") {
  Tapped tapped;
  Rng rng(5);
  for (const Bytes& packet : tapped.record) {
    Bytes forged = packet;
    // Behind the first byte, so that it stays RTP; the number is moved ahead of the window.
    forged[3] = static_cast<std::uint8_t>(forged[3] + 64);
    forged[1 + rng.Below(static_cast<std::uint32_t>(forged.size() - 1))] ^=
        static_cast<std::uint8_t>(1U << rng.Below(8));
    tapped.HitServer(forged);
  }
  tapped.CheckNothingCame();
  CHECK(tapped.srtp().accepted == tapped.before.accepted);
  const rtp::SrtpStats now = tapped.srtp();
  CHECK(now.forged + now.replayed + now.malformed + now.too_many_streams -
            (tapped.before.forged + tapped.before.replayed + tapped.before.malformed +
             tapped.before.too_many_streams) ==
        500);
}

TEST_CASE("Feedback and goodbyes without keys move nothing") {
  Tapped tapped;
  const int keys = tapped.pair.client.keys_wanted;
  const std::int64_t lost = tapped.pair.client.fates_lost;
  const std::int64_t out = tapped.pair.client.session->stats().datagrams_out;
  const std::uint32_t ssrc = tapped.pair.client.description.video_source.ssrc;
  for (int i = 0; i < 2'000; ++i) {
    // RFC 3550 BYE; RFC 4585 PLI and NACK of everything; RTP congestion feedback.
    constexpr std::array<std::array<std::uint8_t, 2>, 4> kKinds = {
        {{0x81, 203}, {0x81, 206}, {0x81, 205}, {0x8f, 205}}};
    const auto& kind = kKinds[static_cast<std::size_t>(i) % kKinds.size()];
    ByteWriter writer;
    writer.U8(kind[0]).U8(kind[1]).U16(4).U32(1).U32(ssrc).U32(0xffffffff).U32(0);
    // As plain RTCP, and with a trailer that looks encrypted.
    if (i % 2 == 1) writer.U32(0x80000000U + static_cast<std::uint32_t>(i)).U64(0).U64(0);
    tapped.HitClient(writer.view());
  }
  tapped.pair.RunFor(TimeDelta::Seconds(1));
  tapped.CheckNothingCame();
  CHECK(tapped.pair.client.keys_wanted == keys);
  CHECK(tapped.pair.client.fates_lost == lost);
  // Its own reports go on, nothing was resent.
  CHECK(tapped.pair.client.session->stats().datagrams_out - out < 60);
  const auto& stats = *tapped.pair.client.session->rtp()->srtp_stats();
  CHECK(stats.forged + stats.malformed + stats.replayed >= 2'000);
}

TEST_CASE("Packets cut at any length, and first bytes of any kind, harm nothing") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  Tapped tapped;
  const std::int64_t before = test::LiveBytes();
  const Bytes whole = tapped.record.back();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    tapped.HitServer(ByteView(whole).first(size));
  }
  Rng rng(seed);
  for (int i = 0; i < 20'000; ++i) {
    Bytes bytes = rng.TakeBytes(rng.Below(1'500));
    if (!bytes.empty()) bytes[0] = static_cast<std::uint8_t>(i);
    tapped.HitServer(bytes);
  }
  tapped.pair.RunFor(TimeDelta::Seconds(1));
  tapped.CheckNothingCame();
  CHECK(tapped.srtp().accepted <= tapped.before.accepted + 5);  // The client's reports.
  CHECK(test::LiveBytes() - before < kBound);

  const std::int64_t sent = tapped.media.pictures + tapped.media.sounds;
  tapped.media.Start();
  tapped.pair.RunFor(TimeDelta::Seconds(2));
  CHECK(static_cast<std::int64_t>(tapped.pair.server.got.size() - tapped.frames) >=
        tapped.media.pictures + tapped.media.sounds - sent - 3);
}

}  // namespace
}  // namespace onair::webrtc
