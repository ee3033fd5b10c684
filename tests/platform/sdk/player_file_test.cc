// SPDX-License-Identifier: Apache-2.0
//
// Files through the whole player. They are made here: a recording of the test picture.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>
#include <utility>

#include "capture/file/file_source.h"
#include "capture/synthetic/stamp.h"
#include "platform/devices/audio_output.h"
#include "platform/sdk/player.h"
#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using namespace sdk_test;
namespace fs = std::filesystem;

constexpr PictureSize kSize{640, 360};  // Stamps are read back from it.

std::vector<MediaTime> PictureTimes(const std::string& path) {
  auto file = capture::OpenFile(path, {});
  REQUIRE(file);
  std::vector<MediaTime> times;
  for (auto due = (*file)->Next(); due && *due; due = (*file)->Next()) {
    if ((*due)->track == TrackKind::kAudio) {
      static_cast<void>((*file)->ReadAudio({runtime::Now(), runtime::UtcNow()}));
    } else if (const auto picture = (*file)->ReadVideo({runtime::Now(), runtime::UtcNow()})) {
      times.push_back(picture->pts);
    }
  }
  return times;
}

TimeDelta LeastStep(const std::vector<MediaTime>& times) {
  TimeDelta least = TimeDelta::PlusInfinity();
  for (std::size_t i = 1; i < times.size(); ++i) least = std::min(least, times[i] - times[i - 1]);
  return least;
}

// About three seconds of the numbered test picture, 15 a second: recorded live, and again where a
// busy machine put two of them close to each other.
class FilmFile {
 public:
  FilmFile()
      : path_(fs::temp_directory_path() / ("onair-film-" + std::to_string(getpid()) + ".mp4")) {
    for (int tries = 0; tries < 5; ++tries) {
      Record();
      if (LeastStep(PictureTimes(path_)) > TimeDelta::Millis(60)) return;
    }
    FAIL("no film without a hold-up in five");
  }
  ~FilmFile() { fs::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  void Record() const {
    auto config = SmallPublisher({"file:" + path_});
    config.video->size = kSize;
    Events<PublishEvent> events;
    auto publisher = *Publisher::Create(config, InPlace(), events.listener());
    publisher->SetSources(TestPicture(kSize));
    REQUIRE(publisher->Start());
    REQUIRE(
        Eventually([&] { return publisher->stats().destinations[0].session.frames_sent >= 45; }));
    publisher->Stop();
    REQUIRE(events.Wait(Reaches(PublishState::kEnded)));
  }

  const std::string path_;
};

const std::string& Film() {
  static const FilmFile film;
  return film.path();
}

struct Show {
  Events<PlayEvent> events;
  std::unique_ptr<Player> player;

  explicit Show(const std::string& url, bool has_sound = false) {
    PlayerConfig config;
    config.url = url;
    player = *Player::Create(config, InPlace(), events.listener());
    if (has_sound) player->SetAudioOutput(devices::CreateHeadlessAudioOutput());
  }

  // The number in the picture that comes next.
  std::uint32_t Next() {
    std::optional<std::uint32_t> number;
    REQUIRE(Eventually([&] {
      const auto frame = player->pictures().TakePicture(runtime::Now());
      if (!frame) return false;
      player->pictures().OnPresented(*frame, {runtime::Now(), runtime::UtcNow()});
      const auto stamp = capture::ReadStamp(frame->picture);
      if (stamp) number = stamp->frame_number;
      return number.has_value();
    }));
    return *number;
  }
  ErrorCode EndsWith() {
    REQUIRE(events.Wait(Reaches(PlayState::kEnded)));
    const auto error = FirstError(events.all());
    REQUIRE(error);
    return error->code;
  }
};

// A display that asks as often as the machine lets it, and knows at each look how many pictures it
// may have missed since the one before: those of which a newer one was there as well. What one look
// may miss excuses no other.
class HonestDisplay {
 public:
  // `least`: between two pictures of what is shown.
  HonestDisplay(Player& player, TimeDelta least) : player_(player), least_(least) {
    player.SetPictureReady([this] { ++told_; });
  }

  void ShowUntil(const std::function<bool()>& claim) {
    const Timestamp deadline = runtime::Now() + kPatience;
    while (!claim() && runtime::Now() < deadline) {
      Ask();
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    Ask();
  }

  // Pictures that nobody saw without such a reason.
  std::int64_t lost() const { return lost_; }
  // Looks at which the machine was no excuse.
  std::int64_t timely() const { return timely_; }

 private:
  // Between two looks n pictures come to be there: m that came late, past their time, and those
  // whose time came. Of the latter there is one in each `least_`, and one more only where m is 0;
  // the queue shows a picture up to 10 ms early, by how often it is asked. All but one are missed.
  void Ask() {
    const std::int64_t told = told_;
    const Timestamp now = runtime::Now();
    if (const auto frame = player_.pictures().TakePicture(now)) {
      player_.pictures().OnPresented(*frame, {now, runtime::UtcNow()});
    }
    const PlayerStats stats = player_.stats();
    const std::int64_t missed =
        stats.frames_dropped - std::exchange(missed_before_, stats.frames_dropped);
    if (asked_at_) {
      const TimeDelta span = now - *asked_at_ + TimeDelta::Millis(10);
      // Pictures are counted as decoded before they come, and told of behind it: no fewer came.
      const std::int64_t came = stats.frames_decoded - told_before_;
      const std::int64_t may_miss = span.us() / least_.us() + (came > 1 ? came - 1 : 0);
      if (may_miss == 0) ++timely_;
      lost_ += std::max<std::int64_t>(0, missed - may_miss);
    }
    asked_at_ = now;
    told_before_ = told;
  }

  Player& player_;
  const TimeDelta least_;
  std::atomic<std::int64_t> told_{0};
  std::int64_t told_before_ = 0;
  std::optional<Timestamp> asked_at_;
  std::int64_t missed_before_ = 0;
  std::int64_t lost_ = 0;
  std::int64_t timely_ = 0;
};

bool IsSought(const PlayEvent& event) {
  return std::holds_alternative<SeekedEvent>(event);
}

TEST_CASE("A file plays to its end by the same ways as a live stream") {
  const auto times = PictureTimes(Film());
  Show show(Film(), true);
  HonestDisplay display(*show.player, LeastStep(times));
  REQUIRE(show.player->Start());

  display.ShowUntil(
      [&] { return std::ranges::any_of(show.events.all(), Reaches(PlayState::kEnded)); });
  CHECK(show.EndsWith() == ErrorCode::kStreamEnded);
  const PlayerStats stats = show.player->stats();
  CHECK(stats.session.video_frames_received == static_cast<std::int64_t>(times.size()));
  CHECK(stats.frames_presented + stats.frames_dropped == stats.session.video_frames_received);
  // None but those that a busy machine looked for too late; at ease that is none.
  CAPTURE(stats.frames_dropped, display.timely());
  CHECK(display.lost() == 0);
  // Most of these could have told of one: even a slow machine looks once in each picture's time.
  CHECK(display.timely() >= static_cast<std::int64_t>(times.size()));
  CHECK(stats.decode_errors == 0);
  CHECK(stats.session.stalls == 0);
  CHECK(stats.latency.count() == 0);  // Its stamps say when it was made.
  CHECK(stats.av_offset.count() > 10);
  REQUIRE(stats.place.duration);
  CHECK(stats.place.duration->seconds_f() > 2.5);
  show.player.reset();
}

TEST_CASE("A seek shows the very picture of its place, playing and paused") {
  Show show("file:" + Film());
  REQUIRE(show.player->Start());
  const std::uint32_t first = show.Next();

  REQUIRE(show.player->Pause());
  REQUIRE(show.events.Wait(Reaches(PlayState::kPaused)));
  REQUIRE(show.player->Seek(TimeDelta::Millis(2'000)));
  REQUIRE(show.events.Wait(IsSought));
  std::uint32_t shown = show.Next();
  while (shown < first + 10) shown = show.Next();  // What was due before the pause.
  // 15 pictures a second; a publisher under load may have repeated one.
  CHECK(shown >= first + 28);
  CHECK(shown <= first + 31);
  CHECK_FALSE(
      Eventually([&] { return show.player->pictures().TakePicture(runtime::Now()).has_value(); },
                 TimeDelta::Millis(300)));

  REQUIRE(show.player->Resume());
  CHECK(show.Next() <= shown + 2);
}

TEST_CASE("A looped file begins again and never ends") {
  Show show(Film());
  REQUIRE(show.player->SetRepeat(Repeat::kForever));
  REQUIRE(show.player->Start());
  std::uint32_t before = show.Next();
  int turns = 0;
  REQUIRE(Eventually([&] {
    const std::uint32_t now = show.Next();
    if (now < before) ++turns;
    before = now;
    return turns == 1;
  }));
  for (const auto& event : show.events.all()) {
    const auto* state = std::get_if<PlayStateEvent>(&event);
    CHECK((state == nullptr || state->state != PlayState::kEnded));
  }
}

TEST_CASE("A recording of a file has no hole where it was paused, sought in and looped") {
  const std::string path = fs::temp_directory_path() / ("onair-take-" + std::to_string(getpid()));
  const std::string take = path + ".mp4";
  {
    Show show(Film());
    REQUIRE(show.player->SetRepeat(Repeat::kForever));
    REQUIRE(show.player->StartRecording(take));
    REQUIRE(show.player->Start());
    for (int i = 0; i < 5; ++i) show.Next();
    REQUIRE(show.player->Pause());
    REQUIRE(show.events.Wait(Reaches(PlayState::kPaused)));
    REQUIRE(show.player->Resume());
    for (const auto place :
         {TimeDelta::Millis(2'000), TimeDelta::Zero(), TimeDelta::Millis(2'500)}) {
      REQUIRE(show.player->Seek(place));
      const std::int64_t recorded = show.player->stats().pictures_recorded;
      REQUIRE(Eventually([&] {
        show.Next();
        return show.player->stats().pictures_recorded >= recorded + 20;
      }));
    }
  }
  const auto times = PictureTimes(take);
  fs::remove(take);
  REQUIRE(times.size() >= 60);
  for (std::size_t i = 1; i < times.size(); ++i) {
    CHECK(times[i] > times[i - 1]);
    CHECK(times[i] - times[i - 1] < TimeDelta::Millis(200));  // 67 ms; a busy publisher skips one.
  }
}

TEST_CASE("The hand-over of the pictures wakes a display on a thread of the player's") {
  Show show(Film());
  std::atomic<int> calls{0};
  std::atomic<bool> is_on_ours{false};
  show.player->SetPictureReady([&, ours = std::this_thread::get_id()] {
    if (std::this_thread::get_id() == ours) is_on_ours = true;
    ++calls;
  });
  REQUIRE(show.player->Start());
  show.Next();
  REQUIRE(show.player->Pause());
  REQUIRE(show.events.Wait(Reaches(PlayState::kPaused)));
  int before = -1;
  REQUIRE(Eventually([&] { return std::exchange(before, calls.load()) == calls.load(); }));
  const auto second = show.player->HandOverPictures();
  CHECK(Eventually([&] { return calls > before; }));
  CHECK_FALSE(is_on_ours);
  show.player.reset();
}

TEST_CASE("Files that cannot be played say why, and the end comes once") {
  const auto ends_with = [](const std::string& url) {
    Show show(url);
    REQUIRE(show.player->Start());
    return show.EndsWith();
  };
  CHECK(ends_with("/no/such/film.mp4") == ErrorCode::kFileNotFound);
  CHECK(ends_with("/dev/null") == ErrorCode::kNotMedia);
  CHECK(ends_with("http://127.0.0.1:9/a.m3u8") == ErrorCode::kConnectRefused);
}

TEST_CASE("Live streams cannot be paused or sought") {
  Show show("http://127.0.0.1:9/live/a.flv");
  CHECK(show.player->Pause().error().code == ErrorCode::kUnsupported);
  CHECK(show.player->Seek(TimeDelta::Zero()).error().code == ErrorCode::kUnsupported);
  CHECK(show.player->SetRepeat(Repeat::kForever).error().code == ErrorCode::kUnsupported);
}

TEST_CASE("A player of a file ends within its bound, also where nobody answers") {
  RawPeer silent([](auto) {});
  for (const std::string& url :
       {Film(), "http://127.0.0.1:" + std::to_string(silent.port()) + "/a.m3u8"}) {
    Show show(url);
    REQUIRE(show.player->Start());
    const Timestamp begin = runtime::Now();
    show.player.reset();
    CHECK(runtime::Now() - begin < TimeDelta::Millis(600));
  }
}

}  // namespace
}  // namespace onair
