// SPDX-License-Identifier: Apache-2.0
//
// Publisher and Player over WebRTC at both ends, against the edge, on real sockets.
#include "platform/devices/audio_output.h"
#include "platform/devices/headless_display.h"
#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using namespace sdk_test;

std::unique_ptr<Publisher> Live(const std::string& url, Events<PublishEvent>& events) {
  auto publisher = Publisher::Create(SmallPublisher({url}), InPlace(), events.listener());
  REQUIRE(publisher);
  (*publisher)->SetSources(TestPicture());
  REQUIRE((*publisher)->Start());
  return std::move(*publisher);
}

std::unique_ptr<Player> Make(const std::string& url, Events<PlayEvent>& events) {
  PlayerConfig config;
  config.url = url;
  config.session.reconnect.first_delay = TimeDelta::Millis(50);
  config.session.reconnect.max_delay = TimeDelta::Millis(200);
  auto player = Player::Create(config, InPlace(), events.listener());
  REQUIRE(player);
  return std::move(*player);
}

TEST_CASE("What a publisher sends over WebRTC a player shows over WebRTC, with its sound") {
  EdgeHost edge;
  Events<PublishEvent> publish_events;
  auto publisher = Live(edge.rts("room"), publish_events);
  REQUIRE(publish_events.Wait(Reaches(PublishState::kLive)));
  // One who comes before its pictures is told to ask again.
  REQUIRE(Eventually([&] { return edge.stats().frames_in >= 10; }));

  Events<PlayEvent> events;
  devices::HeadlessDisplay display;  // Woken by the player to its end.
  auto player = Make(edge.rts("room"), events);
  player->SetAudioOutput(devices::CreateHeadlessAudioOutput());
  player->SetPictureReady([&] { display.Wake(); });
  REQUIRE(display.Start(player->pictures()));
  REQUIRE(player->Start());
  REQUIRE(events.Wait(Reaches(PlayState::kPlaying)));
  REQUIRE(Eventually([&] {
    const auto stats = player->stats();
    return stats.frames_presented >= 20 && stats.session.audio_frames_received >= 50;
  }));
  display.Stop();

  const auto stats = player->stats();
  CHECK(stats.picture_size == kSmall);
  CHECK(stats.decode_errors == 0);
  const auto& opening = stats.session.opening;
  REQUIRE(opening.first_key_frame);
  CHECK(opening.connected.value() <= opening.requested.value());
  CHECK(opening.requested.value() <= opening.first_byte.value());
  CHECK(opening.first_byte.value() <= *opening.first_key_frame);
  CHECK(events.Wait([](const PlayEvent& e) {
    const auto* tracks = std::get_if<TracksEvent>(&e);
    return tracks != nullptr && tracks->tracks.video && tracks->tracks.audio &&
           tracks->tracks.audio->codec == AudioCodec::kOpus;
  }));

  player->Stop();
  CHECK(events.Wait(Reaches(PlayState::kEnded)));
  CHECK_FALSE(FirstError(events.all()));
  // Told, not found out by silence: the edge waits longer than this for a silent peer.
  CHECK(Eventually([&] { return edge.stats().viewers_rtc == 0; }, TimeDelta::Seconds(4)));
  player.reset();  // It wakes the display until then.
}

TEST_CASE("A viewer over WebRTC who comes before the publisher sees him when he comes") {
  EdgeHost edge;
  Events<PlayEvent> events;
  auto player = Make(edge.rts("late"), events);
  REQUIRE(player->Start());
  REQUIRE(events.Wait([](const PlayEvent& e) {
    const auto* state = std::get_if<PlayStateEvent>(&e);
    return state != nullptr && state->state == PlayState::kReconnecting &&
           state->error->code == ErrorCode::kStreamNotFound;
  }));
  Events<PublishEvent> publish_events;
  auto publisher = Live(edge.rts("late"), publish_events);
  CHECK(events.Wait(Reaches(PlayState::kPlaying)));
}

TEST_CASE("Players that are stopped at any moment of their opening leave nothing at the edge") {
  EdgeHost edge;
  Events<PublishEvent> publish_events;
  auto publisher = Live(edge.rts("room"), publish_events);
  REQUIRE(publish_events.Wait(Reaches(PublishState::kLive)));
  for (int i = 0; i < 8; ++i) {
    Events<PlayEvent> events;
    auto player = Make(edge.rts("room"), events);
    REQUIRE(player->Start());
    // From before TCP to after the first picture on any machine.
    static_cast<void>(Eventually([] { return false; }, TimeDelta::Millis(i * i * 2)));
    player->Stop();
    CHECK(events.Wait(Reaches(PlayState::kEnded)));
  }
  // The publisher's own is the last.
  CHECK(Eventually([&] { return edge.stats().rtc.sessions == 1; }, TimeDelta::Seconds(4)));
  CHECK(edge.stats().viewers_rtc == 0);
}

}  // namespace
}  // namespace onair
