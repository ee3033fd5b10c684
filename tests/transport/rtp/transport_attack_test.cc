// SPDX-License-Identifier: Apache-2.0
//
// What an attacker on the path and a hostile peer that has the keys can do: nothing but be counted.
#include <algorithm>

#include "core/base/rng.h"
#include "tests/support/print_units.h"
#include "tests/support/seed.h"
#include "tests/transport/rtp/transport_pair.h"
#include "transport/rtp/rtcp/key_frame_request.h"
#include "transport/rtp/rtcp/nack.h"
#include "transport/rtp/rtcp/reports.h"
#include "transport/rtp/rtcp/source_description.h"
#include "transport/rtp/rtcp/transport_feedback.h"

namespace onair::rtp {
namespace {

constexpr SrtpSuite kSuite = SrtpSuite::kAeadAes128Gcm;

// Our end, which sends one stream and receives another, before a peer that has the right keys.
struct Victim {
  End end{TransportConfigOf(kVideoSsrc)};
  SrtpSender hostile = std::move(*SrtpSender::Make(KeyOf(kSuite)));
  Timestamp now = Timestamp::Zero();

  Victim() {
    REQUIRE(end.transport.SetKeys(KeyOf(kSuite), KeyOf(kSuite)));
    REQUIRE(end.transport.AddSendStream(VideoConfig()));
    REQUIRE(end.transport.AddReceiveStream(
        {.ssrc = 50, .payload_type = 96, .rtx = RtxConfig{.ssrc = 51, .payload_type = 97}}));
    end.transport.SetRates(DataRate::KilobitsPerSec(20'000), std::nullopt);
  }

  // What we send, without looking at it. Fails where Poll() does not settle.
  int Drain() {
    int sent = 0;
    for (int i = 0; i < 50'000; ++i) {
      const auto output = end.transport.Poll();
      if (std::holds_alternative<Idle>(output)) return sent;
      if (const auto* event = std::get_if<Transport::Event>(&output)) {
        end.Remember(*event);
      } else {
        ++sent;
      }
    }
    FAIL("Poll() never settles");
    return sent;
  }
  template <typename Write>
  int HandleRtcp(Write write) {
    std::array<std::uint8_t, 1'500> room{};
    SpanWriter out(std::span<std::uint8_t>(room).first(1'400));
    write(out);
    const std::size_t size = hostile.ProtectRtcp(room, out.size());
    REQUIRE(size > 0);
    end.transport.HandlePacket(ByteView(room).first(size), now);
    return Drain();
  }
  int HandleRtp(Bytes packet) {
    const std::size_t size = packet.size();
    packet.resize(size + kMaxSrtpTrailer);
    packet.resize(hostile.ProtectRtp(packet, size));
    end.transport.HandlePacket(packet, now);
    return Drain();
  }
  int SendMedia(int packets) {
    REQUIRE(SendTestFrame(end.transport, kVideoSsrc, 0, static_cast<std::size_t>(packets), 1'000,
                          now) == static_cast<std::size_t>(packets));
    int sent = 0;
    for (int i = 0; i < 100; ++i) {
      end.transport.HandleTimeout(now += TimeDelta::Millis(5));
      sent += Drain();
    }
    return sent;
  }
};

TEST_CASE("Packets without our keys are dropped and counted, whatever they are") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  Victim victim;
  Rng rng(seed);
  for (int i = 0; i < 5'000; ++i) {
    Bytes bytes = rng.TakeBytes(rng.Below(1'600));
    if (!bytes.empty()) bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x3f) | 0x80);
    victim.end.transport.HandlePacket(bytes, victim.now);
    REQUIRE(victim.Drain() == 0);
  }
  const SrtpStats& srtp = *victim.end.transport.srtp_stats();
  CHECK(srtp.accepted == 0);
  CHECK(srtp.forged + srtp.malformed + srtp.replayed + victim.end.transport.stats().malformed ==
        5'000);
  CHECK(victim.end.events.empty());
  CHECK(victim.end.packets.empty());
}

TEST_CASE("A recorded session played again brings nothing") {
  Victim victim;
  std::vector<Bytes> record;
  for (std::uint16_t i = 0; i < 50; ++i) {
    Bytes packet = RtpPacket(50, i, 100);
    packet.resize(112 + kMaxSrtpTrailer);
    packet.resize(victim.hostile.ProtectRtp(packet, 112));
    record.push_back(packet);
  }
  for (int round = 0; round < 3; ++round) {
    for (const Bytes& packet : record) {
      victim.end.transport.HandlePacket(packet, victim.now);
      victim.Drain();
    }
  }
  CHECK(victim.end.packets.size() == 50);
  CHECK(victim.end.transport.srtp_stats()->replayed == 100);
}

TEST_CASE("Requests for everything, again and again, bring no more than the share") {
  Victim victim;
  REQUIRE(victim.SendMedia(400) >= 400);
  int sent = 0;
  for (int round = 0; round < 20; ++round) {
    for (std::uint32_t first = 0; first < 65'536; first += 17 * 64) {
      sent += victim.HandleRtcp([&](SpanWriter& out) {
        std::vector<std::uint16_t> all;
        for (std::uint32_t i = 0; i < 17 * 64; ++i)
          all.push_back(static_cast<std::uint16_t>(first + i));
        rtcp::WriteNack(9, kVideoSsrc, all, out);
      });
    }
  }
  const SendStreamStats& stats = *victim.end.transport.send_stats(kVideoSsrc);
  CHECK(stats.requested >= 20 * 65'536);
  CHECK(sent <= 450);
  CHECK(stats.resent_bytes <= 450'000);
}

TEST_CASE("Key frame requests in a storm are one wish") {
  Victim victim;
  for (int i = 0; i < 1'000; ++i) {
    victim.HandleRtcp([&](SpanWriter& out) {
      for (int k = 0; k < 50; ++k) {
        rtcp::WriteFullIntraRequest(
            9, {.media_ssrc = kVideoSsrc, .number = static_cast<std::uint8_t>(i + k)}, out);
      }
    });
  }
  CHECK(victim.end.Of<Transport::KeyFrameWanted>().size() == 1);
  CHECK(victim.end.transport.send_stats(kVideoSsrc)->key_frame_requests_merged == 49'999);
}

TEST_CASE("Feedback about streams that are not ours is counted") {
  Victim victim;
  victim.HandleRtcp([](SpanWriter& out) {
    rtcp::WritePictureLoss({.sender_ssrc = 9, .media_ssrc = 12'345}, out);
    const std::uint16_t missing[] = {1, 2};
    rtcp::WriteNack(9, 12'345, missing, out);
    rtcp::WriteBye(12'345, out);
    rtcp::WriteReceiverReport(9, {{{.ssrc = 12'345, .fraction_lost = 255}}}, out);
  });
  CHECK(victim.end.transport.stats().foreign == 2);
  CHECK(victim.end.events.empty());
}

TEST_CASE("Feedback that invents packets or times moves nothing") {
  Victim victim;
  REQUIRE(victim.SendMedia(20) >= 20);
  for (int base = 0; base < 65'536; base += 97) {
    victim.HandleRtcp([&](SpanWriter& out) {
      const rtcp::Arrival arrivals[] = {
          {.sequence = base, .at = Timestamp::Micros(base * 1'000)},
          {.sequence = base + 900, .at = Timestamp::Micros(base * 1'000)}};
      rtcp::WriteTransportFeedback({.base_sequence = base}, arrivals, out);
    });
  }
  CHECK(victim.end.fates.size() <= 20);
  CHECK(victim.end.transport.sent_stats().implausible_feedback > 300);

  // Round trips that cannot be.
  const TimeDelta before = victim.end.transport.rtt();
  victim.HandleRtcp([](SpanWriter& out) {
    for (std::uint32_t i = 1; i < 20; ++i) {
      rtcp::WriteReceiverReport(9, {{{.ssrc = kVideoSsrc, .last_sr = i << 27}}}, out);
    }
  });
  CHECK(victim.end.transport.rtt() == before);
}

TEST_CASE("A datagram full of reports overflows no queue") {
  Victim victim;
  victim.HandleRtcp([](SpanWriter& out) {
    bool fits = true;
    while (fits) fits = rtcp::WriteSenderReport({.ssrc = 50, .ntp = NtpTime(1)}, {}, out);
  });
  CHECK(victim.end.Of<Transport::SenderReported>().size() <= Transport::kMaxEvents);
}

TEST_CASE("Authentic packets with lying lengths are counted and dropped") {
  Victim victim;
  Bytes padding = RtpPacket(50, 1, 20);
  padding[0] |= 0x20;
  padding.back() = 21;
  victim.HandleRtp(padding);
  CHECK(victim.end.transport.stats().malformed == 1);

  Bytes rtx = RtpPacket(51, 2, 1);  // No room for the original's number.
  victim.HandleRtp(rtx);
  CHECK(victim.end.packets.empty());

  victim.HandleRtcp([](SpanWriter& out) { out.U8(0x80).U8(205).U16(0xffff).U32(0).U32(0); });
  CHECK(victim.end.transport.stats().malformed == 2);
}

TEST_CASE("Numbers that jump about make no endless list of what is missing") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  Victim victim;
  Rng rng(seed);
  int requests = 0;
  for (int i = 0; i < 20'000; ++i) {
    victim.now += TimeDelta::Millis(1);
    const auto sequence =
        static_cast<std::uint16_t>(i * (1 + static_cast<int>(rng.Below(2)) * 700));
    requests += victim.HandleRtp(RtpPacket(50, sequence, 4));
  }
  CHECK(victim.end.transport.nack_stats(50)->requests < 20'000 * 20);
  // Not more datagrams than came.
  CHECK(requests < 20'000);
}

TEST_CASE("RTX for packets of anywhere gives no number that is not near") {
  Victim victim;
  victim.HandleRtp(RtpPacket(50, 1'000, 20));
  for (std::uint16_t i = 1; i < 100; ++i) {
    Bytes rtx = RtpPacket(51, i, 20);
    rtx[12] = static_cast<std::uint8_t>(i * 613 >> 8);
    rtx[13] = static_cast<std::uint8_t>(i * 613);
    victim.HandleRtp(rtx);
  }
  for (const End::Got& got : victim.end.packets) {
    CHECK(std::abs(got.number - victim.end.packets.front().number) <= 3'000);
  }
}

TEST_CASE("Streams without end are bounded by the encryption's table") {
  Victim victim;
  for (std::uint32_t ssrc = 1'000; ssrc < 1'000 + kMaxSrtpStreams - 1; ++ssrc) {
    victim.HandleRtp(RtpPacket(ssrc, 1, 4));
  }
  CHECK(victim.end.transport.stats().unknown_stream == kMaxSrtpStreams - 1);
  SrtpSender another = std::move(*SrtpSender::Make(KeyOf(kSuite)));
  for (std::uint32_t ssrc = 5'000; ssrc < 5'050; ++ssrc) {
    Bytes packet = RtpPacket(ssrc, 1, 4);
    packet.resize(16 + kMaxSrtpTrailer);
    packet.resize(another.ProtectRtp(packet, 16));
    victim.end.transport.HandlePacket(packet, victim.now);
    victim.Drain();
  }
  CHECK(victim.end.transport.srtp_stats()->too_many_streams == 49);
}

}  // namespace
}  // namespace onair::rtp
