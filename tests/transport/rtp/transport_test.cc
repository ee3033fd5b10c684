// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/transport.h"

#include <algorithm>
#include <set>
#include <vector>

#include "core/twin/blackout.h"
#include "core/twin/delay.h"
#include "core/twin/jitter.h"
#include "core/twin/random_loss.h"
#include "tests/support/print_units.h"
#include "tests/support/seed.h"
#include "tests/transport/rtp/transport_pair.h"
#include "transport/rtp/rtcp/key_frame_request.h"
#include "transport/rtp/rtcp/reports.h"

namespace onair::rtp {
namespace {

constexpr TimeDelta kOneWay = TimeDelta::Millis(25);
constexpr TimeDelta kFrame = TimeDelta::Micros(33'333);

std::unique_ptr<twin::Link> Wire(TimeDelta delay = kOneWay) {
  return std::make_unique<twin::Delay>(delay);
}

std::unique_ptr<twin::Link> Lossy(double share, Rng rng) {
  auto path = std::make_unique<twin::Path>();
  path->Then(std::make_unique<twin::RandomLoss>(share, rng)).Then(Wire());
  return path;
}

// A publisher's end and a player's, a video stream between them.
struct Session {
  twin::World world;
  End a{TransportConfigOf(kVideoSsrc), 1};
  End b{TransportConfigOf(77), 2};
  TransportPair pair;

  explicit Session(std::unique_ptr<twin::Link> forth = Wire(),
                   std::unique_ptr<twin::Link> back = Wire(),
                   std::optional<RtxConfig> rtx = RtxConfig{kVideoRtxSsrc, 97},
                   std::uint64_t seed = 1)
      : world(Timestamp::Zero(), seed), pair(world, a, b, std::move(forth), std::move(back)) {
    ShareKeys(a, b);
    REQUIRE(a.transport.AddSendStream(VideoConfig(rtx)));
    REQUIRE(b.transport.AddReceiveStream(VideoReceiveConfig(rtx)));
    a.transport.SetRates(DataRate::KilobitsPerSec(4'000), std::nullopt);
  }

  void SendFrame(std::size_t packets = 4, std::size_t bytes = 1'000) {
    const auto ticks = static_cast<std::uint32_t>(world.now().us() * 9 / 100);
    REQUIRE(SendTestFrame(a.transport, kVideoSsrc, ticks, packets, bytes, world.now()) == packets);
    sent += packets;
    pair.Pump();
  }
  void SendFrames(int frames, std::size_t packets = 4) {
    for (int i = 0; i < frames; ++i) {
      SendFrame(packets);
      world.RunFor(kFrame);
    }
  }
  std::set<std::int64_t> Numbers() const {
    std::set<std::int64_t> out;
    for (const End::Got& got : b.packets) out.insert(got.number);
    return out;
  }

  std::size_t sent = 0;
};

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
  // 10 % are lost, 10 % of their resends again: not many more than 11 % go twice.
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

TEST_CASE("Feedback gives each packet one fate, in order, with its true delay") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  Session session(Lossy(0.05, Rng(seed)), Wire());
  session.SendFrames(300);
  session.world.RunFor(TimeDelta::Seconds(1));

  const auto& fates = session.a.fates;
  REQUIRE(fates.size() > session.sent * 95 / 100);
  std::size_t lost = 0;
  for (std::size_t i = 0; i < fates.size(); ++i) {
    if (i > 0) REQUIRE(fates[i].sent_at >= fates[i - 1].sent_at);
    CHECK(fates[i].size > DataSize::Bytes(1'000));
    if (!fates[i].arrived_at) {
      ++lost;
      continue;
    }
    const TimeDelta delay = *fates[i].arrived_at - fates[i].sent_at;
    // Both ends share the world's clock; 24 bits of 64 ms leave the turn open.
    const std::int64_t turn = std::int64_t{64'000} << 24;
    const std::int64_t us = ((delay.us() % turn) + turn) % turn;
    REQUIRE(us > kOneWay.us() - 300);
    REQUIRE(us <= kOneWay.us());
  }
  CHECK(lost > session.sent * 2 / 100);
  CHECK(lost < session.sent * 9 / 100);
  const SentPacketsStats& stats = session.a.transport.sent_stats();
  CHECK(stats.implausible_feedback == 0);
  CHECK(stats.arrived + stats.lost == static_cast<std::int64_t>(fates.size()));
}

TEST_CASE("The first reports leave soon after the first packet and measure the round trip") {
  Session session;
  session.SendFrames(30);

  const auto reported = session.b.Of<Transport::SenderReported>();
  REQUIRE_FALSE(reported.empty());
  CHECK(reported.front().at >= Timestamp::Zero() + kOneWay + TimeDelta::Millis(100));
  CHECK(reported.front().at <= Timestamp::Zero() + kOneWay + TimeDelta::Millis(200));
  REQUIRE(session.a.transport.measured_rtt());
  CHECK(session.a.transport.rtt() > TimeDelta::Millis(49));
  CHECK(session.a.transport.rtt() < TimeDelta::Millis(52));
  // The receiver has its own by extended reports.
  REQUIRE(session.b.transport.measured_rtt());
  CHECK(session.b.transport.rtt() > TimeDelta::Millis(49));
  CHECK(session.b.transport.rtt() < TimeDelta::Millis(52));
}

TEST_CASE("A sender report ties the stream's clock to the wall") {
  Session session;
  session.SendFrames(60);

  for (const auto& report : session.b.Of<Transport::SenderReported>()) {
    // The test's RTP clock starts with the world's: 90 kHz from zero.
    const std::int64_t wall_us = (report.ntp.utc() - kUtcStart).us();
    const std::int64_t rtp_us = std::int64_t{report.rtp_timestamp} * 100 / 9;
    // Two roundings of a tick of 11 us.
    CHECK(std::abs(wall_us - rtp_us) <= 23);
    CHECK(wall_us == (report.at - kOneWay).us());
  }
}

TEST_CASE("A receiver's losses reach the sender as reports") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  Session session(Lossy(0.2, Rng(seed)), Wire());
  session.SendFrames(150);

  double worst = 0;
  for (const auto& report : session.a.Of<Transport::ReceiverReported>()) {
    CHECK(report.ssrc == kVideoSsrc);
    worst = std::max(worst, report.fraction_lost);
  }
  CHECK(worst > 0.1);
  CHECK(worst < 0.4);
}

TEST_CASE("A key frame is asked for at once, then once each 300 ms until it comes") {
  Session session;
  session.SendFrames(3);
  session.b.transport.RequestKeyFrame(kVideoSsrc);
  session.b.transport.RequestKeyFrame(kVideoSsrc);
  session.pair.Pump();
  session.world.RunFor(TimeDelta::Millis(26));
  CHECK(session.a.Of<Transport::KeyFrameWanted>().size() == 1);
  session.world.RunFor(TimeDelta::Millis(900));
  CHECK(session.a.Of<Transport::KeyFrameWanted>().size() == 4);

  session.b.transport.OnKeyFrame(kVideoSsrc, session.b.packets.back().number);
  session.world.RunFor(TimeDelta::Seconds(2));
  CHECK(session.a.Of<Transport::KeyFrameWanted>().size() == 4);
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
      {.rate = DataRate::KilobitsPerSec(2'000), .size = DataSize::Bytes(10'000)});
  session.pair.Pump();
  session.world.RunFor(TimeDelta::Millis(500));

  CHECK(session.a.transport.stats().padding_bytes > 7'000);
  CHECK(session.a.transport.stats().padding_bytes < 11'000);
  CHECK(session.b.packets.size() == session.sent);
  CHECK(session.a.fates.size() > session.sent + 20);
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

TEST_CASE("RTCP takes less than five hundredths of the line") {
  Session session;
  std::size_t media = 0;
  std::size_t control = 0;
  const auto count = [&](const Bytes& bytes) {
    (KindOf(bytes) == PacketKind::kRtcp ? control : media) += bytes.size();
  };
  session.pair.on_forth = count;
  session.pair.on_back = count;
  session.SendFrames(300);
  CHECK(media > 1'000'000);
  CHECK(control * 20 < media);
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

TEST_CASE("Compound RTCP begins with a report and names its source, reduced need not") {
  for (const RtcpForm form : {RtcpForm::kCompound, RtcpForm::kReducedSize}) {
    End a(TransportConfigOf(kVideoSsrc));
    TransportConfig config = TransportConfigOf(77);
    config.rtcp_form = form;
    End b(config, 2);
    ShareKeys(a, b);
    REQUIRE(b.transport.AddReceiveStream(VideoReceiveConfig()));
    b.transport.HandleTimeout(Timestamp::Zero() + TimeDelta::Seconds(1));
    b.transport.RequestKeyFrame(kVideoSsrc);
    const auto output = b.transport.Poll();
    const auto* sent = std::get_if<Transport::Protected>(&output);
    REQUIRE(sent != nullptr);

    SrtpKey key = KeyOf(SrtpSuite::kAeadAes128Gcm);
    key.key[0] ^= 1;
    SrtpReceiver reader = std::move(*SrtpReceiver::Make(key));
    Bytes bytes(sent->bytes.begin(), sent->bytes.end());
    const auto size = reader.UnprotectRtcp(bytes);
    REQUIRE(size);
    rtcp::BlockReader blocks(ByteView(bytes).first(*size));
    std::vector<int> types;
    while (const auto block = blocks.Next()) types.push_back(block->type);
    if (form == RtcpForm::kCompound) {
      CHECK(types == std::vector<int>{201, 202, 207, 206});
    } else {
      CHECK(types == std::vector<int>{206});
    }
  }
}

TEST_CASE("A compound packet's first report is of the stream whose key frame it asks for") {
  twin::World world(Timestamp::Zero(), 1);
  End a(TransportConfigOf(kVideoSsrc));
  TransportConfig compound = TransportConfigOf(77);
  compound.rtcp_form = RtcpForm::kCompound;
  End b(compound, 2);
  TransportPair pair(world, a, b, Wire(), Wire());
  ShareKeys(a, b);
  REQUIRE(a.transport.AddSendStream(AudioConfig()));
  REQUIRE(a.transport.AddSendStream(VideoConfig()));
  // Sound is known first, so its report would come first.
  REQUIRE(b.transport.AddReceiveStream(
      {.kind = TrackKind::kAudio, .ssrc = kAudioSsrc, .payload_type = 111, .clock_rate = 48'000}));
  REQUIRE(b.transport.AddReceiveStream(VideoReceiveConfig()));
  a.transport.SetRates(DataRate::KilobitsPerSec(4'000), std::nullopt);
  SrtpKey key = KeyOf(SrtpSuite::kAeadAes128Gcm);
  key.key[0] ^= 1;
  SrtpReceiver reader = std::move(*SrtpReceiver::Make(key));
  std::vector<std::uint32_t> first_of_asking;
  std::vector<std::uint32_t> first_of_others;
  pair.on_back = [&](const Bytes& sent) {
    Bytes bytes = sent;
    const auto size = reader.UnprotectRtcp(bytes);
    REQUIRE(size);
    rtcp::BlockReader blocks(ByteView(bytes).first(*size));
    std::uint32_t first = 0;
    bool asks = false;
    while (const auto block = blocks.Next()) {
      const auto report = rtcp::ReadReceiverReport(*block);
      if (report && report->blocks.size() == 2) first = report->blocks[0].ssrc;
      asks = asks || rtcp::ReadPictureLoss(*block).has_value();
    }
    if (first != 0) (asks ? first_of_asking : first_of_others).push_back(first);
  };
  for (int i = 0; i < 30; ++i) {
    CHECK(SendTestFrame(a.transport, kAudioSsrc, 960, 1, 60, world.now()) == 1);
    CHECK(SendTestFrame(a.transport, kVideoSsrc, 3'000, 2, 900, world.now()) == 2);
    if (i == 15) b.transport.RequestKeyFrame(kVideoSsrc);
    pair.Pump();
    world.RunFor(kFrame);
  }
  REQUIRE(first_of_asking.size() >= 1);
  CHECK(std::ranges::count(first_of_asking, kVideoSsrc) == std::ssize(first_of_asking));
  CHECK(std::ranges::count(first_of_others, kAudioSsrc) == std::ssize(first_of_others));
  CHECK_FALSE(first_of_others.empty());
}

// The laws of machines (tests/laws), for one whose path belongs to its owner.
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
