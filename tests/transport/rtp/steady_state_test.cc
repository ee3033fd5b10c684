// SPDX-License-Identifier: Apache-2.0
//
// A program of its own, as it counts all that is allocated.
#include <algorithm>
#include <optional>
#include <utility>

#include "tests/support/count_new.h"
#include "tests/transport/rtp/srtp_packets.h"
#include "transport/rtp/transport.h"

namespace onair::rtp {
namespace {

constexpr std::uint32_t kSsrc = 5;
constexpr RtxConfig kRtx{.ssrc = 6, .payload_type = 97};

Transport MakeEnd(SrtpSuite suite, std::uint32_t local) {
  ExtensionMap map;
  map.Add(ExtensionKind::kMid, 1);
  map.Add(ExtensionKind::kTransportSequence, 3);
  auto end = Transport::Make(
      {.clock = {}, .cname = "steady", .local_ssrc = local, .extensions = map}, Rng(local));
  REQUIRE(end);
  REQUIRE(end->SetKeys(KeyOf(suite), KeyOf(suite)));
  return std::move(*end);
}

// Carries what `from` has to say over to `to`, and the answers back; each `drop`th datagram of
// `from` is lost (0: none).
struct Wire {
  Bytes forth = Bytes(kMaxDatagramBytes);
  Bytes back = Bytes(kMaxDatagramBytes);
  int count = 0;

  void Carry(Transport& from, Transport& to, int drop, Timestamp now) {
    while (true) {
      const auto output = from.Poll();
      if (std::holds_alternative<Idle>(output)) return;
      const auto* sent = std::get_if<Transport::Protected>(&output);
      if (sent == nullptr || (drop > 0 && ++count % drop == 0)) continue;
      forth.assign(sent->bytes.begin(), sent->bytes.end());
      to.HandlePacket(forth, now);
      Answer(to, from, now);
    }
  }
  void Answer(Transport& from, Transport& to, Timestamp now) {
    while (true) {
      const auto output = from.Poll();
      if (std::holds_alternative<Idle>(output)) return;
      const auto* sent = std::get_if<Transport::Protected>(&output);
      if (sent == nullptr) continue;
      back.assign(sent->bytes.begin(), sent->bytes.end());
      to.HandlePacket(back, now);
    }
  }
};

TEST_CASE("A stream with losses, resends, repairs and feedback allocates nothing once it runs") {
  for (const SrtpSuite suite : {SrtpSuite::kAes128CmSha1_80, SrtpSuite::kAeadAes128Gcm}) {
    Transport a = MakeEnd(suite, 1);
    Transport b = MakeEnd(suite, 2);
    const FecConfig fec{.ssrc = 7, .payload_type = 126};
    REQUIRE(
        a.AddSendStream({.ssrc = kSsrc, .payload_type = 96, .rtx = kRtx, .fec = fec, .mid = "0"}));
    REQUIRE(b.AddReceiveStream({.ssrc = kSsrc, .payload_type = 96, .rtx = kRtx, .fec = fec}));
    a.SetRepairShare(0.2, 0.4);
    a.SetRates(DataRate::KilobitsPerSec(100'000), std::nullopt);
    struct Written {
      std::size_t size;
      Marker marker;
    };
    Wire wire;
    Timestamp now = Timestamp::Zero();
    std::int64_t at_start = 0;
    std::int64_t packets_at_start = 0;
    for (int frame = 0; frame < 1'500; ++frame, now += TimeDelta::Millis(10)) {
      if (frame == 500) {
        at_start = test::NewCalls();
        packets_at_start = a.stats().sent_packets;
      }
      int left = 10;
      a.BeginFrame(kSsrc, 10'000, FrameKind::kReference);
      a.SendFrame(kSsrc, {.timestamp = static_cast<std::uint32_t>(frame * 900), .captured_at = now},
                  now, [&](std::span<std::uint8_t>) -> std::optional<Written> {
                    if (left-- == 0) return std::nullopt;
                    return Written{1'000, left == 0 ? Marker::kSet : Marker::kClear};
                  });
      wire.Carry(a, b, 17, now);
      b.HandleTimeout(now + TimeDelta::Millis(5));
      wire.Carry(b, a, 0, now + TimeDelta::Millis(5));
      a.HandleTimeout(now + TimeDelta::Millis(9));
      wire.Carry(a, b, 0, now + TimeDelta::Millis(9));
    }
    const std::int64_t allocations = test::NewCalls() - at_start;
    CHECK(a.stats().sent_packets - packets_at_start > 10'000);
    CHECK(a.send_stats(kSsrc)->resent > 100);
    CHECK(b.stats().restored > 100);
    CHECK(allocations == 0);
  }
}

}  // namespace
}  // namespace onair::rtp
