// SPDX-License-Identifier: Apache-2.0
//
// A publisher's and a player's transport with a video stream between them, in virtual time.
#pragma once

#include <memory>
#include <optional>
#include <set>

#include "core/twin/delay.h"
#include "core/twin/random_loss.h"
#include "tests/transport/rtp/transport_pair.h"

namespace onair::rtp {

inline constexpr TimeDelta kOneWay = TimeDelta::Millis(25);
inline constexpr TimeDelta kFrame = TimeDelta::Micros(33'333);

inline std::unique_ptr<twin::Link> Wire(TimeDelta delay = kOneWay) {
  return std::make_unique<twin::Delay>(delay);
}

inline std::unique_ptr<twin::Link> Lossy(double share, Rng rng) {
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

}  // namespace onair::rtp
