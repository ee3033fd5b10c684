// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/media_receiver.h"

#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/print_units.h"
#include "tests/transport/rtp/sample_video.h"
#include "tests/transport/rtp/srtp_packets.h"
#include "tests/transport/webrtc/local_sides.h"
#include "transport/webrtc/answer.h"
#include "transport/webrtc/media_sender.h"
#include "transport/webrtc/offer.h"

namespace onair::webrtc {
namespace {

constexpr std::uint32_t kVideoSsrc = 20;

NegotiatedMedia Agreed(Side side) {
  const auto offer = MakeOffer(Playing());
  REQUIRE(offer.has_value());
  const auto answer = MakeAnswer(*offer, Serving());
  REQUIRE(answer.has_value());
  auto media = ReadNegotiated(*offer, *answer, side);
  REQUIRE(media.has_value());
  return *media;
}

rtp::Transport MakeTransport() {
  auto made = rtp::Transport::Make({.clock = {}, .cname = "cname"}, Rng(1));
  REQUIRE(made.has_value());
  return std::move(*made);
}

struct Rig {
  Rig()
      : media(Agreed(Side::kOfferer)),
        receiver(media, Timestamp::Zero()),
        transport(MakeTransport()) {
    REQUIRE(receiver.AddStreams(transport));
  }
  void Packet(std::optional<rtp::PlayoutDelay> delay) {
    rtp::PacketView packet;
    packet.header.payload_type =
        static_cast<std::uint8_t>(media.video->formats.front().payload_type);
    packet.header.ssrc = kVideoSsrc;
    rtp::HeaderExtensions extensions;
    extensions.playout_delay = delay;
    receiver.HandlePacket({kVideoSsrc, number++, packet, extensions,
                           rtp::Transport::PacketReceived::Way::kItself, Timestamp::Zero()},
                          transport, Timestamp::Zero());
    while (auto event = receiver.Poll()) {
      if (const auto* one = std::get_if<MediaReceiver::PlayoutDelayAsked>(&*event)) {
        asked.emplace_back(one->least, one->most);
      }
    }
  }

  NegotiatedMedia media;
  MediaReceiver receiver;
  rtp::Transport transport;
  std::int64_t number = 1'000;
  std::vector<std::pair<TimeDelta, TimeDelta>> asked;
};

TEST_CASE("The delay that a sender asks for is told when it changes") {
  constexpr TimeDelta k100 = TimeDelta::Millis(100);
  constexpr TimeDelta k400 = TimeDelta::Millis(400);
  Rig rig;
  rig.Packet({});
  CHECK(rig.asked.empty());
  rig.Packet(rtp::PlayoutDelay{k100, k400});
  rig.Packet({});
  rig.Packet(rtp::PlayoutDelay{k100, k400});
  REQUIRE(rig.asked.size() == 1);
  CHECK(rig.asked[0] == std::pair(k100, k400));
  rig.Packet(rtp::PlayoutDelay{});
  REQUIRE(rig.asked.size() == 2);
  CHECK(rig.asked[1] == std::pair(TimeDelta::Zero(), TimeDelta::Zero()));
}

// Ten pictures and ten sounds a second to a viewer, from one or several who send at once.
class Broadcast {
 public:
  struct Publisher {
    // Its SSRCs follow `ssrc`.
    Publisher(std::uint32_t number, Timestamp now)
        : ssrc(number),
          rng(number),
          transport(MakeTransport()),
          sender(Agreed(Side::kAnswerer), {.ssrc = number, .rtx_ssrc = {}, .fec_ssrc = {}},
                 {.ssrc = number + 1, .rtx_ssrc = number + 2, .fec_ssrc = {}},
                 MediaSender::Origin::kRelay, rng),
          began(now) {
      REQUIRE(sender.AddStreams(transport));
      REQUIRE(transport.SetKeys(rtp::KeyOf(kSuite), rtp::KeyOf(kSuite)));
      transport.SetRates(DataRate::KilobitsPerSec(4'000), std::nullopt);
      REQUIRE(sender.SetTracks({rtp::testing::SampleTrack(VideoCodec::kH264),
                                AudioTrack{AudioCodec::kOpus, {48'000, 2}, {}}}));
    }

    std::uint32_t ssrc;
    Rng rng;
    rtp::Transport transport;
    MediaSender sender;
    Timestamp began;
  };

  Broadcast() : media_(Agreed(Side::kOfferer)), receiver_(media_, now_), viewer_(MakeTransport()) {
    REQUIRE(receiver_.AddStreams(viewer_));
    REQUIRE(viewer_.SetKeys(rtp::KeyOf(kSuite), rtp::KeyOf(kSuite)));
  }

  Publisher NewPublisher(std::uint32_t ssrc) { return {ssrc, now_}; }
  void Run(TimeDelta span, std::vector<Publisher*> publishers) {
    for (const Timestamp end = now_ + span; now_ < end; now_ += TimeDelta::Millis(5)) {
      const bool is_due = (now_ - Timestamp::Zero()).ms() % 100 == 0;
      for (Publisher* one : publishers) {
        if (is_due) GiveFrames(*one);
        Carry(*one);
      }
    }
  }
  // Says BYE.
  void End(Publisher& publisher) {
    publisher.transport.Close(now_);
    Carry(publisher);
  }
  // Since the last time.
  int TakePictures() { return std::exchange(pictures_, 0); }
  int TakeSounds() { return std::exchange(sounds_, 0); }
  bool is_in_order() const { return is_in_order_; }
  const rtp::Transport& viewer() const { return viewer_; }

 private:
  static constexpr rtp::SrtpSuite kSuite = rtp::SrtpSuite::kAeadAes128Gcm;

  void GiveFrames(Publisher& one) {
    auto picture =
        rtp::testing::SampleFrame(VideoCodec::kH264, FrameKind::kKey, 0, {3'000}, one.rng);
    picture.pts = picture.dts = MediaTime::Zero() + (now_ - one.began);
    picture.captured_at = now_;
    REQUIRE(one.sender.Send(picture, one.transport, now_));
    Bytes opus(100, 0x55);
    opus[0] = 0xfc;  // RFC 6716 section 3.1: one frame of 20 ms, two channels.
    const EncodedFrame sound{Buffer::Own(opus), FrameKind::kAudio, picture.pts, picture.pts, now_};
    REQUIRE(one.sender.Send(sound, one.transport, now_));
  }
  void Carry(Publisher& from) {
    from.transport.HandleTimeout(now_);
    for (int i = 0; i < 1'000; ++i) {
      const auto out = from.transport.Poll();
      if (std::holds_alternative<Idle>(out)) return;
      const auto* sent = std::get_if<rtp::Transport::Protected>(&out);
      if (sent == nullptr) continue;
      viewer_.HandlePacket(sent->bytes, now_);
      Drain();
    }
    FAIL("Poll() never settles");
  }
  // As a session does.
  void Drain() {
    using rtp::Transport;
    for (;;) {
      const auto out = viewer_.Poll();
      if (std::holds_alternative<Idle>(out)) break;
      const auto* event = std::get_if<Transport::Event>(&out);
      if (event == nullptr) continue;
      if (const auto* packet = std::get_if<Transport::PacketReceived>(event)) {
        receiver_.HandlePacket(*packet, viewer_, now_);
      } else if (const auto* stream = std::get_if<Transport::StreamAppeared>(event)) {
        receiver_.HandleStream(*stream, viewer_, now_);
      } else if (const auto* ended = std::get_if<Transport::StreamEnded>(event)) {
        receiver_.HandleStreamEnd(*ended);
      } else if (const auto* report = std::get_if<Transport::SenderReported>(event)) {
        receiver_.HandleSenderReport(*report);
      }
    }
    while (const auto event = receiver_.Poll()) {
      if (const auto* frame = std::get_if<EncodedFrame>(&*event)) Count(*frame);
    }
  }
  void Count(const EncodedFrame& frame) {
    const bool is_sound = frame.track() == TrackKind::kAudio;
    ++(is_sound ? sounds_ : pictures_);
    MediaTime& last = is_sound ? last_sound_ : last_picture_;
    is_in_order_ = is_in_order_ && frame.pts > last;
    last = frame.pts;
  }

  Timestamp now_ = Timestamp::Zero();
  NegotiatedMedia media_;
  MediaReceiver receiver_;
  rtp::Transport viewer_;
  int pictures_ = 0;
  int sounds_ = 0;
  MediaTime last_picture_ = MediaTime::Zero() - TimeDelta::Seconds(1);
  MediaTime last_sound_ = last_picture_;
  bool is_in_order_ = true;
};

constexpr TimeDelta kSecond = TimeDelta::Seconds(1);

TEST_CASE("A publisher that said goodbye is followed by the next one at once, and often") {
  Broadcast broadcast;
  for (std::uint32_t i = 0; i < 20; ++i) {  // More streams than a transport holds at once.
    CAPTURE(i);
    auto publisher = broadcast.NewPublisher(1'000 + 10 * i);
    broadcast.Run(kSecond, {&publisher});
    broadcast.End(publisher);
    CHECK(broadcast.TakePictures() == 10);
    CHECK(broadcast.TakeSounds() == 10);
  }
  CHECK(broadcast.is_in_order());
}

TEST_CASE("A publisher that fell silent without a word is followed after a second") {
  Broadcast broadcast;
  auto first = broadcast.NewPublisher(100);
  broadcast.Run(kSecond, {&first});
  CHECK(broadcast.TakePictures() == 10);
  CHECK(broadcast.TakeSounds() == 10);

  auto second = broadcast.NewPublisher(200);
  broadcast.Run(kSecond * 2, {&second});
  CHECK(broadcast.TakePictures() >= 10);
  CHECK(broadcast.TakeSounds() >= 10);
  CHECK(broadcast.is_in_order());
  CHECK(broadcast.viewer().receive_statistics(100) == nullptr);
  CHECK(broadcast.viewer().receive_statistics(101) == nullptr);
}

TEST_CASE("Of two who send at once one is shown whole, and the other not at all") {
  Broadcast broadcast;
  auto other = broadcast.NewPublisher(100);
  auto named = broadcast.NewPublisher(kVideoSsrc - 1);  // Its pictures are the description's.
  broadcast.Run(kSecond * 3, {&other, &named});
  CHECK(broadcast.TakePictures() == 30);
  CHECK(broadcast.TakeSounds() == 30);
  CHECK(broadcast.is_in_order());
  CHECK(broadcast.viewer().receive_statistics(kVideoSsrc) == nullptr);
  CHECK(broadcast.viewer().stats().unknown_stream > 0);
}

TEST_CASE("A delay whose most is below its least is none") {
  Rig rig;
  rig.Packet(rtp::PlayoutDelay{TimeDelta::Millis(400), TimeDelta::Millis(100)});
  CHECK(rig.asked.empty());
}

// Sound of AAC in one of the vendors' forms, from its packets to its frames.
struct AacRig {
  AacRig(rtp::AudioPacking packing, Bytes latm_config = {}) : transport(MakeTransport()) {
    NegotiatedMedia media = Agreed(Side::kOfferer);
    media.audio->packing = packing;
    media.audio->payload_type = 120;
    media.audio->red_payload_type.reset();
    media.audio->clock_rate = 48'000;
    media.audio->latm_config = std::move(latm_config);
    media.audio->peer_source = PeerSource{10, {}, {}, "cname"};
    receiver.emplace(media, Timestamp::Zero());
    REQUIRE(receiver->AddStreams(transport));
  }
  void Packet(const Bytes& payload, std::uint32_t timestamp) {
    rtp::PacketView packet;
    packet.header.payload_type = 120;
    packet.header.ssrc = 10;
    packet.header.timestamp = timestamp;
    packet.header.marker = rtp::Marker::kSet;
    packet.payload = payload;
    receiver->HandlePacket(
        {10, number++, packet, {}, rtp::Transport::PacketReceived::Way::kItself, Timestamp::Zero()},
        transport, Timestamp::Zero());
    while (auto event = receiver->Poll()) {
      if (auto* changed = std::get_if<MediaReceiver::TracksChanged>(&*event)) {
        tracks.push_back(changed->tracks);
      } else if (auto* frame = std::get_if<EncodedFrame>(&*event)) {
        frames.push_back(std::move(*frame));
      }
    }
  }

  rtp::Transport transport;
  std::optional<MediaReceiver> receiver;
  std::int64_t number = 1'000;
  std::vector<StreamTracks> tracks;
  std::vector<EncodedFrame> frames;
};

// An ADTS frame of AAC-LC with two channels; `index` of its rate (ISO/IEC 14496-3 table 1.18).
Bytes Adts(int index, const Bytes& unit) {
  const auto size = static_cast<std::uint32_t>(unit.size() + 7);
  const std::array<std::uint8_t, 7> header = {0xff,
                                              0xf1,
                                              static_cast<std::uint8_t>(1 << 6 | index << 2),
                                              static_cast<std::uint8_t>(2 << 6 | size >> 11),
                                              static_cast<std::uint8_t>(size >> 3),
                                              static_cast<std::uint8_t>((size & 7) << 5 | 0x1f),
                                              0xfc};
  Bytes out(size);
  std::copy(unit.begin(), unit.end(), std::copy(header.begin(), header.end(), out.begin()));
  return out;
}

TEST_CASE(
    "AAC in ADTS comes as frames of its own track, and a new config is told before its frame") {
  AacRig rig(rtp::AudioPacking::kAdts);
  rig.Packet(Adts(3, {1, 2, 3}), 5'000);
  rig.Packet(Adts(3, {4, 5}), 6'024);
  REQUIRE(rig.frames.size() == 2);
  CHECK(rig.frames[1].payload.view()[0] == 4);
  CHECK((rig.frames[1].pts - rig.frames[0].pts).us() == 1'024 * 1'000'000 / 48'000);
  REQUIRE(rig.tracks.size() == 1);
  REQUIRE(rig.tracks[0].audio);
  CHECK(rig.tracks[0].audio->codec == AudioCodec::kAac);
  CHECK(rig.tracks[0].audio->format == AudioFormat{48'000, 2});

  rig.Packet(Adts(4, {6}), 7'048);
  REQUIRE(rig.tracks.size() == 2);
  CHECK(rig.tracks[1].audio->format == AudioFormat{44'100, 2});
  CHECK(rig.frames.size() == 3);
}

TEST_CASE("AAC in LATM is read by the config of the description") {
  // Tencent's own: AAC-LC, 44.1 kHz, two channels, no other data.
  AacRig rig(rtp::AudioPacking::kLatmInSdp, {0x40, 0x00, 0x24, 0x20, 0xad, 0xca, 0x1f, 0xe0});
  rig.Packet({3, 7, 8, 9}, 5'000);  // PayloadLengthInfo, then the unit.
  REQUIRE(rig.frames.size() == 1);
  CHECK(rig.frames[0].payload.size() == 3);
  REQUIRE(rig.tracks.size() == 1);
  CHECK(rig.tracks[0].audio->codec == AudioCodec::kAac);
  CHECK(rig.tracks[0].audio->format.sample_rate == 44'100);
}

}  // namespace
}  // namespace onair::webrtc
