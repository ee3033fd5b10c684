// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/media_receiver.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/print_units.h"
#include "tests/transport/rtp/sample_video.h"
#include "tests/transport/webrtc/local_sides.h"
#include "transport/webrtc/answer.h"
#include "transport/webrtc/offer.h"

namespace onair::webrtc {
namespace {

constexpr std::uint32_t kVideoSsrc = 20;

NegotiatedMedia AtViewer() {
  const auto offer = MakeOffer(Playing());
  REQUIRE(offer.has_value());
  const auto answer = MakeAnswer(*offer, Serving());
  REQUIRE(answer.has_value());
  auto media = ReadNegotiated(*offer, *answer, Side::kOfferer);
  REQUIRE(media.has_value());
  return *media;
}

rtp::Transport MakeTransport() {
  auto made = rtp::Transport::Make({.clock = {}, .cname = "cname"}, Rng(1));
  REQUIRE(made.has_value());
  return std::move(*made);
}

struct Rig {
  Rig() : media(AtViewer()), receiver(media, Timestamp::Zero()), transport(MakeTransport()) {
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

TEST_CASE("A delay whose most is below its least is none") {
  Rig rig;
  rig.Packet(rtp::PlayoutDelay{TimeDelta::Millis(400), TimeDelta::Millis(100)});
  CHECK(rig.asked.empty());
}

}  // namespace
}  // namespace onair::webrtc
