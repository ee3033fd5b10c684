// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/preload_pool.h"

#include "platform/devices/headless_display.h"
#include "platform/sdk/preloaded_room.h"
#include "tests/platform/sdk/stamped_source.h"

namespace onair {
namespace {

using namespace sdk_test;

// A live stream on an edge, under as many addresses as wanted.
class LiveRooms {
 public:
  LiveRooms() {
    auto publisher =
        Publisher::Create(SmallPublisher({edge_.rtmp("zap")}), InPlace(), events_.listener());
    REQUIRE(publisher);
    publisher_ = std::move(*publisher);
    publisher_->SetSources(TestPicture());
    REQUIRE(publisher_->Start());
    REQUIRE(
        Eventually([&] { return publisher_->stats().destinations[0].session.frames_sent >= 5; }));
  }
  std::string flv(int room) const { return edge_.flv("zap") + "?room=" + std::to_string(room); }
  std::string rtmp() const { return edge_.rtmp("zap"); }
  std::int64_t viewers() { return edge_.stats().viewers_flv; }

 private:
  EdgeHost edge_;
  Events<PublishEvent> events_;
  std::unique_ptr<Publisher> publisher_;
};

std::shared_ptr<PreloadPool> Make(const PreloadConfig& budget = {}) {
  auto pool = PreloadPool::Create({.budget = budget});
  REQUIRE(pool);
  return *pool;
}

bool Becomes(PreloadPool& pool, const std::string& url, PreloadTier ready) {
  return Eventually([&] {
    for (const auto& room : pool.stats().rooms) {
      if (room.url == url) return room.ready == ready;
    }
    return false;
  });
}

TEST_CASE("Rooms are made ready as their distance says") {
  LiveRooms rooms;
  const auto pool = Make();

  pool->SetRooms({{rooms.flv(1), 1}, {rooms.flv(2), 2}, {rooms.flv(3), 3}});

  CHECK(Becomes(*pool, rooms.flv(1), PreloadTier::kFirstPicture));
  CHECK(Becomes(*pool, rooms.flv(2), PreloadTier::kNewestGop));
  CHECK(Becomes(*pool, rooms.flv(3), PreloadTier::kConnected));
  CHECK(rooms.viewers() == 2);
  const PreloadStats stats = pool->stats();
  CHECK(stats.memory > DataSize::Zero());
  CHECK(stats.pictures_decoded >= 1);
  CHECK(stats.bytes_received > DataSize::Zero());
}

void ExpectShowsAtOnce(const std::string& url) {
  const auto pool = Make();
  pool->SetRooms({{url, 1}});
  REQUIRE(Becomes(*pool, url, PreloadTier::kFirstPicture));
  PlayerConfig config;
  config.url = url;
  config.preload = pool;

  Events<PlayEvent> events;
  auto player = Player::Create(config, InPlace(), events.listener());
  REQUIRE(player);
  std::atomic<bool> is_there{false};
  (*player)->SetPictureReady([&] { is_there = true; });
  REQUIRE((*player)->Start());
  REQUIRE(Eventually([&] { return is_there.load(); }));
  // No wait for any time on the line.
  const auto first = (*player)->pictures().TakePicture(runtime::Now());
  REQUIRE(first);
  (*player)->pictures().OnPresented(*first, {runtime::Now(), runtime::UtcNow()});

  // And it is the same stream that goes on, each picture once.
  MediaTime last = first->pts;
  int shown = 1;
  REQUIRE(Eventually([&] {
    if (auto next = (*player)->pictures().TakePicture(runtime::Now())) {
      CHECK(next->pts > last);
      last = next->pts;
      (*player)->pictures().OnPresented(*next, {runtime::Now(), runtime::UtcNow()});
      ++shown;
    }
    return shown >= 20;
  }));
  const auto stats = (*player)->stats();
  CHECK(stats.preloaded == PreloadTier::kFirstPicture);
  CHECK(stats.decode_errors == 0);
  CHECK(stats.session.reconnects == 0);
  CHECK(stats.session.opening.connected == stats.session.opening.started);
  CHECK(pool->stats().hits == 1);
  CHECK(pool->stats().rooms.empty());
  CHECK(pool->stats().bytes_used > DataSize::Zero());
}

TEST_CASE("A player of a preloaded room has its picture at once and goes on (HTTP-FLV)") {
  LiveRooms rooms;
  ExpectShowsAtOnce(rooms.flv(1));
}

TEST_CASE("A player of a preloaded room has its picture at once and goes on (RTMP)") {
  LiveRooms rooms;
  ExpectShowsAtOnce(rooms.rtmp());
}

TEST_CASE("A player that took a room goes on when the pool is gone") {
  LiveRooms rooms;
  auto pool = Make();
  pool->SetRooms({{rooms.flv(1), 1}});
  REQUIRE(Becomes(*pool, rooms.flv(1), PreloadTier::kFirstPicture));
  PlayerConfig config;
  config.url = rooms.flv(1);
  config.preload = pool;
  Events<PlayEvent> events;
  auto player = Player::Create(config, InPlace(), events.listener());
  REQUIRE(player);
  config.preload.reset();
  REQUIRE((*player)->Start());
  REQUIRE(events.Wait(Reaches(PlayState::kPlaying)));

  pool.reset();

  const auto decoded = (*player)->stats().frames_decoded;
  CHECK(Eventually([&] { return (*player)->stats().frames_decoded > decoded + 10; }));
  (*player)->Stop();
  CHECK(events.Wait(Reaches(PlayState::kEnded)));
}

TEST_CASE("A room that was not made ready is played as ever, and counted") {
  LiveRooms rooms;
  const auto pool = Make();
  PlayerConfig config;
  config.url = rooms.flv(1);
  config.preload = pool;
  Events<PlayEvent> events;
  auto player = Player::Create(config, InPlace(), events.listener());
  REQUIRE(player);
  REQUIRE((*player)->Start());
  CHECK(events.Wait(Reaches(PlayState::kPlaying)));
  CHECK(pool->stats().misses == 1);
  CHECK((*player)->stats().preloaded == PreloadTier::kNone);
}

// A server that took a connection and then went without a word, and another in its place.
struct Replaced {
  explicit Replaced(int distance) {
    PreloadPoolConfig config;
    config.play.session.connect_timeout = TimeDelta::Seconds(15);
    pool = PreloadPool::Create(config).value();
    pool->SetRooms({{url, distance}});
    REQUIRE(Becomes(*pool, url, PreloadTier::kConnected));
  }
  // When it shows something, from its start.
  TimeDelta Open(const std::string& address) {
    silent.StopListening();
    edge.emplace(edge::EdgeConfig{}, edge::Ports{.rtmp = 0, .http = silent.port()});
    publisher = std::make_unique<Source>(std::vector{edge->rtmp("room")});
    PlayerConfig config;
    config.url = address;
    config.session.connect_timeout = TimeDelta::Seconds(15);
    config.preload = pool;
    player = Player::Create(config, InPlace(), events.listener()).value();
    const Timestamp begin = runtime::Now();
    REQUIRE(player->Start());
    REQUIRE(events.Wait(Reaches(PlayState::kPlaying)));
    return runtime::Now() - begin;
  }

  SilentPeer silent;
  const std::string url = silent.flv();
  std::shared_ptr<PreloadPool> pool;
  std::optional<EdgeHost> edge;
  std::unique_ptr<Source> publisher;
  Events<PlayEvent> events;
  std::unique_ptr<Player> player;
};

TEST_CASE(
    "A room that is connected and does not answer is opened anew beside, which is no switch") {
  Replaced room(3);  // Connected, no more.

  CHECK(room.Open(room.url) < TimeDelta::Seconds(7));  // Of 15 until it is given up.

  const auto stats = room.player->stats();
  CHECK(stats.preloaded == PreloadTier::kConnected);
  CHECK(stats.switches == 0);
  CHECK(stats.switches_failed == 0);
  CHECK(stats.session.reconnects == 0);
  CHECK(std::ranges::none_of(room.events.all(), [](const PlayEvent& event) {
    return std::holds_alternative<SwitchEvent>(event);
  }));
  CHECK(Eventually([&] { return room.player->stats().frames_decoded > 15; }));
}

TEST_CASE("A room that was asked for its stream in vain is not handed over") {
  Replaced room(1);
  const Timestamp until = runtime::Now() + TimeDelta::Millis(1'100);
  REQUIRE(Eventually([&] { return runtime::Now() >= until; }));

  CHECK(room.Open(room.url) < TimeDelta::Seconds(7));  // Of 15 until it is given up.

  CHECK(room.player->stats().preloaded == PreloadTier::kNone);
  CHECK(room.pool->stats().misses == 1);
  CHECK(room.pool->stats().rooms.empty());
}

TEST_CASE("On a metered network streams are left at once") {
  LiveRooms rooms;
  const auto pool = Make();
  pool->SetRooms({{rooms.flv(1), 1}});
  REQUIRE(Becomes(*pool, rooms.flv(1), PreloadTier::kFirstPicture));

  pool->SetNetworkCost(NetworkCost::kMetered);

  CHECK(Becomes(*pool, rooms.flv(1), PreloadTier::kConnected));
  CHECK(Eventually([&] { return rooms.viewers() == 0; }));
  CHECK(pool->stats().memory == DataSize::Zero());
}

TEST_CASE("Cancelling closes everything at once") {
  LiveRooms rooms;
  const auto pool = Make();
  pool->SetRooms({{rooms.flv(1), 1}, {rooms.flv(2), 2}});
  REQUIRE(Eventually([&] { return rooms.viewers() == 2; }));

  pool->Cancel();

  CHECK(Eventually([&] { return rooms.viewers() == 0; }));
  CHECK(pool->stats().rooms.empty());
}

TEST_CASE("Of rooms that are not named any more the one named longest ago goes first") {
  LiveRooms rooms;
  PreloadConfig budget;
  budget.rooms = 2;
  budget.connect_distance = 64;
  const auto pool = Make(budget);
  pool->SetRooms({{rooms.flv(1), 1}});
  REQUIRE(Becomes(*pool, rooms.flv(1), PreloadTier::kFirstPicture));
  pool->SetRooms({{rooms.flv(2), 1}});
  REQUIRE(Becomes(*pool, rooms.flv(2), PreloadTier::kFirstPicture));

  CHECK(Becomes(*pool, rooms.flv(1), PreloadTier::kNone));
  CHECK(pool->stats().evictions >= 1);
}

TEST_CASE("Addresses that cannot be preloaded are counted, a dead one is given up") {
  PreloadPoolConfig config;
  config.play.session.reconnect.max_attempts = 2;
  config.play.session.reconnect.first_delay = TimeDelta::Millis(50);
  const auto pool = PreloadPool::Create(config).value();
  PreloadRoom dead{"http://127.0.0.1:1/live/x.flv", 1};
  pool->SetRooms({{"whep+http://127.0.0.1/whep/x", 1}, {"nonsense", 1}, dead});

  CHECK(Eventually([&] { return pool->stats().unsupported == 2; }));
  CHECK(Eventually([&] { return pool->stats().failures == 1; }));
  CHECK(pool->stats().rooms.size() == 1);
  CHECK(pool->stats().rooms[0].ready == PreloadTier::kNone);
}

TEST_CASE("A room that failed is tried again after its rest where it was named meanwhile") {
  EdgeHost edge;
  PreloadPoolConfig config;
  config.play.session.publisher_gap = TimeDelta::Zero();
  config.play.session.reconnect.max_attempts = 1;
  const auto pool = PreloadPool::Create(config).value();
  pool->SetRooms({{edge.flv("late"), 1}});
  REQUIRE(Eventually([&] { return pool->stats().failures == 1; }));

  pool->SetRooms({{edge.flv("late"), 1}});

  CHECK(Eventually([&] { return pool->stats().failures == 2; }));
}

TEST_CASE("A room that failed and is not named any more is forgotten") {
  EdgeHost edge;
  PreloadPoolConfig config;
  config.play.session.publisher_gap = TimeDelta::Zero();
  config.play.session.reconnect.max_attempts = 1;
  const auto pool = PreloadPool::Create(config).value();
  pool->SetRooms({{edge.flv("none"), 1}});
  REQUIRE(Eventually([&] { return pool->stats().failures == 1; }));
  CHECK(pool->stats().rooms.size() == 1);

  pool->SetRooms({});

  CHECK(Eventually([&] { return pool->stats().rooms.empty(); }));
}

TEST_CASE("Settings of a pool outside their range are refused") {
  CHECK_FALSE(PreloadPool::Create({.budget = {.rooms = 65}}));
  PreloadPoolConfig config;
  config.play.decode_threads = 0;
  CHECK_FALSE(PreloadPool::Create(config));
}

}  // namespace
}  // namespace onair
