// SPDX-License-Identifier: Apache-2.0
//
// Repair packets through whole transports: written, read, and read as others write them.
#include <catch2/catch.hpp>
#include <set>

#include "core/base/byte_writer.h"
#include "core/twin/delay.h"
#include "core/twin/random_loss.h"
#include "tests/support/seed.h"
#include "tests/transport/rtp/transport_pair.h"
#include "transport/rtp/fec_xor.h"

namespace onair::rtp {
namespace {

constexpr std::uint32_t kFecSsrc = 0x1002;
constexpr FecConfig kFec{.ssrc = kFecSsrc, .payload_type = 126};
constexpr TimeDelta kFrame = TimeDelta::Micros(33'333);
using Way = Transport::PacketReceived::Way;

std::unique_ptr<twin::Link> Line(double loss, std::uint64_t seed) {
  auto path = std::make_unique<twin::Path>();
  path->Then(std::make_unique<twin::RandomLoss>(loss, Rng(seed)));
  path->Then(std::make_unique<twin::Delay>(TimeDelta::Millis(25)));
  return path;
}

struct Session {
  twin::World world;
  End a{TransportConfigOf(kVideoSsrc), 1};
  End b{TransportConfigOf(77), 2};
  TransportPair pair;
  std::size_t sent = 0;

  explicit Session(double loss, ReceiveStreamConfig receive, std::uint64_t seed = 1)
      : pair(world, a, b, Line(loss, seed), Line(0, seed + 1)) {
    ShareKeys(a, b);
    SendStreamConfig send = VideoConfig();
    send.fec = kFec;
    REQUIRE(a.transport.AddSendStream(send));
    REQUIRE(b.transport.AddReceiveStream(receive));
    a.transport.SetRates(DataRate::KilobitsPerSec(100'000), std::nullopt);
  }

  void SendFrames(int frames, std::size_t packets = 10, FrameKind kind = FrameKind::kReference) {
    for (int i = 0; i < frames; ++i) {
      const auto ticks = static_cast<std::uint32_t>(world.now().us() * 9 / 100);
      const std::size_t size = a.transport.max_payload_bytes(kVideoSsrc);
      a.transport.BeginFrame(kVideoSsrc, size * packets, kind);
      sent += SendTestFrame(a.transport, kVideoSsrc, ticks, packets, size, world.now());
      pair.Pump();
      world.RunFor(kFrame);
    }
  }
  std::set<std::int64_t> Numbers() const {
    std::set<std::int64_t> out;
    for (const End::Got& got : b.packets) out.insert(got.number);
    return out;
  }
};

ReceiveStreamConfig WithFec(bool has_nack) {
  ReceiveStreamConfig config = VideoReceiveConfig();
  config.fec = kFec;
  config.has_nack = has_nack;
  return config;
}

TEST_CASE("Repairs restore what is lost without a round trip, byte for byte") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  Session session(0.05, WithFec(false), seed);
  session.a.transport.SetRepairShare(0.2, 0.4);
  session.SendFrames(300);

  const TransportStats& stats = session.b.transport.stats();
  const auto lost = session.sent - session.Numbers().size();
  CHECK(stats.restored > 100);
  CHECK(lost < 45);  // 150 without repairs.
  CHECK(session.a.transport.stats().repairs_sent == 600);
  CHECK(session.b.transport.fec_stats(kVideoSsrc)->refused == 0);
  for (const End::Got& got : session.b.packets) {
    if (got.way != Way::kRestored) continue;
    const Timestamp sent_at = Timestamp::Micros(std::int64_t{got.timestamp} * 100 / 9);
    REQUIRE(got.at - sent_at < TimeDelta::Millis(27));
    REQUIRE(std::set<std::uint8_t>(got.payload.begin(), got.payload.end()).size() == 1);
    const auto left = static_cast<std::uint8_t>(got.payload[0] - got.timestamp);
    REQUIRE((got.marker == Marker::kSet) == (left == 0));
  }
}

TEST_CASE("What a repair restored is not asked for again") {
  Session session(0.05, WithFec(true));
  session.a.transport.SetRepairShare(0.5, 0.5);
  session.SendFrames(300);
  session.world.RunFor(TimeDelta::Seconds(1));

  // Packets behind a lost one show it sooner than its repair does: those are asked for, once.
  const NackStats& nack = *session.b.transport.nack_stats(kVideoSsrc);
  CHECK(session.Numbers().size() == session.sent);
  CHECK(nack.requests < nack.missing * 3 / 2);
  CHECK(nack.reordered == 0);
  CHECK(session.b.transport.stats().restored > 100);
}

TEST_CASE("A repair tells that a picture's last packet is missing") {
  Session session(0, WithFec(true));
  session.SendFrames(1);
  Transport& b = session.b.transport;
  // Of two packets behind the frame, more than one repair mends.
  const Bytes sum(20);
  const auto next = static_cast<std::uint16_t>(session.b.packets.back().number + 1);
  Bytes packet(200);
  WriteHeader({kFec.payload_type, Marker::kClear, 9, 0, kFecSsrc}, {}, packet);
  SpanWriter out(std::span<std::uint8_t>(packet).subspan(kFixedHeaderBytes));
  WriteFlexFec03({{}, kVideoSsrc, next, FecMask(0b11), sum}, out);
  SrtpSender seal = std::move(*SrtpSender::Make(KeyOf(SrtpSuite::kAeadAes128Gcm)));
  packet.resize(seal.ProtectRtp(packet, kFixedHeaderBytes + out.size()));

  b.HandlePacket(packet, session.world.now());
  CHECK(b.nack_stats(kVideoSsrc)->missing == 2);
}

TEST_CASE("A stream of repairs that no description named is joined when it appears") {
  ReceiveStreamConfig config = VideoReceiveConfig();
  config.has_nack = false;
  Session session(0.05, config);
  session.b.on_event = [&](const Transport::Event& event) {
    const auto* appeared = std::get_if<Transport::StreamAppeared>(&event);
    if (appeared == nullptr) return;
    REQUIRE(appeared->payload_type == kFec.payload_type);
    REQUIRE(session.b.transport.AddFec(kVideoSsrc, {appeared->ssrc, appeared->payload_type}));
  };
  session.a.transport.SetRepairShare(0.2, 0.4);
  session.SendFrames(100);
  CHECK(session.b.transport.stats().restored > 20);
  CHECK(session.b.transport.stats().unknown_stream == 0);
  CHECK(session.b.transport.AddFec(5, {6, 126}).error().code == ErrorCode::kInvalidState);
  CHECK(session.b.transport.AddFec(kVideoSsrc, kFec).error().code == ErrorCode::kLimit);
}

TEST_CASE("Streams whose repairs would share a number are refused") {
  End end(TransportConfigOf(1));
  SendStreamConfig send = VideoConfig();
  send.fec = FecConfig{.ssrc = kVideoRtxSsrc, .payload_type = 126};
  CHECK(end.transport.AddSendStream(send).error().detail == "fec.ssrc");
  send.fec = FecConfig{.ssrc = kFecSsrc, .payload_type = 128};
  CHECK(end.transport.AddSendStream(send).error().detail == "fec.payload_type");
  ReceiveStreamConfig receive = VideoReceiveConfig();
  receive.fec = FecConfig{.ssrc = kVideoSsrc, .payload_type = 126};
  CHECK(end.transport.AddReceiveStream(receive).error().detail == "fec");
  receive = VideoReceiveConfig();
  receive.red = RedConfig{.payload_type = 200};
  CHECK(end.transport.AddReceiveStream(receive).error().detail == "red");
}

// As libwebrtc sends where RED and ULPFEC were agreed: all of one SSRC, in RED.
class RedSender {
 public:
  static constexpr RedConfig kRed{
      .payload_type = 98, .rtx_payload_type = 99, .ulpfec_payload_type = 125};

  RedSender() : seal_(std::move(*SrtpSender::Make(KeyOf(SrtpSuite::kAeadAes128Gcm)))) {}

  // Three packets of a picture and their repair; the one at `lost` is not among them.
  std::vector<Bytes> Picture(std::uint32_t timestamp, int lost) {
    std::vector<Bytes> out;
    FecXor sum;
    const std::uint16_t base = sequence_;
    for (int i = 0; i < 3; ++i) {
      Bytes plain(kFixedHeaderBytes + 40 + 10 * static_cast<std::size_t>(i),
                  static_cast<std::uint8_t>(0x40 + i));
      const Marker marker = i == 2 ? Marker::kSet : Marker::kClear;
      WriteHeader({96, marker, sequence_, timestamp, kVideoSsrc}, {}, plain);
      sum.Add(plain);
      const auto packet = InRed(96, marker, timestamp, ByteView(plain).subspan(kFixedHeaderBytes));
      if (i != lost) out.push_back(packet);
    }
    ByteWriter repair;
    repair.U8(sum.header().first & 0x3f).U8(sum.header().second).U16(base);
    repair.U32(sum.header().timestamp).U16(sum.header().length);
    repair.U16(static_cast<std::uint16_t>(sum.bytes().size())).U16(0xe000).Append(sum.bytes());
    out.push_back(InRed(kRed.ulpfec_payload_type, Marker::kClear, timestamp, repair.Take()));
    return out;
  }
  Bytes InRed(std::uint8_t inner, Marker marker, std::uint32_t timestamp, ByteView payload) {
    Bytes packet(kFixedHeaderBytes);
    WriteHeader({kRed.payload_type, marker, sequence_++, timestamp, kVideoSsrc}, {}, packet);
    packet.push_back(inner);
    packet.insert(packet.end(), payload.begin(), payload.end());
    return Sealed(std::move(packet));
  }
  Bytes Sealed(Bytes packet) {
    const std::size_t size = packet.size();
    packet.resize(size + kMaxSrtpTrailer);
    packet.resize(seal_.ProtectRtp(packet, size));
    return packet;
  }

  std::uint16_t sequence_ = 100;

 private:
  SrtpSender seal_;
};

struct RedReceiver {
  End end{TransportConfigOf(77), 2};

  RedReceiver() {
    SrtpKey own = KeyOf(SrtpSuite::kAeadAes128Gcm);
    const SrtpKey peer = own;
    own.key[0] ^= 1;
    REQUIRE(end.transport.SetKeys(own, peer));
    ReceiveStreamConfig config = VideoReceiveConfig(RtxConfig{kVideoRtxSsrc, 97});
    config.red = RedSender::kRed;
    REQUIRE(end.transport.AddReceiveStream(config));
  }
  void Take(const std::vector<Bytes>& packets) {
    for (const Bytes& packet : packets) {
      end.transport.HandlePacket(packet, Timestamp::Zero() + TimeDelta::Seconds(1));
      while (true) {
        const auto output = end.transport.Poll();
        if (std::holds_alternative<Idle>(output)) break;
        if (const auto* event = std::get_if<Transport::Event>(&output)) end.Remember(*event);
      }
    }
  }
};

TEST_CASE("Pictures in RED come out of it, and ULPFEC among them mends a loss") {
  for (int lost = 0; lost < 3; ++lost) {
    INFO(lost);
    RedSender sender;
    RedReceiver receiver;
    receiver.Take(sender.Picture(1, -1));
    receiver.Take(sender.Picture(2, lost));
    // Four numbers each: the repair's own holds nothing and leaves no hole.
    REQUIRE(receiver.end.packets.size() == 8);
    const End::Got& restored = receiver.end.packets.back();
    CHECK(restored.way == Way::kRestored);
    CHECK(restored.number == receiver.end.packets[0].number + 4 + lost);
    CHECK(restored.payload ==
          Bytes(40 + 10 * static_cast<std::size_t>(lost), static_cast<std::uint8_t>(0x40 + lost)));
    CHECK(restored.marker == (lost == 2 ? Marker::kSet : Marker::kClear));
    CHECK(receiver.end.packets[3].payload.empty());
    CHECK(receiver.end.packets[0].payload == Bytes(40, 0x40));
    CHECK(receiver.end.transport.nack_stats(kVideoSsrc)->missing <= 1);
  }
}

TEST_CASE("A resend of a packet in RED comes out of both") {
  RedSender sender;
  RedReceiver receiver;
  receiver.Take(sender.Picture(1, -1));
  Bytes packet(kFixedHeaderBytes);
  const std::uint8_t rtx = *RedSender::kRed.rtx_payload_type;
  WriteHeader({rtx, Marker::kSet, 7, 1, kVideoRtxSsrc}, {}, packet);
  for (const int byte : {0, 102, 96, 1, 2, 3}) packet.push_back(static_cast<std::uint8_t>(byte));
  receiver.Take({sender.Sealed(packet)});
  REQUIRE(receiver.end.packets.size() == 5);
  CHECK(receiver.end.packets.back().way == Way::kRetransmitted);
  CHECK(receiver.end.packets.back().payload == Bytes{1, 2, 3});
}

TEST_CASE("RED that promises more blocks than pictures have is counted and holds nothing") {
  RedSender sender;
  RedReceiver receiver;
  receiver.Take({sender.InRed(96, Marker::kSet, 1, Bytes{1}),
                 sender.InRed(0xe0, Marker::kSet, 2, Bytes{1}),
                 sender.InRed(125, Marker::kSet, 3, Bytes{1, 2})});
  REQUIRE(receiver.end.packets.size() == 3);
  CHECK(receiver.end.packets[1].payload.empty());
  CHECK(receiver.end.packets[2].payload.empty());
  CHECK(receiver.end.transport.stats().malformed == 1);
}

}  // namespace
}  // namespace onair::rtp
