// SPDX-License-Identifier: Apache-2.0
//
// What the network asks for reaches the encoder, and what viewers see stays whole.
#include <cstdio>
#include <cstdlib>

#include "platform/devices/audio_output.h"
#include "platform/devices/headless_display.h"
#include "tests/platform/sdk/sdk_world.h"
#include "tests/support/paths.h"

namespace onair {
namespace {

using namespace sdk_test;

constexpr PictureSize kFull{640, 360};

EncoderTarget FullTarget() {
  return {.video_rate = DataRate::KilobitsPerSec(300), .frame_rate = 15};
}

// A publisher whose rate the network does not touch: what changes is asked for by the test.
struct Live {
  explicit Live(std::vector<std::string> urls) {
    PublisherConfig config = SmallPublisher(std::move(urls));
    config.video->size = kFull;
    config.control.min_rate = config.video->rate;
    auto made = Publisher::Create(config, InPlace(), events.listener());
    REQUIRE(made);
    publisher = std::move(*made);
    publisher->SetSources(TestPicture(kFull));
    REQUIRE(publisher->Start());
    REQUIRE(Eventually([&] { return Sent().frames_sent >= 5; }));
  }
  PublishSessionStats Sent() const { return publisher->stats().destinations[0].session; }

  Events<PublishEvent> events;
  std::unique_ptr<Publisher> publisher;
};

TEST_CASE("A viewer decodes every picture across a change of the picture size and back") {
  EdgeHost edge;
  Live live({edge.rtmp("steps")});
  PlayerConfig config;
  config.url = edge.flv("steps");
  Events<PlayEvent> events;
  devices::HeadlessDisplay display;  // Woken by the player to its end.
  auto player = Player::Create(config, InPlace(), events.listener());
  REQUIRE(player);
  (*player)->SetAudioOutput(devices::CreateHeadlessAudioOutput());
  (*player)->SetPictureReady([&] { display.Wake(); });
  REQUIRE(display.Start((*player)->pictures()));
  REQUIRE((*player)->Start());
  const auto shows = [&](PictureSize size) {
    return Eventually([&] { return (*player)->stats().picture_size == size; });
  };
  REQUIRE(shows(kFull));

  EncoderTarget target = FullTarget();
  target.resolution_step = 1;
  REQUIRE(live.publisher->SetTarget(target));
  REQUIRE(shows({480, 270}));
  CHECK(live.publisher->stats().picture_size == PictureSize{480, 270});
  target.resolution_step = 2;
  REQUIRE(live.publisher->SetTarget(target));
  REQUIRE(shows({320, 180}));
  REQUIRE(live.publisher->SetTarget(FullTarget()));
  REQUIRE(shows(kFull));

  const PlayerStats played = (*player)->stats();
  CHECK(played.decode_errors == 0);
  CHECK(played.session.frames_dropped == 0);
  CHECK(played.session.reconnects == 0);
  CHECK(live.publisher->stats().encode_errors == 0);
  CHECK(live.Sent().reconnects == 0);
  display.Stop();
  player->reset();
}

TEST_CASE("A recording to FLV holds all sizes, and other programs decode it whole") {
  const std::string path = testing::BinaryDir() + "/sizes.flv";
  {
    Live live({"file:" + path});
    EncoderTarget target = FullTarget();
    target.resolution_step = 1;
    REQUIRE(live.publisher->SetTarget(target));
    REQUIRE(Eventually([&] {
      return live.publisher->stats().picture_size == PictureSize{480, 270};
    }));
    const auto frames = live.Sent().frames_sent;
    REQUIRE(Eventually([&] { return live.Sent().frames_sent > frames + 10; }));
  }
  if (std::system("ffmpeg -version > /dev/null 2>&1") != 0) {
    WARN("ffmpeg is not here: the recording was not decoded");
    return;
  }
  const std::string log = path + ".log";
  const std::string decode = "ffmpeg -v error -i " + path + " -f null - 2> " + log;
  CHECK(std::system((decode + " && test ! -s " + log).c_str()) == 0);
  std::remove(path.c_str());
  std::remove(log.c_str());
}

TEST_CASE("Beside a recording that knows one size only the picture keeps it") {
  const std::string path = testing::BinaryDir() + "/one.mp4";
  Live live({"file:" + path});
  EncoderTarget target = FullTarget();
  target.resolution_step = 1;
  target.frame_rate = 5;
  REQUIRE(live.publisher->SetTarget(target));
  REQUIRE(Eventually([&] { return live.publisher->stats().frame_rate <= 6; }));
  CHECK(live.publisher->stats().picture_size == kFull);
  live.publisher.reset();
  std::remove(path.c_str());
}

TEST_CASE("While intake is paused pictures are skipped and counted, and sound goes on") {
  EdgeHost edge;
  Live live({edge.rtmp("pause")});
  EncoderTarget target = FullTarget();
  target.intake = Intake::kPaused;
  REQUIRE(live.publisher->SetTarget(target));
  REQUIRE(Eventually([&] { return live.publisher->stats().frames_skipped >= 3; }));

  const auto before = live.publisher->stats();
  const auto sound = live.Sent().audio_frames_sent;
  REQUIRE(Eventually([&] { return live.publisher->stats().frames_skipped >= 12; }));
  const auto after = live.publisher->stats();
  CHECK(after.frames_encoded == before.frames_encoded);
  CHECK(after.frames_repeated == before.frames_repeated);
  CHECK(after.frames_captured > before.frames_captured);
  CHECK(live.Sent().audio_frames_sent > sound);

  target.intake = Intake::kOpen;
  REQUIRE(live.publisher->SetTarget(target));
  CHECK(Eventually(
      [&] { return live.publisher->stats().frames_encoded > after.frames_encoded + 5; }));
}

TEST_CASE("A controller that nobody knows is refused with the names of those that are") {
  PublisherConfig config = SmallPublisher({"rtmp://127.0.0.1/live/room"});
  config.control.controller = "crystal ball";
  auto publisher = Publisher::Create(config, InPlace(), [](const PublishEvent&) {});
  REQUIRE_FALSE(publisher);
  CHECK(publisher.error().code == ErrorCode::kInvalidConfig);
  CHECK_THAT(publisher.error().detail, Catch::Contains("crystal ball"));
  CHECK_THAT(publisher.error().detail, Catch::Contains("fixed"));
}

}  // namespace
}  // namespace onair
