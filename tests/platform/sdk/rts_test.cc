// SPDX-License-Identifier: Apache-2.0
//
// Publisher and Player over WebRTC against the edge, on real sockets.
#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using namespace sdk_test;

std::unique_ptr<Publisher> Live(const PublisherConfig& config, Events<PublishEvent>& events) {
  auto publisher = Publisher::Create(config, InPlace(), events.listener());
  if (!publisher) INFO(ToString(publisher.error()));
  REQUIRE(publisher);
  (*publisher)->SetSources(TestPicture());
  REQUIRE((*publisher)->Start());
  return std::move(*publisher);
}

bool IsInState(const PublishEvent& event, PublishState state, ErrorCode code) {
  const auto* change = std::get_if<PublishStateEvent>(&event);
  return change != nullptr && change->state == state && change->error &&
         change->error->code == code;
}

TEST_CASE("A publisher goes live over WebRTC, and says goodbye when it is stopped") {
  EdgeHost edge;
  Events<PublishEvent> events;
  auto publisher = Live(SmallPublisher({edge.rts("room")}), events);
  REQUIRE(events.Wait(Reaches(PublishState::kLive)));
  REQUIRE(Eventually([&] {
    const auto stats = publisher->stats().destinations[0];
    return stats.session.frames_sent >= 15 && stats.session.audio_frames_sent >= 20 &&
           stats.rtt.count() > 0 && stats.packets && stats.packets->sent > 30;
  }));
  const DestinationStats stats = publisher->stats().destinations[0];
  CHECK(stats.url == edge.rts("<private>"));
  CHECK(stats.send_delay.count() > 0);
  CHECK(stats.network_rate);
  CHECK(stats.session.key_frames_sent >= 1);
  CHECK(events.Wait([](const auto& e) { return std::holds_alternative<FirstFrameSentEvent>(e); }));

  publisher->Stop();
  CHECK(events.Wait(Reaches(PublishState::kEnded)));
  CHECK_FALSE(FirstError(events.all()));
}

TEST_CASE("An address that this device does not have moves no session over WebRTC and is told") {
  EdgeHost edge;
  Events<PublishEvent> events;
  auto publisher = Live(SmallPublisher({edge.rts("room")}), events);
  REQUIRE(events.Wait(Reaches(PublishState::kLive)));

  publisher->NetworkChanged(IpAddress::V4(203, 0, 113, 9));  // RFC 5737: for documentation.

  CHECK(events.Wait([](const PublishEvent& event) {
    const auto* failed = std::get_if<HandOverFailedEvent>(&event);
    return failed != nullptr && failed->error.code == ErrorCode::kLocalAddress;
  }));
  const auto sent = [&] { return publisher->stats().destinations[0].session.frames_sent; };
  const auto before = sent();
  CHECK(Eventually([&] { return sent() > before + 10; }));
  CHECK_FALSE(FirstError(events.all()));
}

TEST_CASE("One publisher feeds WebRTC with Opus and RTMP with AAC, and both play") {
  EdgeHost edge;
  Events<PublishEvent> events;
  auto publisher = Live(SmallPublisher({edge.rts("quick"), edge.rtmp("wide")}), events);
  const auto sent = [&](std::size_t i) { return publisher->stats().destinations[i].session; };
  REQUIRE(Eventually([&] {
    return sent(0).frames_sent >= 10 && sent(1).frames_sent >= 10 &&
           sent(0).audio_frames_sent >= 20 && sent(1).audio_frames_sent >= 20;
  }));
  for (const std::string& url : {edge.flv("quick"), edge.flv("wide")}) {
    Events<PlayEvent> seen;
    PlayerConfig config;
    config.url = url;
    auto player = Player::Create(config, InPlace(), seen.listener());
    REQUIRE(player);
    REQUIRE((*player)->Start());
    CHECK(seen.Wait(Reaches(PlayState::kPlaying)));
    CHECK(Eventually([&] { return (*player)->stats().frames_decoded >= 5; }));
    CHECK(seen.Wait([](const PlayEvent& e) {
      const auto* tracks = std::get_if<TracksEvent>(&e);
      return tracks != nullptr && tracks->tracks.audio &&
             tracks->tracks.audio->codec == AudioCodec::kAac;  // The edge makes it for FLV.
    }));
  }
  CHECK(publisher->stats().encode_errors == 0);
}

TEST_CASE("A second publisher of a name is refused over WebRTC too, by a typed error") {
  EdgeHost edge;
  Events<PublishEvent> first_events;
  auto first = Live(SmallPublisher({edge.rts("taken")}), first_events);
  REQUIRE(first_events.Wait(Reaches(PublishState::kLive)));
  Events<PublishEvent> events;
  auto second = Live(SmallPublisher({edge.rts("taken")}), events);
  CHECK(events.Wait([](const auto& e) {
    return IsInState(e, PublishState::kReconnecting, ErrorCode::kPublishConflict);
  }));
}

TEST_CASE("A server that is not there is told, and the session over WebRTC tries again") {
  Events<PublishEvent> events;
  auto publisher = Live(SmallPublisher({"rts://127.0.0.1:1/live/room"}), events);
  CHECK(events.Wait([](const auto& e) {
    return IsInState(e, PublishState::kReconnecting, ErrorCode::kConnectRefused);
  }));
  CHECK(Eventually([&] { return publisher->stats().destinations[0].session.attempts >= 3; }));
}

TEST_CASE("A publisher over WebRTC goes within half a second though the server is silent") {
  SilentPeer server;
  Events<PublishEvent> events;
  auto publisher = Live(SmallPublisher({server.rts()}), events);
  REQUIRE(Eventually([&] { return publisher->stats().frames_encoded > 0; }));
  const Timestamp begun = runtime::Now();
  publisher->Stop();
  CHECK(events.Wait(Reaches(PublishState::kEnded)));
  publisher.reset();
  CHECK(runtime::Now() - begun < TimeDelta::Seconds(2));  // 0.5 s, and a loaded machine.
}

}  // namespace
}  // namespace onair
