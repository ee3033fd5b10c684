// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/player.h"

#include "capture/synthetic/stamp.h"
#include "capture/synthetic/sync_marks.h"
#include "platform/devices/audio_output.h"
#include "platform/devices/headless_display.h"
#include "tests/platform/sdk/hanging_output.h"
#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using namespace sdk_test;

// A stream that is live on an edge.
class LiveRoom {
 public:
  explicit LiveRoom(const std::string& key) : key_(key) {
    auto config = SmallPublisher({edge_.rtmp(key)});
    config.video->size = {640, 360};  // Stamps are read back from it.
    auto publisher = Publisher::Create(config, InPlace(), events_.listener());
    REQUIRE(publisher);
    publisher_ = std::move(*publisher);
    publisher_->SetSources(TestPicture({640, 360}));
    REQUIRE(publisher_->Start());
    REQUIRE(
        Eventually([&] { return publisher_->stats().destinations[0].session.frames_sent >= 5; }));
  }
  std::string flv() const { return edge_.flv(key_); }
  std::string rtmp() const { return edge_.rtmp(key_); }
  Publisher& publisher() { return *publisher_; }
  void Stop() { publisher_->Stop(); }

 private:
  std::string key_;
  EdgeHost edge_;
  Events<PublishEvent> events_;
  std::unique_ptr<Publisher> publisher_;
};

std::unique_ptr<Player> Make(const std::string& url, Events<PlayEvent>& events) {
  PlayerConfig config;
  config.url = url;
  config.session.buffer = BufferMode::kFast;
  auto player = Player::Create(config, InPlace(), events.listener());
  REQUIRE(player);
  return std::move(*player);
}

void ExpectPlays(const std::string& url) {
  Events<PlayEvent> events;
  devices::HeadlessDisplay display;  // Woken by the player to its end.
  auto player = Make(url, events);
  player->SetAudioOutput(devices::CreateHeadlessAudioOutput());
  player->SetPictureReady([&] { display.Wake(); });
  REQUIRE(display.Start(player->pictures()));
  REQUIRE(player->Start());

  REQUIRE(events.Wait(Reaches(PlayState::kPlaying)));
  REQUIRE(Eventually([&] {
    const auto stats = player->stats();
    return stats.frames_presented >= 20 && stats.av_offset.count() >= 10;
  }));
  display.Stop();
  const auto stats = player->stats();
  CHECK(stats.decode_errors == 0);
  CHECK(stats.latency.count() >= 20);
  CHECK(*stats.latency.Quantile(0.5) > TimeDelta::Zero());
  CHECK(*stats.latency.Quantile(0.5) < TimeDelta::Seconds(2));
  CHECK(stats.picture_size == PictureSize{640, 360});
  CHECK(stats.session.opening.first_key_frame.has_value());
  CHECK(stats.session.opening.first_byte.has_value());
  CHECK(
      events.Wait([](const PlayEvent& e) { return std::holds_alternative<FirstPictureEvent>(e); }));
  CHECK(events.Wait([](const PlayEvent& e) {
    const auto* tracks = std::get_if<TracksEvent>(&e);
    return tracks != nullptr && tracks->tracks.video && tracks->tracks.audio;
  }));
  player.reset();  // It wakes the display until then.
}

TEST_CASE("A player shows pictures and plays sound over HTTP-FLV") {
  LiveRoom room("flv");
  ExpectPlays(room.flv());
}

TEST_CASE("A player shows pictures and plays sound over RTMP") {
  LiveRoom room("rtmp");
  ExpectPlays(room.rtmp());
}

TEST_CASE("What is shown is what was sent, in order: the stamps in the pictures say so") {
  LiveRoom room("stamps");
  Events<PlayEvent> events;
  auto player = Make(room.flv(), events);
  REQUIRE(player->Start());
  std::vector<std::uint32_t> numbers;
  REQUIRE(Eventually([&] {
    if (auto frame = player->pictures().TakePicture(runtime::Now())) {
      if (const auto stamp = capture::ReadStamp(frame->picture)) {
        numbers.push_back(stamp->frame_number);
        // The stamp in the stream and the one in the pixels tell the same capture time.
        if (frame->captured_utc) {
          CHECK(std::abs((*frame->captured_utc - stamp->utc).ms_f()) <= 2.0);
        }
      }
    }
    return numbers.size() >= 20;
  }));
  for (std::size_t i = 1; i < numbers.size(); ++i) CHECK(numbers[i] > numbers[i - 1]);
}

// Hears what a player plays, with its own clock.
class Listener final : public AudioOutput {
 public:
  struct Heard {
    runtime::Mutex mutex;
    capture::BeepFinder finder;
    std::vector<Timestamp> beeps;
  };
  explicit Listener(Heard& heard) : heard_(heard), device_(devices::CreateHeadlessAudioOutput()) {}
  Status Start(const AudioFormat& format, AudioPuller& puller) override {
    tap_ = std::make_unique<Tap>(format, puller, heard_);
    return device_->Start(format, *tap_);
  }
  void Stop() override { device_->Stop(); }

 private:
  class Tap final : public AudioPuller {
   public:
    Tap(const AudioFormat& format, AudioPuller& inner, Heard& heard)
        : format_(format), inner_(inner), heard_(heard) {}
    void Pull(std::span<float> out, Timestamp heard_at) override {
      inner_.Pull(out, heard_at);
      // Sound is continuous; only the call's moment wobbles, or jumps when the machine stalls.
      if (!next_ || std::abs((heard_at - *next_).ms_f()) > 20) next_ = heard_at;
      AudioBlock block{format_, {out.begin(), out.end()}, MediaTime::Micros(next_->us()), *next_};
      *next_ += block.duration();
      const runtime::MutexLock lock(heard_.mutex);
      if (const auto at = heard_.finder.OnBlock(block)) {
        heard_.beeps.push_back(Timestamp::Micros(at->us()));
      }
    }

   private:
    const AudioFormat format_;
    AudioPuller& inner_;
    Heard& heard_;
    std::optional<Timestamp> next_;
  };

  Heard& heard_;
  std::unique_ptr<AudioOutput> device_;
  std::unique_ptr<Tap> tap_;
};

TEST_CASE("Flash and beep of the test picture come out together") {
  LiveRoom room("sync");
  Listener::Heard heard;
  Events<PlayEvent> events;
  auto player = Make(room.flv(), events);
  player->SetAudioOutput(std::make_unique<Listener>(heard));
  REQUIRE(player->Start());

  // Beep after flash, for every flash that has a beep near it.
  std::vector<Timestamp> flashes;
  const auto offsets = [&] {
    const runtime::MutexLock lock(heard.mutex);
    std::vector<TimeDelta> found;
    for (const Timestamp flash : flashes) {
      for (const Timestamp beep : heard.beeps) {
        if (std::abs((beep - flash).ms_f()) < 400) found.push_back(beep - flash);
      }
    }
    return found;
  };
  bool was_flashing = true;
  REQUIRE(Eventually(
      [&] {
        const Timestamp now = runtime::Now();
        if (auto frame = player->pictures().TakePicture(now)) {
          const bool is_flashing = capture::HasFlash(frame->picture);
          if (is_flashing && !was_flashing) flashes.push_back(now);
          was_flashing = is_flashing;
        }
        return offsets().size() >= 3;
      },
      TimeDelta::Seconds(60)));

  for (const TimeDelta offset : offsets()) {
    INFO("beep after flash by " << offset.ms_f() << " ms");
    // ITU-R BT.1359-1: detectable from 45 ms early to 125 ms late.
    CHECK(offset.ms_f() < 125);
    CHECK(offset.ms_f() > -45);
  }
}

TEST_CASE("A stream that is over ends the player with session.ended") {
  LiveRoom room("over");
  Events<PlayEvent> events;
  PlayerConfig config;
  config.url = room.flv();
  config.session.publisher_gap = TimeDelta::Zero();
  auto player = *Player::Create(config, InPlace(), events.listener());
  REQUIRE(player->Start());
  REQUIRE(events.Wait(Reaches(PlayState::kPlaying)));
  room.Stop();
  REQUIRE(events.Wait(Reaches(PlayState::kEnded)));
  REQUIRE(FirstError(events.all()));
  CHECK(FirstError(events.all())->code == ErrorCode::kStreamEnded);
}

ErrorCode ErrorOf(const std::string& url, int attempts = 0) {
  PlayerConfig config;
  config.url = url;
  config.session.reconnect.max_attempts = attempts;
  config.session.connect_timeout = TimeDelta::Millis(500);
  Events<PlayEvent> events;
  auto player = Player::Create(config, InPlace(), events.listener());
  REQUIRE(player);
  REQUIRE((*player)->Start());
  REQUIRE(events.Wait(Reaches(PlayState::kEnded)));
  REQUIRE(FirstError(events.all()));
  return FirstError(events.all())->code;
}

TEST_CASE("What a player cannot reach ends in a typed error") {
  EdgeHost edge;
  SilentPeer silent;
  CHECK(ErrorOf("http://127.0.0.1:1/live/x.flv") == ErrorCode::kConnectRefused);
  CHECK(ErrorOf("http://host.invalid/live/x.flv") == ErrorCode::kResolveFailed);
  CHECK(ErrorOf(edge.flv("nobody")) == ErrorCode::kHttpNotFound);
  CHECK(ErrorOf(silent.flv()) == ErrorCode::kTimeout);
}

TEST_CASE("A wrong address is refused when the player is made") {
  Events<PlayEvent> events;
  for (const char* url : {"", "http://", "http:///live/x.flv", "ftp://host/x"}) {
    CHECK_FALSE(Player::Create({.url = url}, InPlace(), events.listener()));
  }
}

TEST_CASE("A player is destroyed within 500 ms in every state, a hundred times") {
  LiveRoom room("stop");
  SilentPeer silent;
  TimeDelta longest = TimeDelta::Zero();
  for (int i = 0; i < 100; ++i) {
    Events<PlayEvent> events;
    const std::string urls[] = {room.flv(), room.rtmp(), silent.flv(), silent.rtmp()};
    auto player = Make(urls[i % 4], events);
    player->SetAudioOutput(devices::CreateHeadlessAudioOutput());
    if (i % 5 != 0) REQUIRE(player->Start());
    if (i % 8 == 1) events.Wait(Reaches(PlayState::kPlaying), TimeDelta::Seconds(2));
    const Timestamp begin = runtime::Now();
    player.reset();
    longest = std::max(longest, runtime::Now() - begin);
  }
  INFO("longest " << longest.ms_f() << " ms");
  CHECK(longest < TimeDelta::Millis(500));
}

TEST_CASE("A sound device that hangs delays neither pictures nor a player's end") {
  using Hangs = HangingOutput::Hangs;
  const auto hangs = GENERATE(Hangs::kInStart, Hangs::kInStop);
  LiveRoom room("hang");
  const auto watch = std::make_shared<HangingOutput::Watch>();
  Events<PlayEvent> events;
  auto player = Make(room.flv(), events);
  player->SetAudioOutput(std::make_unique<HangingOutput>(hangs, watch));
  REQUIRE(player->Start());
  REQUIRE(Eventually([&] { return watch->Starts() == 1; }));
  int pictures = 0;
  REQUIRE(Eventually([&] {
    if (player->pictures().TakePicture(runtime::Now())) ++pictures;
    return pictures >= 3;
  }));

  const Timestamp begin = runtime::Now();
  player.reset();
  CHECK(runtime::Now() - begin < TimeDelta::Millis(500));

  // It wakes up when the player is gone, and touches nothing of it.
  watch->LetGo();
  CHECK(Eventually([&] { return watch->IsGone(); }));
}

}  // namespace
}  // namespace onair
