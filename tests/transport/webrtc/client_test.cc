// SPDX-License-Identifier: Apache-2.0
//
// A whole start by WHIP and WHEP against the server's half of this room, in virtual time.
#include "transport/webrtc/client.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"
#include "tests/transport/webrtc/web_world.h"

namespace onair::webrtc {
namespace {

using namespace testing;

EncodedFrame KeyFrame(twin::FakeEncoder& encoder, Timestamp now) {
  return encoder.Next(now);
}

TEST_CASE("WHIP sends its first packet of media within five round trips of the start") {
  WebWorld web(SignallingRole::kPublish, Ingesting());
  twin::FakeEncoder encoder({}, Rng(1));
  web.Do([](Client& c, Timestamp now) {
    REQUIRE(c.SetTracks(Sent(), now));
    c.Start(now);
  });
  for (int i = 0; i < 60 && !web.first_rtp_at; ++i) {
    web.world.RunFor(TimeDelta::Millis(5));
    if (!web.ready_at) continue;
    web.Do([&](Client& c, Timestamp now) { c.Send(KeyFrame(encoder, now), now); });
  }
  REQUIRE(web.first_rtp_at);
  // TCP, the POST, a check, two flights of DTLS: 5 RTT, and the step of this loop.
  CHECK(*web.first_rtp_at - Timestamp::Zero() <= kRtt * 5 + TimeDelta::Millis(10));
  CHECK(web.requests.size() == 1);

  web.world.RunFor(TimeDelta::Seconds(1));
  REQUIRE(web.server.got_tracks);
  CHECK(web.server.got.size() == 1);

  web.Do([](Client& c, Timestamp now) { c.Close(now); });
  web.world.RunFor(TimeDelta::Seconds(1));
  REQUIRE(web.closed);
  CHECK(web.closed->error.code == ErrorCode::kPeerClosed);
  CHECK(web.whip.sessions() == 0);  // DELETE came.
  REQUIRE(web.server.closed);
  CHECK(web.server.closed->code == ErrorCode::kPeerClosed);
}

TEST_CASE("WHEP shows its first picture within five round trips of the start") {
  WebWorld web(SignallingRole::kPlay, Serving());
  LiveMedia source(web.world, web.server, DataRate::KilobitsPerSec(800));
  web.Do([](Client& c, Timestamp now) { c.Start(now); });
  for (int i = 0; i < 60 && !web.server.connected_at; ++i) web.world.RunFor(TimeDelta::Millis(5));
  REQUIRE(web.server.connected_at);
  source.Start();  // A server has the key frame of its cache at hand.
  web.world.RunFor(TimeDelta::Seconds(2));

  REQUIRE(web.ready_at);
  REQUIRE_FALSE(web.got.empty());
  const auto picture = std::find_if(web.got.begin(), web.got.end(),
                                    [](const auto& entry) { return entry.second.is_key(); });
  REQUIRE(picture != web.got.end());
  CHECK(picture->first - Timestamp::Zero() <= kRtt * 5 + TimeDelta::Millis(100));
  CHECK(web.got.size() > 120);
}

TEST_CASE("A server's refusal reaches the session with its wish to wait") {
  WebWorld web(SignallingRole::kPlay, Serving());
  web.refuse_with = Error{ErrorCode::kStreamNotFound, "room"};
  web.Do([](Client& c, Timestamp now) { c.Start(now); });
  web.world.RunFor(TimeDelta::Seconds(1));

  REQUIRE(web.closed);
  CHECK(web.closed->error.code == ErrorCode::kStreamNotFound);
  CHECK(web.closed->retry_in == TimeDelta::Seconds(2));
}

TEST_CASE("Sound that is no Opus is refused before anything is said") {
  WebWorld web(SignallingRole::kPublish, Ingesting());
  StreamTracks tracks = Sent();
  tracks.audio->codec = AudioCodec::kAac;
  const Status taken = web.client->SetTracks(tracks, web.world.now());
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == ErrorCode::kUnsupported);
}

TEST_CASE("What is on its way to the server cannot become another codec, nor more tracks") {
  for (const bool has_other_codec : {true, false}) {
    WebWorld web(SignallingRole::kPublish, Ingesting());
    StreamTracks offered = Sent();
    if (!has_other_codec) offered.audio.reset();
    web.Do([&](Client& c, Timestamp now) {
      REQUIRE(c.SetTracks(offered, now));
      c.Start(now);
    });
    web.world.RunFor(kRtt * 2);  // The offer is under way.
    StreamTracks later = Sent();
    if (has_other_codec) later.video->codec = VideoCodec::kH265;
    const Status taken = web.client->SetTracks(later, web.world.now());
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code == ErrorCode::kUnsupported);
    CHECK(web.client->SetTracks(offered, web.world.now()));
  }
}

TEST_CASE("A server that takes our sound and not our pictures is given up by their codec's name") {
  WebWorld web(SignallingRole::kPublish, Ingesting());
  web.server.description.video = Direction::kInactive;
  web.Do([](Client& c, Timestamp now) {
    REQUIRE(c.SetTracks(Sent(), now));
    c.Start(now);
  });
  web.world.RunFor(TimeDelta::Seconds(1));

  REQUIRE(web.closed);
  CHECK(web.closed->error.code == ErrorCode::kSdpIncompatible);
  CHECK(web.closed->error.detail == "the server takes no H264");
}

TEST_CASE("Cellular links are dearer than cables and Wi-Fi") {
  CHECK(NetworkCostOf("wlan0") == 0);
  CHECK(NetworkCostOf("eth0") == 0);
  CHECK(NetworkCostOf("rmnet_data0") == 900);
  CHECK(NetworkCostOf("pdp_ip0") == 900);
}

}  // namespace
}  // namespace onair::webrtc
