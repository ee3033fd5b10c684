// SPDX-License-Identifier: Apache-2.0
#include "core/twin/session_world.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/core/twin/test_machines.h"
#include "tests/support/print_units.h"

namespace onair::twin {
namespace {

constexpr TimeDelta kOneWay = TimeDelta::Millis(40);
const Endpoint kPlain{"live.example", 1935, Security::kPlain};
const Endpoint kSecure{"live.example", 443, Security::kTls};

std::unique_ptr<Peer> EchoPeer() {
  return std::make_unique<MachinePeer<Echo>>(std::make_unique<Echo>());
}

struct Scene {
  explicit Scene(Endpoint endpoint, StreamLink link, std::function<Answer(const Endpoint&)> peer)
      : session(std::move(endpoint)),
        net(world, session,
            {.link = std::move(link),
             .peer = std::move(peer),
             .on_event = [this](Uploader::Event& event,
                                Timestamp now) { events.emplace_back(now, std::move(event)); },
             .connect = {}}) {}

  template <typename T>
  std::vector<Timestamp> TimesOf() const {
    std::vector<Timestamp> times;
    for (const auto& [at, event] : events) {
      if (std::holds_alternative<T>(event)) times.push_back(at);
    }
    return times;
  }
  std::vector<ErrorCode> Losses() const {
    std::vector<ErrorCode> codes;
    for (const auto& [at, event] : events) {
      if (const auto* lost = std::get_if<Uploader::Lost>(&event)) codes.push_back(lost->error.code);
    }
    return codes;
  }

  World world;
  std::vector<std::pair<Timestamp, Uploader::Event>> events;
  Uploader session;
  SessionWorld<Uploader> net;
};

StreamLink Link(DataRate rate) {
  return StreamLink::Symmetric(RateSchedule(rate), kOneWay);
}
const DataRate k2Mbps = DataRate::KilobitsPerSec(2000);
constexpr Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

void Start(Uploader& s, Timestamp now) {
  s.Start(now);
}

TEST_CASE("A plain stream connects after one round trip and a TLS stream after two") {
  Scene plain(kPlain, Link(k2Mbps), [](const Endpoint&) { return EchoPeer(); });
  Scene secure(kSecure, Link(k2Mbps), [](const Endpoint&) { return EchoPeer(); });

  plain.net.Do(Start);
  plain.world.RunFor(TimeDelta::Seconds(1));
  secure.net.Do(Start);
  secure.world.RunFor(TimeDelta::Seconds(1));

  CHECK(plain.TimesOf<Uploader::Connected>() == std::vector{At(80)});
  CHECK(secure.TimesOf<Uploader::Connected>() == std::vector{At(160)});
}

TEST_CASE("A refused session learns it after one round trip and may try again") {
  int asked = 0;
  Scene scene(kPlain, Link(k2Mbps), [&](const Endpoint&) -> Answer {
    if (++asked == 1) return Refuse{};
    return EchoPeer();
  });

  scene.net.Do(Start);
  scene.world.RunFor(TimeDelta::Seconds(5));

  CHECK(scene.Losses() == std::vector{ErrorCode::kConnectRefused});
  CHECK(scene.TimesOf<Uploader::Lost>() == std::vector{At(80)});
  CHECK(scene.TimesOf<Uploader::Connected>() == std::vector{At(1160)});
  CHECK(scene.net.attempts() == 2);
}

TEST_CASE("An address that never answers times out as the system does") {
  Scene scene(kPlain, Link(k2Mbps), [](const Endpoint&) { return NoAnswer{}; });

  scene.net.Do(Start);
  scene.world.RunFor(TimeDelta::Seconds(127));

  CHECK(scene.Losses() == std::vector{ErrorCode::kConnectTimeout});
}

TEST_CASE("A SYN lost in an outage is sent again a second later") {
  StreamLink link = Link(k2Mbps);
  link.up.rate = RateSchedule(DataRate::Zero()).Change(At(500), k2Mbps);
  Scene scene(kPlain, link, [](const Endpoint&) { return EchoPeer(); });

  scene.net.Do(Start);
  scene.world.RunFor(TimeDelta::Seconds(3));

  CHECK(scene.TimesOf<Uploader::Connected>() == std::vector{At(1080)});
}

TEST_CASE("A session's bytes reach its peer and the answer comes back") {
  Scene scene(kPlain, Link(k2Mbps), [](const Endpoint&) { return EchoPeer(); });

  scene.net.Do(Start);
  scene.net.Do([](Uploader& s, Timestamp now) { s.Send({1, 2, 3}, now); });
  scene.world.RunFor(TimeDelta::Seconds(1));

  REQUIRE(scene.TimesOf<Uploader::Answered>().size() == 1);
  CHECK(std::get<Uploader::Answered>(scene.events.back().second).bytes == Bytes{1, 2, 3});
}

TEST_CASE("A peer that ends the stream is told from one that resets it") {
  MachinePeer<Echo>* server = nullptr;
  Scene scene(kPlain, Link(k2Mbps), [&](const Endpoint&) -> Answer {
    auto peer = std::make_unique<MachinePeer<Echo>>(std::make_unique<Echo>());
    server = peer.get();
    return peer;
  });
  scene.net.Do(Start);
  scene.world.RunFor(TimeDelta::Millis(500));

  server->Finish();
  scene.world.RunFor(TimeDelta::Millis(1500));
  server->Reset();
  scene.world.RunFor(TimeDelta::Millis(500));

  CHECK(scene.Losses() == std::vector{ErrorCode::kPeerClosed, ErrorCode::kConnectionLost});
  CHECK(scene.TimesOf<Uploader::Lost>()[0] == At(540));
  CHECK(scene.net.connections() == 2);
}

TEST_CASE("An outage holds the bytes back and none is lost") {
  StreamLink link = Link(k2Mbps);
  link.up.rate.Outage(At(1000), TimeDelta::Seconds(3));
  std::size_t heard = 0;
  Timestamp last = Timestamp::Zero();
  Scene scene(kPlain, link, [](const Endpoint&) { return EchoPeer(); });
  scene.net.Do(Start);

  // One second's worth of the link, written half a second before the outage.
  scene.world.At(At(500), "test", [&] {
    scene.net.Do([](Uploader& s, Timestamp now) { s.Send(Bytes(250'000), now); });
  });
  scene.world.RunFor(TimeDelta::Seconds(10));

  for (const auto& [at, event] : scene.events) {
    if (const auto* answer = std::get_if<Uploader::Answered>(&event)) {
      heard += answer->bytes.size();
      last = at;
    }
  }
  CHECK(heard == 250'000);
  CHECK(last >= At(500 + 1000 + 3000 + 80));
  CHECK(last <= At(500 + 1000 + 3000 + 80 + 10));
  CHECK(scene.session.unsent_max() == DataSize::Bytes(250'000 - 16 * 1024));
}

TEST_CASE("What was written before CloseStream still arrives") {
  std::size_t heard = 0;
  Scene scene(kPlain, Link(k2Mbps), [&](const Endpoint&) -> Answer {
    return std::make_unique<ScriptedPeer>([&](ByteView in) {
      heard += in.size();
      return Bytes{};
    });
  });
  scene.net.Do(Start);
  scene.world.RunFor(TimeDelta::Millis(200));

  scene.net.Do([](Uploader& s, Timestamp now) { s.Send(Bytes(100'000), now); });
  scene.net.Do([](Uploader& s, Timestamp now) { s.Stop(now); });
  scene.world.RunFor(TimeDelta::Seconds(2));

  CHECK(heard == 100'000);
  CHECK(scene.Losses().empty());
}

TEST_CASE("A change of network breaks the connection at once and the session returns") {
  Scene scene(kPlain, Link(k2Mbps), [](const Endpoint&) { return EchoPeer(); });
  scene.net.Do(Start);
  scene.world.RunFor(TimeDelta::Seconds(1));

  scene.net.BreakConnection({ErrorCode::kConnectionLost, "moved"});
  scene.world.RunFor(TimeDelta::Seconds(2));

  CHECK(scene.TimesOf<Uploader::Lost>() == std::vector{At(1000)});
  CHECK(scene.TimesOf<Uploader::Connected>() == std::vector{At(80), At(2080)});
}

}  // namespace
}  // namespace onair::twin
