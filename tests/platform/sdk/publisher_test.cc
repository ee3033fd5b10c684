// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/publisher.h"

#include <cstdio>
#include <fstream>

#include "tests/platform/sdk/sdk_world.h"
#include "tests/support/paths.h"

namespace onair {
namespace {

using namespace sdk_test;

std::unique_ptr<Publisher> Make(const PublisherConfig& config, Events<PublishEvent>& events) {
  auto publisher = Publisher::Create(config, InPlace(), events.listener());
  if (!publisher) INFO(ToString(publisher.error()));
  REQUIRE(publisher);
  return std::move(*publisher);
}

TEST_CASE("A publisher goes live, sends pictures and sound, and ends when it is stopped") {
  EdgeHost edge;
  Events<PublishEvent> events;
  auto publisher = Make(SmallPublisher({edge.rtmp("room")}), events);
  publisher->SetSources(TestPicture());
  REQUIRE(publisher->Start());

  REQUIRE(events.Wait(Reaches(PublishState::kLive)));
  REQUIRE(Eventually([&] {
    const auto stats = publisher->stats();
    return stats.destinations[0].session.frames_sent >= 15 &&
           stats.destinations[0].session.audio_frames_sent >= 20;
  }));
  const auto stats = publisher->stats();
  CHECK(stats.destinations[0].session.key_frames_sent >= 1);
  CHECK(stats.destinations[0].send_delay.count() > 0);
  CHECK(stats.encode_errors == 0);
  CHECK(stats.picture_size == kSmall);
  CHECK_FALSE(publisher->Start());  // Once.

  publisher->Stop();
  CHECK(events.Wait(Reaches(PublishState::kEnded)));
  CHECK_FALSE(FirstError(events.all()));
}

TEST_CASE("A wrong configuration is refused before anything starts, naming the field") {
  Events<PublishEvent> events;
  const auto refused = [&](auto change) {
    PublisherConfig config = SmallPublisher({"rtmp://127.0.0.1/live/room"});
    change(config);
    auto publisher = Publisher::Create(config, InPlace(), events.listener());
    REQUIRE_FALSE(publisher);
    return publisher.error();
  };
  CHECK(refused([](auto& c) { c.urls.clear(); }).detail == "urls");
  CHECK(refused([](auto& c) { c.raw_pictures = 0; }).detail == "raw_pictures");
  CHECK(refused([](auto& c) { c.video->frame_rate = 0; }).detail == "video.frame_rate");
  CHECK(refused([](auto& c) { c.urls = {"ftp://host/x"}; }).code == ErrorCode::kUnsupported);
  CHECK(refused([](auto& c) { c.urls = {"rtmp://"}; }).code == ErrorCode::kInvalidUrl);
  CHECK(refused([](auto& c) { c.urls = {"rtmp://h/live/"}; }).code == ErrorCode::kInvalidUrl);
  CHECK(refused([](auto& c) { c.urls = {"file:/nonexistent/x.flv"}; }).code ==
        ErrorCode::kFileNotFound);
  CHECK(events.all().empty());
}

TEST_CASE("App-fed pictures and sound are streamed") {
  EdgeHost edge;
  Events<PublishEvent> events;
  auto publisher = Make(SmallPublisher({edge.rtmp("fed")}), events);
  REQUIRE(publisher->Start());
  REQUIRE(events.Wait(Reaches(PublishState::kLive)));

  REQUIRE(Eventually([&] {
    auto builder = PictureBuilder::Allocate(PixelFormat::kNv12, kSmall);
    if (builder) {
      publisher->PushVideo(VideoFrame(std::move(*builder).Freeze(), MediaTime::Zero(),
                                      runtime::Now(), runtime::UtcNow()));
    }
    publisher->PushAudio({{48000, 2}, std::vector<float>(960), MediaTime::Zero(), runtime::Now()});
    const auto stats = publisher->stats();
    return stats.destinations[0].session.frames_sent >= 10;
  }));
}

TEST_CASE("A source switch while live keeps the stream going in both tracks") {
  EdgeHost edge;
  Events<PublishEvent> events;
  auto publisher = Make(SmallPublisher({edge.rtmp("switch")}), events);
  publisher->SetSources(TestPicture());
  REQUIRE(publisher->Start());
  const auto sent = [&] { return publisher->stats().destinations[0].session; };
  REQUIRE(Eventually([&] { return sent().frames_sent >= 5; }));

  publisher->SetSources(TestPicture({640, 360}));  // Another size: conformed.

  const auto before = sent();
  REQUIRE(Eventually([&] {
    return sent().frames_sent >= before.frames_sent + 15 &&
           sent().audio_frames_sent >= before.audio_frames_sent + 20;
  }));
  CHECK(publisher->stats().encode_errors == 0);
  CHECK(sent().reconnects == 0);
}

TEST_CASE("A source that ends is told, and its last picture goes on") {
  EdgeHost edge;
  Events<PublishEvent> events;
  auto publisher = Make(SmallPublisher({edge.rtmp("last")}), events);
  publisher->SetSources(TestPicture());
  REQUIRE(publisher->Start());
  REQUIRE(Eventually([&] { return publisher->stats().destinations[0].session.frames_sent >= 5; }));

  publisher->SetSources({});  // No source at all.

  REQUIRE(Eventually([&] { return publisher->stats().frames_repeated >= 2; }));
  const auto audio = publisher->stats().destinations[0].session.audio_frames_sent;
  CHECK(Eventually(
      [&] { return publisher->stats().destinations[0].session.audio_frames_sent > audio + 10; }));
}

TEST_CASE("Pause shows the given picture to viewers and keeps them connected") {
  EdgeHost edge;
  Events<PublishEvent> events;
  auto publisher = Make(SmallPublisher({edge.rtmp("pause")}), events);
  publisher->SetSources(TestPicture());
  REQUIRE(publisher->Start());
  REQUIRE(events.Wait(Reaches(PublishState::kLive)));
  auto grey = PictureBuilder::Allocate(PixelFormat::kI420, kSmall);
  REQUIRE(grey);
  for (std::size_t p = 0; p < 3; ++p) {
    const int rows = p == 0 ? kSmall.height : kSmall.height / 2;
    std::fill_n(grey->plane(p).data, grey->plane(p).stride_bytes * rows, std::uint8_t{128});
  }
  publisher->Pause(std::move(*grey).Freeze());

  Events<PlayEvent> seen;
  auto player = Player::Create({.url = edge.flv("pause")}, InPlace(), seen.listener());
  REQUIRE(player);
  REQUIRE((*player)->Start());
  // A cached GOP may begin before the pause: grey must come, and stay.
  int grey_in_a_row = 0;
  REQUIRE(Eventually([&] {
    auto frame = (*player)->pictures().TakePicture(runtime::Now());
    if (!frame) return false;
    const PlaneView luma = frame->picture.plane(0);
    const int value = luma.data[luma.stride_bytes * 90 + 160];
    grey_in_a_row = std::abs(value - 128) <= 6 ? grey_in_a_row + 1 : 0;
    return grey_in_a_row >= 5;
  }));
  publisher->Resume();
  CHECK(publisher->stats().destinations[0].session.state == PublishState::kLive);
}

TEST_CASE("Several destinations at once: one that is refused does not disturb the others") {
  EdgeHost edge;
  const std::string path = testing::BinaryDir() + "/publisher_test.flv";
  Events<PublishEvent> events;
  auto config =
      SmallPublisher({edge.rtmp("many"), "rtmp://127.0.0.1:1/live/nobody", "file:" + path});
  config.session.reconnect.max_attempts = 1;
  auto publisher = Make(config, events);
  publisher->SetSources(TestPicture());
  REQUIRE(publisher->Start());

  CHECK(events.Wait(Reaches(PublishState::kLive, 0)));
  CHECK(events.Wait(Reaches(PublishState::kLive, 2)));
  CHECK(events.Wait(Reaches(PublishState::kEnded, 1)));
  REQUIRE(Eventually([&] {
    const auto stats = publisher->stats();
    return stats.destinations[0].session.frames_sent >= 10 &&
           stats.destinations[2].session.frames_sent >= 10;
  }));
  publisher->Stop();
  CHECK(events.Wait(Reaches(PublishState::kEnded, 2)));
  publisher.reset();

  std::ifstream file(path, std::ios::binary);
  char magic[3] = {};
  file.read(magic, 3);
  CHECK(std::string(magic, 3) == "FLV");
  std::remove(path.c_str());
}

TEST_CASE("A muted publisher sends silence, not nothing") {
  EdgeHost edge;
  Events<PublishEvent> events;
  auto publisher = Make(SmallPublisher({edge.rtmp("mute")}), events);
  publisher->SetMuted(Mute::kOn);
  publisher->SetSources(TestPicture());
  REQUIRE(publisher->Start());
  REQUIRE(Eventually(
      [&] { return publisher->stats().destinations[0].session.audio_frames_sent >= 60; }));
  // The test tone costs about 64 kbit/s when heard; silence costs almost nothing.
  const auto stats = publisher->stats().destinations[0].session;
  CHECK(stats.audio_bytes_sent.bytes() / stats.audio_frames_sent < 30);
}

}  // namespace
}  // namespace onair
