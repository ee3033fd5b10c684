// SPDX-License-Identifier: Apache-2.0
//
// Other addresses of one stream take over from each other: real edges, real sockets. The numbers
// in the pictures say whether one was lost or shown twice.
#include <algorithm>
#include <thread>

#include "capture/synthetic/stamp.h"
#include "core/session/splice.h"
#include "platform/devices/audio_output.h"
#include "platform/sdk/preload_pool.h"
#include "tests/platform/sdk/stamped_source.h"
#include "tests/support/wake_meter.h"

namespace onair {
namespace {

using namespace sdk_test;

// A viewer who reads the numbers of all pictures that are shown.
class Viewer {
 public:
  explicit Viewer(PlayerConfig config) {
    auto player = Player::Create(config, InPlace(), events.listener());
    REQUIRE(player);
    player_ = std::move(*player);
    player_->SetAudioOutput(devices::CreateHeadlessAudioOutput());
    REQUIRE(player_->Start());
  }
  Player& player() { return *player_; }

  // Shows pictures until `claim` holds.
  bool WatchUntil(const std::function<bool()>& claim) {
    const Timestamp deadline = runtime::Now() + kPatience;
    while (runtime::Now() < deadline) {
      Look();
      if (claim()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }
  bool WatchMore(std::size_t pictures) {
    const std::size_t before = numbers_.size();
    return WatchUntil([&] { return numbers_.size() >= before + pictures; });
  }
  bool Saw(SwitchPhase phase, SwitchCause cause) const { return CountOf(phase, cause) > 0; }
  std::ptrdiff_t CountOf(SwitchPhase phase, SwitchCause cause) const {
    return std::ranges::count_if(events.all(), [&](const PlayEvent& event) {
      const auto* change = std::get_if<SwitchEvent>(&event);
      return change != nullptr && change->phase == phase && change->cause == cause;
    });
  }
  // Where the last one that was done went to.
  std::string went_to() const {
    std::string url;
    for (const PlayEvent& event : events.all()) {
      const auto* change = std::get_if<SwitchEvent>(&event);
      if (change != nullptr && change->phase == SwitchPhase::kDone) url = change->url;
    }
    return url;
  }
  // The last one that was done.
  TimeDelta took() const {
    TimeDelta took = TimeDelta::Zero();
    for (const PlayEvent& event : events.all()) {
      const auto* change = std::get_if<SwitchEvent>(&event);
      if (change != nullptr && change->phase == SwitchPhase::kDone) took = change->took;
    }
    return took;
  }
  bool HasEnded() const { return std::ranges::any_of(events.all(), Reaches(PlayState::kEnded)); }
  bool HasStalled() const {
    return std::ranges::any_of(events.all(), [](const PlayEvent& event) {
      const auto* change = std::get_if<PlayStateEvent>(&event);
      return change != nullptr && change->state == PlayState::kStalled;
    });
  }

  // None came twice, but from the publisher, or out of order.
  void ExpectInOrder(const Source& source) const {
    REQUIRE(numbers_.size() > 10);
    std::int64_t twice = 0;
    for (std::size_t i = 1; i < numbers_.size(); ++i) {
      INFO("behind " << numbers_[i - 1]);
      REQUIRE(numbers_[i] >= numbers_[i - 1]);
      if (numbers_[i] == numbers_[i - 1]) ++twice;
    }
    CHECK(twice <= source.repeated());
  }
  // And none is missing but those that a busy machine never sent; where it also let threads wait
  // for half a picture's time, those that nobody looked at before the next one was due.
  void ExpectWhole(const Source& source) const {
    ExpectInOrder(source);
    std::string holes;
    for (std::size_t i = 1; i < numbers_.size(); ++i) {
      if (numbers_[i] <= numbers_[i - 1] + 1) continue;
      holes += " " + std::to_string(numbers_[i - 1]) + ".." + std::to_string(numbers_[i]);
    }
    INFO("of " << numbers_.front() << ".." << numbers_.back() << " missing between" << holes);
    INFO("dropped before decoding " << player_->stats().session.frames_dropped);
    const auto span = static_cast<std::int64_t>(numbers_.back() - numbers_.front()) + 1;
    const auto missing = span - static_cast<std::int64_t>(numbers_.size());
    INFO("a thread was woken " << machine_.worst().ms_f() << " ms late");
    const PlayerStats stats = player_->stats();
    const std::int64_t too_late = stats.frames_dropped + stats.session.frames_dropped;
    CHECK(missing <= source.skipped() + too_late);
    // At the opening old pictures are left out to be live.
    const std::int64_t opened = numbers_[kOpening] - numbers_[0] - kOpening;
    const bool is_calm = machine_.worst() < TimeDelta::Millis(16);
    if (is_calm) CHECK(missing - opened <= source.skipped());
  }

  Events<PlayEvent> events;

 private:
  void Look() {
    while (auto frame = player_->pictures().TakePicture(runtime::Now())) {
      const auto stamp = capture::ReadStamp(frame->picture);
      if (stamp) numbers_.push_back(stamp->frame_number);
    }
  }

  static constexpr std::uint32_t kOpening = 10;  // Pictures.

  std::unique_ptr<Player> player_;
  std::vector<std::uint32_t> numbers_;
  onair::testing::WakeMeter machine_;
};

// Some delay, so that a busy machine decides nothing.
PlayerConfig Patient(const std::string& url) {
  PlayerConfig config;
  config.url = url;
  config.session.buffer = BufferMode::kSmooth;
  config.session.reconnect.first_delay = TimeDelta::Millis(50);
  config.session.reconnect.max_delay = TimeDelta::Millis(500);
  return config;
}

TEST_CASE("A player changes to another rendition over HTTP-FLV without losing a picture") {
  EdgeHost edge;
  Source source({edge.rtmp("high"), edge.rtmp("low")});
  Viewer viewer(Patient(edge.flv("high")));
  REQUIRE(viewer.WatchMore(30));
  REQUIRE(viewer.player().SwitchTo(edge.flv("low")));
  REQUIRE(viewer.WatchUntil([&] { return viewer.Saw(SwitchPhase::kDone, SwitchCause::kAsked); }));
  REQUIRE(viewer.WatchMore(30));

  viewer.ExpectWhole(source);
  CHECK(viewer.Saw(SwitchPhase::kBegan, SwitchCause::kAsked));
  CHECK_FALSE(viewer.HasStalled());
  CHECK_FALSE(viewer.HasEnded());
  CHECK(viewer.went_to() == edge.flv("low"));
  const auto stats = viewer.player().stats();
  CHECK(stats.url == edge.flv("low"));
  CHECK(stats.switches == 1);
  CHECK(stats.switches_failed == 0);
  CHECK(stats.decode_errors == 0);
  CHECK(stats.session.reconnects == 0);
  // The first one is not watched any more.
  CHECK(Eventually([&] { return edge.stats().viewers_flv == 1; }));
}

PlayerConfig Choosing(const EdgeHost& edge) {
  PlayerConfig config = Patient(edge.flv("low"));
  config.qualities = {{edge.flv("low"), DataRate::KilobitsPerSec(300), {}},
                      {edge.flv("high"), DataRate::KilobitsPerSec(400), {}}};
  config.quality.climb_after = TimeDelta::Seconds(1);
  return config;
}

TEST_CASE("A player that knows the qualities goes to the best the network carries, by itself") {
  EdgeHost edge;
  Source source({edge.rtmp("high"), edge.rtmp("low")});
  Viewer viewer(Choosing(edge));
  REQUIRE(
      viewer.WatchUntil([&] { return viewer.Saw(SwitchPhase::kDone, SwitchCause::kBandwidth); }));
  REQUIRE(viewer.WatchMore(15));
  viewer.ExpectWhole(source);
  CHECK_FALSE(viewer.HasEnded());
  CHECK(viewer.went_to() == edge.flv("high"));
  CHECK(viewer.player().stats().quality == 1);
  CHECK(viewer.player().stats().quality_mode == QualityMode::kAutomatic);
  CHECK(viewer.player().stats().bandwidth > DataRate::Zero());
}

TEST_CASE("A quality that the app pins stays until the player may choose again") {
  EdgeHost edge;
  Source source({edge.rtmp("high"), edge.rtmp("low")});
  Viewer viewer(Choosing(edge));
  REQUIRE(viewer.player().PinQuality(0));
  CHECK(viewer.player().PinQuality(2).error().code == ErrorCode::kInvalidConfig);
  REQUIRE(viewer.WatchMore(70));
  CHECK(viewer.player().stats().quality_mode == QualityMode::kPinned);
  CHECK(viewer.player().stats().quality == 0);
  CHECK_FALSE(viewer.Saw(SwitchPhase::kBegan, SwitchCause::kBandwidth));

  REQUIRE(viewer.player().PinQuality(1));
  REQUIRE(viewer.WatchUntil([&] { return viewer.player().stats().quality == 1; }));
  REQUIRE(viewer.player().ChooseQuality());
  CHECK(
      Eventually([&] { return viewer.player().stats().quality_mode == QualityMode::kAutomatic; }));
  viewer.ExpectWhole(source);
}

TEST_CASE("Qualities without the address, or out of order, are refused") {
  PlayerConfig config;
  config.url = "http://127.0.0.1/live/a.flv";
  CHECK(config.Validate());
  config.qualities = {{"http://127.0.0.1/live/b.flv", DataRate::KilobitsPerSec(300), {}}};
  CHECK(config.Validate().error().code == ErrorCode::kInvalidConfig);
  config.qualities.push_back({config.url, DataRate::KilobitsPerSec(900), {}});
  CHECK(config.Validate());
  std::swap(config.qualities[0], config.qualities[1]);
  CHECK(config.Validate().error().code == ErrorCode::kInvalidConfig);
  config.qualities = {{config.url, DataRate::KilobitsPerSec(900), {}}};
  config.quality.share = 0;
  CHECK(config.Validate().error().code == ErrorCode::kInvalidConfig);
}

TEST_CASE("A switch to an address that has nothing fails, and what played goes on") {
  EdgeHost edge;
  Source source({edge.rtmp("room")});
  Viewer viewer(Patient(edge.flv("room")));
  REQUIRE(viewer.WatchMore(10));
  REQUIRE(viewer.player().SwitchTo(edge.flv("absent")));
  REQUIRE(viewer.WatchUntil([&] { return viewer.Saw(SwitchPhase::kFailed, SwitchCause::kAsked); }));
  REQUIRE(viewer.WatchMore(20));
  viewer.ExpectWhole(source);
  CHECK(viewer.player().stats().switches_failed == 1);
  CHECK(viewer.player().stats().url == edge.flv("room"));
}

TEST_CASE("What cannot be played is refused as a switch, and so is a switch before the start") {
  Events<PlayEvent> events;
  auto player =
      Player::Create({.url = "http://127.0.0.1:1/live/x.flv"}, InPlace(), events.listener());
  REQUIRE(player);
  CHECK((*player)->SwitchTo("http://127.0.0.1:1/live/y.flv").error().code ==
        ErrorCode::kInvalidState);
  REQUIRE((*player)->Start());
  CHECK((*player)->SwitchTo("gopher://127.0.0.1/live/y").error().code == ErrorCode::kUnsupported);
}

TEST_CASE("A player changes between HTTP-FLV and WebRTC and back without losing a picture") {
  EdgeHost edge;
  Source source({edge.rtmp("room")}, AudioCodec::kOpus);
  Viewer viewer(Patient(edge.flv("room")));
  REQUIRE(viewer.WatchMore(30));
  REQUIRE(viewer.player().SwitchTo(edge.rts("room")));
  REQUIRE(viewer.WatchUntil([&] { return viewer.player().stats().switches == 1; }));
  REQUIRE(viewer.WatchMore(30));
  CHECK(viewer.player().stats().url == edge.rts("room"));
  REQUIRE(viewer.player().SwitchTo(edge.flv("room")));
  REQUIRE(viewer.WatchUntil([&] { return viewer.player().stats().switches == 2; }));
  REQUIRE(viewer.WatchMore(30));

  viewer.ExpectWhole(source);
  CHECK_FALSE(viewer.HasStalled());
  CHECK_FALSE(viewer.HasEnded());
  CHECK(viewer.player().stats().switches_failed == 0);
}

TEST_CASE("A WebRTC server that does not know the stream is left for HTTP-FLV at once") {
  EdgeHost edge, elsewhere;
  Source source({edge.rtmp("room")});
  PlayerConfig config = Patient(elsewhere.rts("room"));
  config.fallback_url = edge.flv("room");
  Viewer viewer(config);
  REQUIRE(viewer.WatchMore(20));

  viewer.ExpectWhole(source);
  CHECK(viewer.Saw(SwitchPhase::kDone, SwitchCause::kFallback));
  const auto stats = viewer.player().stats();
  CHECK(stats.fallbacks == 1);
  CHECK(stats.url == edge.flv("room"));
  CHECK(stats.session.opening.first_key_frame.has_value());
}

TEST_CASE("A WebRTC server that answers nothing is left for HTTP-FLV when its time is over") {
  EdgeHost edge;
  SilentPeer silent;
  Source source({edge.rtmp("room")});
  PlayerConfig config = Patient(silent.rts());
  config.fallback_url = edge.flv("room");
  config.fallback.after = TimeDelta::Millis(300);
  Viewer viewer(config);
  REQUIRE(viewer.WatchMore(20));
  viewer.ExpectWhole(source);
  CHECK(viewer.player().stats().fallbacks == 1);
}

TEST_CASE("A player that may not fall back stays with the address that it was given") {
  EdgeHost edge, elsewhere;
  Source source({edge.rtmp("room")});
  PlayerConfig config = Patient(elsewhere.rts("room"));
  config.fallback_url = edge.flv("room");
  config.fallback_use = FallbackUse::kNever;
  config.session.reconnect.max_attempts = 2;
  Viewer viewer(config);
  CHECK(viewer.events.Wait(Reaches(PlayState::kEnded)));
  CHECK(viewer.player().stats().fallbacks == 0);
}

// What its last second held nobody has: the fallback begins with its newest GOP.
TEST_CASE("A WebRTC stream that breaks goes on over HTTP-FLV, and is looked for in vain") {
  EdgeHost edge;
  auto realtime = std::make_unique<EdgeHost>();
  Source source({edge.rtmp("room"), realtime->rtmp("room")}, AudioCodec::kOpus);
  PlayerConfig config = Patient(realtime->rts("room"));
  config.fallback_url = edge.flv("room");
  config.fallback.after = TimeDelta::Millis(300);
  config.fallback.first_return = TimeDelta::Seconds(1);
  Viewer viewer(config);
  REQUIRE(viewer.WatchMore(30));
  CHECK(viewer.player().stats().fallbacks == 0);

  realtime.reset();
  REQUIRE(
      viewer.WatchUntil([&] { return viewer.Saw(SwitchPhase::kDone, SwitchCause::kFallback); }));
  REQUIRE(viewer.WatchMore(30));
  REQUIRE(
      viewer.WatchUntil([&] { return viewer.Saw(SwitchPhase::kFailed, SwitchCause::kReturn); }));
  REQUIRE(viewer.WatchMore(10));
  viewer.ExpectInOrder(source);
}

TEST_CASE("A player that fell back returns to WebRTC when the stream is there") {
  EdgeHost edge, realtime;
  Source source({edge.rtmp("room")}, AudioCodec::kOpus);
  PlayerConfig config = Patient(realtime.rts("room"));
  config.fallback_url = edge.flv("room");
  config.fallback.first_return = TimeDelta::Seconds(1);
  Viewer viewer(config);
  REQUIRE(viewer.WatchMore(20));
  CHECK(viewer.player().stats().url == edge.flv("room"));

  Source late({realtime.rtmp("room")}, AudioCodec::kOpus);
  REQUIRE(viewer.WatchUntil([&] { return viewer.Saw(SwitchPhase::kDone, SwitchCause::kReturn); }));
  REQUIRE(viewer.WatchMore(20));
  CHECK(viewer.player().stats().url == realtime.rts("room"));
  CHECK(viewer.player().stats().switches == 2);
}

TEST_CASE("After a stream's end nothing is opened any more, whichever way it was played") {
  edge::EdgeConfig served;
  served.publisher_grace = TimeDelta::Millis(200);
  EdgeHost edge(served);
  auto source = std::make_unique<Source>(std::vector{edge.rtmp("room")}, AudioCodec::kOpus);
  PlayerConfig config = Patient(edge.rts("room"));
  config.fallback.after = TimeDelta::Millis(300);
  config.fallback.first_return = TimeDelta::Seconds(1);
  config.session.publisher_gap = TimeDelta::Millis(500);
  Viewer viewer(config);
  REQUIRE(viewer.WatchMore(20));
  source.reset();
  REQUIRE(viewer.WatchUntil([&] { return viewer.HasEnded(); }));
  const auto begun = [&] {
    return std::ranges::count_if(viewer.events.all(), [](const PlayEvent& event) {
      const auto* change = std::get_if<SwitchEvent>(&event);
      return change != nullptr && change->phase == SwitchPhase::kBegan;
    });
  };
  const auto before = begun();
  const Timestamp until = runtime::Now() + TimeDelta::Seconds(3);
  static_cast<void>(Eventually([&] { return runtime::Now() >= until; }));
  CHECK(begun() == before);
  CHECK(viewer.player().stats().session.state == PlayState::kEnded);
}

// A pool that has the first picture of this room.
std::shared_ptr<PreloadPool> Prepare(const std::string& url) {
  auto pool = PreloadPool::Create({});
  REQUIRE(pool);
  (*pool)->SetRooms({{url, 1}});
  REQUIRE(Eventually([&] {
    const auto stats = (*pool)->stats();
    return stats.rooms.size() == 1 && stats.rooms[0].ready == PreloadTier::kFirstPicture;
  }));
  return *pool;
}

TEST_CASE("A WebRTC room that was made ready has its picture at once and goes on over WebRTC") {
  EdgeHost edge;
  Source source({edge.rtmp("room")}, AudioCodec::kOpus);
  PlayerConfig config = Patient(edge.rts("room"));
  config.preload = Prepare(edge.rts("room"));
  CHECK(edge.stats().viewers_rtc == 0);
  CHECK(config.preload->stats().unsupported == 0);

  Viewer viewer(config);
  REQUIRE(viewer.WatchUntil([&] { return viewer.Saw(SwitchPhase::kDone, SwitchCause::kReturn); }));
  REQUIRE(viewer.WatchMore(20));

  viewer.ExpectInOrder(source);
  const auto stats = viewer.player().stats();
  CHECK(stats.preloaded == PreloadTier::kFirstPicture);
  CHECK(stats.url == edge.rts("room"));
  CHECK(stats.switches == 1);
  CHECK(stats.fallbacks == 0);
  CHECK(config.preload->stats().hits == 1);
  CHECK(Eventually([&] { return edge.stats().viewers_flv == 0; }));
}

// A group lasts longer than any splice waits. What plays shows pictures as they come, so the key
// frame with which the other one begins is decoded before it is there.
TEST_CASE("A change of quality over WebRTC with long groups is done by a key frame asked for") {
  EdgeHost edge;
  Source high({edge.rts("high"), edge.rts("low")}, AudioCodec::kOpus, TimeDelta::Seconds(20));
  PlayerConfig config = Patient(edge.rts("high"));
  config.session.buffer = BufferMode::kRealtime;
  Viewer viewer(config);
  REQUIRE(viewer.WatchMore(30));
  const auto keys_before = edge.stats().rtc.key_frames_wanted;

  REQUIRE(viewer.player().SwitchTo(edge.rts("low")));
  REQUIRE(viewer.WatchUntil([&] { return viewer.player().stats().switches == 1; }));
  REQUIRE(viewer.WatchMore(20));

  CHECK(viewer.player().stats().switches_failed == 0);
  const auto asked = edge.stats().rtc.key_frames_wanted - keys_before;
  // On a busy machine what plays may wait long enough for the key frame that the other begins with.
  CHECK((asked >= 1 || viewer.took() < TimeDelta::Seconds(2)));
  CHECK(asked <= 1 + session::Splice::kMostAsks);
  viewer.ExpectInOrder(high);
}

// Answers at once, or never.
class Names final : public NameSource {
 public:
  enum class Answers { kHome = 1, kNever };
  explicit Names(Answers answers) : answers_(answers) {}
  void Ask(const std::string&, Done done) override {
    if (answers_ == Answers::kHome) done(NameAnswer{{IpAddress::V4(127, 0, 0, 1)}, {}});
  }

 private:
  const Answers answers_;
};

std::shared_ptr<NameService> MakeNames(Names::Answers answers) {
  auto made = NameService::Create(
      {.source = std::make_shared<Names>(answers), .source_timeout = TimeDelta::Seconds(30)});
  REQUIRE(made);
  return *made;
}

// A port that swallows packets would do the same: the pool never gets as far as a connection.
TEST_CASE("A WebRTC room whose HTTP-FLV does not come is opened by its own address") {
  EdgeHost edge;
  Source source({edge.rtmp("room")}, AudioCodec::kOpus);
  const std::string url = "rts://room.test:" + std::to_string(edge.ports().http) + "/live/room";
  PreloadPoolConfig pool;
  pool.play.names = MakeNames(Names::Answers::kNever);
  PlayerConfig config = Patient(url);
  config.names = MakeNames(Names::Answers::kHome);
  config.preload = PreloadPool::Create(pool).value();
  config.preload->SetRooms({{url, 1}});
  REQUIRE(Eventually([&] { return config.preload->stats().rooms.size() == 1; }));

  Viewer viewer(config);
  REQUIRE(viewer.WatchMore(20));

  const auto stats = viewer.player().stats();
  CHECK(stats.url == url);
  CHECK(stats.preloaded == PreloadTier::kNone);
  CHECK(stats.switches == 0);
  CHECK(stats.fallbacks == 0);
  CHECK(config.preload->stats().misses == 1);
  CHECK(config.preload->stats().rooms.empty());
}

// The pool's connection is to a server that never answers, and nobody else is there by HTTP-FLV.
TEST_CASE("A WebRTC room whose HTTP-FLV connects and is silent is opened by its own address") {
  SilentPeer silent;
  const std::string url = "rts://127.0.0.1:" + std::to_string(silent.port()) + "/live/room";
  PlayerConfig config = Patient(url);
  config.fallback.after = TimeDelta::Seconds(10);
  config.preload = PreloadPool::Create({}).value();
  config.preload->SetRooms({{url, 3}});
  REQUIRE(Eventually([&] {
    const auto stats = config.preload->stats();
    return stats.rooms.size() == 1 && stats.rooms[0].ready == PreloadTier::kConnected;
  }));
  silent.StopListening();
  EdgeHost edge({}, {.rtmp = 0, .http = silent.port()});
  Source source({edge.rtmp("room")}, AudioCodec::kOpus);

  const Timestamp begin = runtime::Now();
  Viewer viewer(config);
  REQUIRE(viewer.WatchMore(1));
  CHECK(runtime::Now() - begin < TimeDelta::Seconds(5));  // Of 10 until it is given up.
  REQUIRE(viewer.WatchMore(20));

  CHECK(viewer.player().stats().url == url);
  CHECK(viewer.Saw(SwitchPhase::kDone, SwitchCause::kReturn));
  viewer.ExpectInOrder(source);
}

TEST_CASE("A player that may not fall back takes nothing of a WebRTC room") {
  EdgeHost edge;
  Source source({edge.rtmp("room")}, AudioCodec::kOpus);
  PlayerConfig config = Patient(edge.rts("room"));
  config.fallback_use = FallbackUse::kNever;
  config.preload = Prepare(edge.rts("room"));

  Viewer viewer(config);
  REQUIRE(viewer.WatchMore(20));
  CHECK(viewer.player().stats().preloaded == PreloadTier::kNone);
  CHECK(viewer.player().stats().switches == 0);
  CHECK(config.preload->stats().hits == 0);
}

}  // namespace
}  // namespace onair
