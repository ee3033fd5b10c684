// SPDX-License-Identifier: Apache-2.0
//
// Snapshot, recording, hand-over of the display and sound of a live play.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "capture/synthetic/stamp.h"
#include "platform/devices/headless_display.h"
#include "platform/sdk/player.h"
#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using namespace sdk_test;
namespace fs = std::filesystem;

struct Show {
  EdgeHost edge;
  Events<PublishEvent> published;
  Events<PlayEvent> played;
  std::unique_ptr<Publisher> publisher;
  std::unique_ptr<Player> player;
  fs::path folder = fs::temp_directory_path() / ("onair-features-" + std::to_string(getpid()));

  Show() {
    fs::create_directories(folder);
    auto config = SmallPublisher({edge.rtmp("a")});
    config.video->size = {640, 360};  // Stamps are read back from it.
    publisher = *Publisher::Create(config, InPlace(), published.listener());
    publisher->SetSources(TestPicture({640, 360}));
    REQUIRE(publisher->Start());
    REQUIRE(
        Eventually([&] { return publisher->stats().destinations[0].session.frames_sent >= 5; }));
    PlayerConfig play;
    play.url = edge.flv("a");
    player = *Player::Create(play, InPlace(), played.listener());
  }
  ~Show() {
    player.reset();
    fs::remove_all(folder);
  }
};

bool IsSnapshot(const PlayEvent& event) {
  return std::holds_alternative<SnapshotEvent>(event);
}

TEST_CASE("A snapshot is the picture that stands on the display; before the first there is none") {
  Show show;
  const std::string path = show.folder / "shown.png";
  show.player->TakeSnapshot(path);
  REQUIRE(show.played.Wait(IsSnapshot));
  CHECK(std::get<SnapshotEvent>(show.played.all().back()).error->code == ErrorCode::kInvalidState);

  devices::HeadlessDisplay display;
  REQUIRE(display.Start(show.player->pictures()));
  REQUIRE(show.player->Start());
  REQUIRE(Eventually([&] { return show.player->stats().frames_presented >= 10; }));
  display.Stop();
  const auto shown = show.player->shown_picture();
  REQUIRE(shown);
  show.player->TakeSnapshot(path);

  REQUIRE(show.played.Wait([&](const PlayEvent& e) {
    return IsSnapshot(e) && !std::get<SnapshotEvent>(e).error.has_value();
  }));
  CHECK(fs::file_size(path) > 10'000);
}

TEST_CASE("A snapshot that cannot be written says why") {
  Show show;
  devices::HeadlessDisplay display;
  REQUIRE(display.Start(show.player->pictures()));
  REQUIRE(show.player->Start());
  REQUIRE(Eventually([&] { return show.player->stats().frames_presented >= 1; }));
  show.player->TakeSnapshot(show.folder / "no/shown.png");
  REQUIRE(show.played.Wait([&](const PlayEvent& e) {
    return IsSnapshot(e) && std::get<SnapshotEvent>(e).error &&
           std::get<SnapshotEvent>(e).error->code == ErrorCode::kFileNotFound;
  }));
  display.Stop();
}

TEST_CASE("Pictures handed from one display to another are neither lost nor black") {
  Show show;
  REQUIRE(show.player->Start());
  std::vector<std::uint32_t> numbers;
  // Takes from `display` until `count` pictures have come, looking as fast as it can.
  const auto watch = [&](PictureSource& display, std::size_t count) {
    std::vector<std::uint32_t> seen;
    REQUIRE(Eventually([&] {
      while (auto frame = display.TakePicture(runtime::Now())) {
        display.OnPresented(*frame, {runtime::Now(), runtime::UtcNow()});
        if (const auto stamp = capture::ReadStamp(frame->picture)) {
          seen.push_back(stamp->frame_number);
        }
      }
      return seen.size() >= count;
    }));
    return seen;
  };
  const auto before = watch(show.player->pictures(), 20);

  const auto second = show.player->HandOverPictures();
  const auto at_once = second->TakePicture(runtime::Now());
  REQUIRE(at_once);
  const auto first_there = capture::ReadStamp(at_once->picture);
  REQUIRE(first_there);
  const auto after = watch(*second, 20);

  CHECK(first_there->frame_number >= before.back());
  CHECK(first_there->frame_number <= before.back() + 1);
  const auto dropped = show.player->stats().frames_dropped;
  INFO("dropped on the way: " << dropped);
  if (dropped == 0) CHECK(after.front() == first_there->frame_number + 1);
  CHECK_FALSE(show.player->pictures().TakePicture(runtime::Now() + TimeDelta::Seconds(1)));
}

TEST_CASE("A live play is recorded while it goes on, and its end closes the file") {
  Show show;
  devices::HeadlessDisplay display;
  REQUIRE(display.Start(show.player->pictures()));
  REQUIRE(show.player->Start());
  const std::string path = show.folder / "clip.mp4";
  REQUIRE(show.player->StartRecording(path));
  CHECK(show.player->StartRecording(path).error().code == ErrorCode::kInvalidState);
  REQUIRE(Eventually([&] { return show.player->stats().pictures_recorded >= 30; }));
  display.Stop();

  show.player.reset();

  bool has_ended = false;
  for (const auto& event : show.played.all()) {
    const auto* recording = std::get_if<RecordingEvent>(&event);
    if (recording == nullptr || recording->state != RecordingState::kEnded) continue;
    has_ended = true;
    CHECK_FALSE(recording->error);
  }
  CHECK(has_ended);
  CHECK(fs::file_size(path) > 10'000);
}

}  // namespace
}  // namespace onair
