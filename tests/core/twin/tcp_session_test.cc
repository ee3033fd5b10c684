// SPDX-License-Identifier: Apache-2.0
//
// A whole session over modelled TCP: the same SessionWorld, another network.
#include <catch2/catch.hpp>

#include "core/twin/fake_media.h"
#include "core/twin/session_world.h"
#include "tests/core/twin/link_scene.h"
#include "tests/core/twin/media_pusher.h"
#include "tests/core/twin/tcp_scene.h"
#include "tests/support/print_units.h"

namespace onair::twin {
namespace {

struct Session {
  explicit Session(RateSchedule rate, std::function<Answer(const Endpoint&)> peer = nullptr,
                   TcpAlgorithm algorithm = TcpAlgorithm::kCubic)
      : network(world, Way(std::move(rate), DataSize::Kibibytes(64), TimeDelta::Millis(25)),
                FreeWay(TimeDelta::Millis(25))),
        net(world, pusher,
            {.link = StreamLink::Symmetric(RateSchedule::Unlimited(), TimeDelta::Zero()),
             .peer = peer ? peer : [this](const Endpoint&) -> Answer {
               return std::make_unique<ScriptedPeer>([this](ByteView in) {
                 heard += in.size();
                 return Bytes{};
               });
             },
             .on_event =
                 [this](MediaPusher::Event& event, Timestamp now) {
                   lost.emplace_back(std::get_if<MediaPusher::Lost>(&event)->error.code, now);
                 },
             .connect = {},
             .network = &network,
             .tcp = SetupOf(algorithm)}),
        media(world, FakeEncoder({.rate = DataRate::KilobitsPerSec(1500)}, world.ForkRng()),
              std::nullopt, [this](const EncodedFrame& frame, Timestamp) {
                net.Do([&](MediaPusher& m, Timestamp) { m.Push(frame); });
              }) {
    net.Do([](MediaPusher& m, Timestamp now) { m.Start(now); });
    media.Start();
  }

  World world;
  std::size_t heard = 0;
  std::vector<std::pair<ErrorCode, Timestamp>> lost;
  SharedNetwork network;
  MediaPusher pusher;
  SessionWorld<MediaPusher> net;
  FakeMedia media;
};

TEST_CASE("A session pushes over modelled TCP without knowing it") {
  Session session(RateSchedule(DataRate::KilobitsPerSec(3000)));
  session.world.RunFor(TimeDelta::Seconds(20));
  CHECK(session.net.connections() == 1);
  CHECK(session.pusher.dropped() == 60);  // The first GOP began before the connection stood.
  CHECK(session.heard > 3'300'000);
  const auto info = session.net.connection()->client().tcp_info();
  REQUIRE(info);
  CHECK(info->rtt >= TimeDelta::Millis(50));
  CHECK(info->delivery_rate > DataRate::KilobitsPerSec(300));
}

TEST_CASE("A session of little more than it has to say keeps what each sender knows of the path") {
  for (const TcpAlgorithm algorithm :
       {TcpAlgorithm::kReno, TcpAlgorithm::kCubic, TcpAlgorithm::kBbr}) {
    INFO("algorithm " << static_cast<int>(algorithm));
    Session session(RateSchedule(DataRate::KilobitsPerSec(2000)), nullptr, algorithm);
    session.world.RunFor(TimeDelta::Seconds(60));
    CHECK(session.pusher.dropped() == 60);
  }
}

TEST_CASE("On a link that is too narrow the socket's backlog makes the session drop") {
  Session session(RateSchedule(DataRate::KilobitsPerSec(700)));
  session.world.RunFor(TimeDelta::Seconds(20));
  CHECK(session.pusher.dropped() > 150);
  const double used = static_cast<double>(session.heard) * 8 / 20 / 700e3;
  CHECK(used > 0.75);
  CHECK(used < 0.97);
}

TEST_CASE("A refused session learns it after one round trip of the modelled network") {
  Session session(RateSchedule(DataRate::KilobitsPerSec(3000)),
                  [](const Endpoint&) -> Answer { return Refuse{}; });
  session.world.RunFor(TimeDelta::Millis(100));
  REQUIRE(session.lost.size() == 1);
  CHECK(session.lost[0].first == ErrorCode::kConnectRefused);
  CHECK(session.lost[0].second > At(50));
  CHECK(session.lost[0].second < At(51));
}

TEST_CASE("After a break the session connects anew and the old connection harms nobody") {
  Session session(RateSchedule(DataRate::KilobitsPerSec(3000)));
  session.world.RunFor(TimeDelta::Seconds(5));
  session.net.BreakConnection({ErrorCode::kConnectionLost, "moved"});
  session.world.RunFor(TimeDelta::Seconds(100));
  CHECK(session.net.connections() == 2);
  CHECK(session.lost.size() == 1);
  CHECK(session.heard > 18'000'000);
}

}  // namespace
}  // namespace onair::twin
