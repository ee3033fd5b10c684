// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/transport.h"

#include <algorithm>
#include <vector>

#include "tests/support/print_units.h"
#include "tests/support/seed.h"
#include "tests/transport/rtp/transport_session.h"
#include "transport/rtp/rtcp/key_frame_request.h"
#include "transport/rtp/rtcp/reports.h"

namespace onair::rtp {
namespace {

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

}  // namespace
}  // namespace onair::rtp
