// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/srtp.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "core/base/rng.h"
#include "tests/support/seed.h"
#include "tests/transport/rtp/srtp_packets.h"

namespace onair::rtp {
namespace {

constexpr SrtpSuite kSuites[] = {SrtpSuite::kAes128CmSha1_80, SrtpSuite::kAeadAes128Gcm};

struct Ends {
  SrtpSender sender;
  SrtpReceiver receiver;

  explicit Ends(SrtpSuite suite)
      : sender(std::move(*SrtpSender::Make(KeyOf(suite)))),
        receiver(std::move(*SrtpReceiver::Make(KeyOf(suite)))) {}

  Bytes Protect(const Bytes& packet) {
    Bytes room = packet;
    room.resize(packet.size() + kMaxSrtpTrailer);
    room.resize(sender.ProtectRtp(room, packet.size()));
    return room;
  }
  Bytes ProtectRtcp(const Bytes& packet) {
    Bytes room = packet;
    room.resize(packet.size() + kMaxSrtcpTrailer);
    room.resize(sender.ProtectRtcp(room, packet.size()));
    return room;
  }
  Bytes Open(Bytes packet) {
    const auto size = receiver.UnprotectRtp(packet);
    packet.resize(size.value_or(0));
    return packet;
  }
  Bytes OpenRtcp(Bytes packet) {
    const auto size = receiver.UnprotectRtcp(packet);
    packet.resize(size.value_or(0));
    return packet;
  }
};

TEST_CASE("SRTP gives back what it protected, in clear only the header") {
  for (const SrtpSuite suite : kSuites) {
    Ends ends(suite);
    const Bytes packet = RtpPacket(1, 500, 100);
    const Bytes secret = ends.Protect(packet);

    REQUIRE(secret.size() == packet.size() + SrtpTagBytes(suite));
    CHECK(std::equal(packet.begin(), packet.begin() + 12, secret.begin()));
    CHECK_FALSE(std::equal(packet.begin() + 12, packet.end(), secret.begin() + 12));
    CHECK(ends.Open(secret) == packet);
    CHECK(ends.receiver.stats().accepted == 1);
  }
}

TEST_CASE("SRTP keeps padding, extensions and empty payloads") {
  for (const SrtpSuite suite : kSuites) {
    Ends ends(suite);
    Bytes padded = RtpPacket(1, 1, 20);
    padded[0] |= 0x20;
    padded.back() = 20;
    CHECK(ends.Open(ends.Protect(padded)) == padded);
    const Bytes empty = RtpPacket(1, 2, 0);
    CHECK(ends.Open(ends.Protect(empty)) == empty);
    Bytes extended = RtpPacket(1, 3, 16);
    extended[0] |= 0x10;
    std::copy_n(Bytes{0xbe, 0xde, 0, 1}.begin(), 4, extended.begin() + 12);
    const Bytes secret = ends.Protect(extended);
    CHECK(std::equal(extended.begin(), extended.begin() + 20, secret.begin()));
    CHECK(ends.Open(secret) == extended);
  }
}

TEST_CASE("SRTCP gives back what it protected and never repeats a packet's bytes") {
  for (const SrtpSuite suite : kSuites) {
    Ends ends(suite);
    const Bytes report = RtcpPacket(9);
    const Bytes first = ends.ProtectRtcp(report);
    const Bytes second = ends.ProtectRtcp(report);
    REQUIRE(first.size() == report.size() + SrtpTagBytes(suite) + 4);
    CHECK(first != second);
    CHECK(ends.OpenRtcp(second) == report);
    CHECK(ends.OpenRtcp(first) == report);
  }
}

TEST_CASE("SRTP survives roll-over, loss and reordering") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  for (const SrtpSuite suite : kSuites) {
    Rng rng(seed);
    Ends ends(suite);
    struct Waiting {
      int number;
      Bytes packet;
      Bytes secret;
    };
    std::vector<Waiting> waiting;
    int opened = 0;
    for (int i = 0; i < 150'000; i += 40) {  // The 39 between were lost on the way.
      const Bytes packet = RtpPacket(1, static_cast<std::uint16_t>(65'000 + i), 4);
      waiting.push_back({i, packet, ends.Protect(packet)});
      if (waiting.size() < 8) continue;
      const bool must_go = i - waiting.front().number > 900;
      const std::size_t at = must_go ? 0 : rng.Below(waiting.size());
      REQUIRE(ends.Open(waiting[at].secret) == waiting[at].packet);
      waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(at));
      ++opened;
    }
    CHECK(opened > 3'000);
  }
}

TEST_CASE("SRTP finds a stream whose sequence rolled over before its first packet came") {
  for (const SrtpSuite suite : kSuites) {
    Ends ends(suite);
    const Bytes late = ends.Protect(RtpPacket(1, 65'535, 20));
    const Bytes first = RtpPacket(1, 0, 20);
    CHECK(ends.Open(ends.Protect(first)) == first);
    CHECK(ends.Open(late) == RtpPacket(1, 65'535, 20));
    CHECK(ends.receiver.stats().forged == 0);
  }
}

TEST_CASE("SRTP finds a stream again after an outage that hid a roll-over") {
  for (const SrtpSuite suite : kSuites) {
    for (const int lost : {40'000, 65'000, 70'000}) {
      CAPTURE(lost);
      Ends ends(suite);
      int sequence = 100;
      const auto next = [&] {
        return ends.Protect(RtpPacket(1, static_cast<std::uint16_t>(sequence++), 20));
      };
      CHECK_FALSE(ends.Open(next()).empty());
      for (int i = 0; i < lost; ++i) static_cast<void>(next());
      int refused = 0;
      while (refused < 1'000 && ends.Open(next()).empty()) ++refused;
      CHECK(refused <= SrtpReceiver::kDoubtAfter);
      for (int i = 0; i < 100; ++i) CHECK_FALSE(ends.Open(next()).empty());
    }
  }
}

TEST_CASE("SRTP drops and counts what is replayed") {
  for (const SrtpSuite suite : kSuites) {
    Ends ends(suite);
    const Bytes first = ends.Protect(RtpPacket(1, 1, 50));
    CHECK_FALSE(ends.Open(first).empty());
    CHECK(ends.Open(first).empty());
    CHECK(ends.receiver.stats().replayed == 1);

    const Bytes late = ends.Protect(RtpPacket(1, 2, 50));
    for (std::uint16_t i = 3; i < 1'100; ++i) ends.Open(ends.Protect(RtpPacket(1, i, 5)));
    CHECK(ends.Open(late).empty());
    CHECK(ends.receiver.stats().replayed == 2);

    const Bytes report = ends.ProtectRtcp(RtcpPacket(9));
    CHECK_FALSE(ends.OpenRtcp(report).empty());
    CHECK(ends.OpenRtcp(report).empty());
    CHECK(ends.receiver.stats().replayed == 3);
    CHECK(ends.receiver.stats().forged == 0);
  }
}

TEST_CASE("SRTP drops and counts every forged byte, and no forgery moves the window") {
  for (const SrtpSuite suite : kSuites) {
    Ends ends(suite);
    const Bytes packet = RtpPacket(7, 40'000, 30);
    const Bytes secret = ends.Protect(packet);
    std::int64_t dropped = 0;
    for (std::size_t at = 1; at < secret.size(); ++at) {
      Bytes forged = secret;
      forged[at] ^= 0x41;
      INFO("byte " << at);
      CHECK(ends.Open(forged).empty());
      ++dropped;
    }
    CHECK(ends.receiver.stats().forged == dropped);
    CHECK(ends.Open(secret) == packet);

    const Bytes report = ends.ProtectRtcp(RtcpPacket(9));
    for (std::size_t at = 4; at < report.size(); ++at) {
      Bytes forged = report;
      forged[at] ^= 0x01;
      CHECK(ends.OpenRtcp(forged).empty());
    }
    CHECK(ends.OpenRtcp(report) == RtcpPacket(9));
  }
}

TEST_CASE("SRTP drops and counts what is cut short or no RTP") {
  for (const SrtpSuite suite : kSuites) {
    Ends ends(suite);
    const Bytes secret = ends.Protect(RtpPacket(1, 1, 8));
    const Bytes report = ends.ProtectRtcp(RtcpPacket(9));
    for (std::size_t size = 0; size < secret.size(); ++size) {
      CHECK(ends.Open(Bytes(secret.begin(), secret.begin() + size)).empty());
    }
    for (std::size_t size = 0; size < report.size(); ++size) {
      CHECK(ends.OpenRtcp(Bytes(report.begin(), report.begin() + size)).empty());
    }
    CHECK(ends.receiver.stats().accepted == 0);
    CHECK(ends.receiver.stats().malformed > 0);
  }
}

TEST_CASE("SRTCP that is not encrypted is dropped, however authentic") {
  Ends ends(SrtpSuite::kAes128CmSha1_80);
  Bytes report = ends.ProtectRtcp(RtcpPacket(9));
  report[report.size() - 14] &= 0x7f;
  CHECK(ends.OpenRtcp(report).empty());
  CHECK(ends.receiver.stats().malformed == 1);
}

TEST_CASE("SRTP protects no index twice, whatever the packet says") {
  for (const SrtpSuite suite : kSuites) {
    Ends ends(suite);
    CHECK_FALSE(ends.Protect(RtpPacket(1, 10, 20)).empty());
    CHECK(ends.Protect(RtpPacket(1, 10, 21)).empty());
    CHECK(ends.Protect(RtpPacket(1, 9, 21)).empty());
    CHECK_FALSE(ends.Protect(RtpPacket(1, 11, 20)).empty());
    CHECK_FALSE(ends.Protect(RtpPacket(2, 10, 20)).empty());
  }
}

TEST_CASE("SRTP refuses to protect where the trailer has no room") {
  for (const SrtpSuite suite : kSuites) {
    Ends ends(suite);
    Bytes packet = RtpPacket(1, 1, 20);
    packet.resize(packet.size() + SrtpTagBytes(suite) - 1);
    CHECK(ends.sender.ProtectRtp(packet, 32) == 0);
    Bytes report = RtcpPacket(1);
    const std::size_t size = report.size();
    report.resize(size + SrtpTagBytes(suite) + 3);
    CHECK(ends.sender.ProtectRtcp(report, size) == 0);
  }
}

TEST_CASE("SRTP holds 64 streams of a peer and no more") {
  Ends ends(SrtpSuite::kAeadAes128Gcm);
  for (std::uint32_t ssrc = 0; ssrc < 64; ++ssrc) {
    CHECK_FALSE(ends.Open(ends.Protect(RtpPacket(ssrc, 1, 4))).empty());
  }
  Ends other(SrtpSuite::kAeadAes128Gcm);
  CHECK(ends.Open(other.Protect(RtpPacket(999, 1, 4))).empty());
  CHECK(ends.receiver.stats().too_many_streams == 1);
  CHECK(ends.Protect(RtpPacket(999, 1, 4)).empty());
  CHECK_FALSE(ends.Open(ends.Protect(RtpPacket(5, 2, 4))).empty());
}

// A peer that begins a stream every so often, and never ends one.
struct Churn {
  // Each under keys of its own ends, as one end sends 64 streams at most; the keys are the same.
  Ends ends{SrtpSuite::kAeadAes128Gcm};
  std::vector<Bytes> first;  // Of each stream, as it was on the wire.
  int opened = 0;

  void Stream(std::uint32_t ssrc, int packets) {
    Ends peer(SrtpSuite::kAeadAes128Gcm);
    for (int i = 0; i < packets; ++i) {
      const Bytes secret = peer.Protect(RtpPacket(ssrc, static_cast<std::uint16_t>(100 + i), 4));
      if (i == 0) first.push_back(secret);
      if (!ends.Open(secret).empty()) ++opened;
    }
  }
};

TEST_CASE("Streams that were silent for long make way, and nothing of them can be replayed") {
  Churn churn;
  for (std::uint32_t ssrc = 1; ssrc <= 300; ++ssrc) churn.Stream(ssrc, 20);
  CHECK(churn.opened == 300 * 20);
  const SrtpStats& stats = churn.ends.receiver.stats();
  CHECK(stats.streams_retired == 300 - 64);
  CHECK(stats.too_many_streams == 0);

  for (const Bytes& secret : churn.first) CHECK(churn.ends.Open(secret).empty());
  CHECK(stats.replayed == 300);
  CHECK(stats.accepted == 300 * 20);
}

TEST_CASE("A stream that made way comes back where it was, also after a roll-over") {
  Churn churn;
  Ends peer(SrtpSuite::kAeadAes128Gcm);
  const auto packet = [&](std::uint16_t sequence) {
    return peer.Protect(RtpPacket(7'000, sequence, 4));
  };
  const Bytes old = packet(65'000);
  CHECK_FALSE(churn.ends.Open(old).empty());
  for (std::uint32_t ssrc = 1; ssrc <= 64; ++ssrc) churn.Stream(ssrc, 20);
  CHECK(churn.ends.receiver.stats().streams_retired == 1);

  const Bytes later = packet(10);  // Rolled over meanwhile.
  CHECK_FALSE(churn.ends.Open(later).empty());
  CHECK(churn.ends.Open(later).empty());
  CHECK(churn.ends.Open(old).empty());
  CHECK_FALSE(churn.ends.Open(packet(11)).empty());
}

TEST_CASE("What is remembered of streams that made way is bounded, and then new ones are refused") {
  Churn churn;
  const auto most = static_cast<std::uint32_t>(kMaxSrtpStreams + kMaxPastSrtpStreams);
  for (std::uint32_t ssrc = 1; ssrc <= most; ++ssrc) churn.Stream(ssrc, 20);
  CHECK(churn.opened == static_cast<int>(most) * 20);
  churn.Stream(most + 1, 20);
  CHECK(churn.opened == static_cast<int>(most) * 20);
  CHECK(churn.ends.receiver.stats().too_many_streams == 20);
  for (const Bytes& secret : churn.first) CHECK(churn.ends.Open(secret).empty());
}

TEST_CASE("A stream that made way comes back also when no more can be remembered") {
  Churn churn;
  const auto most = static_cast<std::uint32_t>(kMaxSrtpStreams + kMaxPastSrtpStreams);
  Ends peer(SrtpSuite::kAeadAes128Gcm);
  const auto packet = [&](std::uint16_t sequence) {
    return peer.Protect(RtpPacket(7'000, sequence, 4));
  };
  const Bytes old = packet(100);
  CHECK_FALSE(churn.ends.Open(old).empty());
  for (std::uint32_t ssrc = 1; ssrc < most; ++ssrc) churn.Stream(ssrc, 20);
  const SrtpStats& stats = churn.ends.receiver.stats();
  CHECK(stats.streams_retired == kMaxPastSrtpStreams);

  CHECK(churn.ends.Open(old).empty());
  CHECK_FALSE(churn.ends.Open(packet(101)).empty());
  CHECK(stats.too_many_streams == 0);
  CHECK(churn.ends.Open(old).empty());
  // The one that made way for it, and all others, can be replayed as little.
  for (const Bytes& secret : churn.first) CHECK(churn.ends.Open(secret).empty());
  CHECK(stats.streams_retired == kMaxPastSrtpStreams + 1);
}

TEST_CASE("A stream that finds no idle one to take the place of is remembered as before") {
  Churn churn;
  Ends peer(SrtpSuite::kAeadAes128Gcm);
  const auto packet = [&](std::uint16_t sequence) {
    return peer.Protect(RtpPacket(7'000, sequence, 4));
  };
  const Bytes old = packet(100);
  CHECK_FALSE(churn.ends.Open(old).empty());
  for (std::uint32_t ssrc = 1; ssrc <= 64; ++ssrc) churn.Stream(ssrc, 20);
  // All 64 are heard again.
  Ends peers(SrtpSuite::kAeadAes128Gcm);
  for (std::uint32_t ssrc = 1; ssrc <= 64; ++ssrc) {
    CHECK_FALSE(churn.ends.Open(peers.Protect(RtpPacket(ssrc, 200, 4))).empty());
  }
  CHECK(churn.ends.Open(packet(101)).empty());
  CHECK(churn.ends.receiver.stats().too_many_streams == 1);
  CHECK(churn.ends.Open(old).empty());
  CHECK(churn.ends.receiver.stats().replayed == 1);
}

TEST_CASE("Keying material is both keys, then both salts") {
  for (const SrtpSuite suite : kSuites) {
    Bytes exported(SrtpKeyingBytes(suite));
    for (std::size_t i = 0; i < exported.size(); ++i) exported[i] = static_cast<std::uint8_t>(i);
    const auto keys = SplitKeyingMaterial(suite, exported);
    REQUIRE(keys);
    CHECK(keys->client.suite == suite);
    CHECK(keys->client.key[0] == 0);
    CHECK(keys->server.key[0] == 16);
    CHECK(keys->client.salt[0] == 32);
    CHECK(keys->server.salt[0] == 32 + SrtpSaltBytes(suite));
    exported.pop_back();
    CHECK_FALSE(SplitKeyingMaterial(suite, exported));
  }
}

}  // namespace
}  // namespace onair::rtp
