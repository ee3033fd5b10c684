// SPDX-License-Identifier: Apache-2.0
//
// The server session against our own clients through bytes, and against recorded input.
#include "transport/rtmp/server_session.h"

#include <catch2/catch.hpp>

#include "tests/laws/machine_laws.h"
#include "tests/support/print_units.h"
#include "tests/transport/rtmp/server_session_rig.h"

namespace onair::rtmp {
namespace {

static_assert(Machine<ServerSession>);

TEST_CASE("A publisher's stream arrives whole, whatever the cut of the bytes") {
  for (const std::size_t piece :
       {std::size_t{1}, std::size_t{7}, std::size_t{1460}, std::size_t{1} << 20}) {
    PublishClient client = Publisher();
    AnsweringServer server;
    Joined<PublishClient, AnsweringServer> joined{client, server, piece};
    client.SetTracks(sample::Tracks(), kStart);
    joined.Run();
    REQUIRE(Find<PublishClient::Ready>(joined.client_events));
    const auto* asked = Find<ServerSession::PublishRequested>(joined.server_events);
    REQUIRE(asked);
    CHECK(asked->app == "live");
    CHECK(asked->stream_key == "room");
    CHECK(asked->query == "token=x");

    // From the tests' own first frame on the wire times count from zero.
    for (const EncodedFrame& frame : Frames(0)) client.Send(frame, kStart);
    joined.Run();

    INFO("pieces of " << piece);
    const auto frames = FramesIn(joined.server_events);
    REQUIRE(frames.size() == 5);
    for (std::size_t i = 0; i < 5; ++i) CHECK(sample::Same(frames[i], Frames(0)[i]));
    const auto* tracks = Find<flv::TracksChanged>(joined.server_events);
    REQUIRE(tracks);
    CHECK(tracks->tracks.video->size == PictureSize{1280, 720});

    client.Close(kStart);
    joined.Run();
    CHECK(Find<ServerSession::StreamStopped>(joined.server_events));
    CHECK_FALSE(Find<ServerSession::Closed>(joined.server_events));
  }
}

TEST_CASE("A publisher is live after three round trips") {
  PublishClient client = Publisher();
  AnsweringServer server;
  Joined<PublishClient, AnsweringServer> joined{client, server};
  joined.Run();
  REQUIRE(Find<PublishClient::Ready>(joined.client_events));
  CHECK(joined.round_trips == 3);  // Handshake, commands, publish.
}

TEST_CASE("A player gets the stream in one round trip and one write") {
  PlayClient client = Player();
  AnsweringServer server;
  server.on_play = [](ServerSession& session, Timestamp now) {
    session.SetTracks(sample::Tracks(), now);
    for (const EncodedFrame& frame : Frames(100)) session.Send(frame, now);
  };

  server.HandleBytes(Listen(client).sent, kStart);
  const auto answer = Listen(server);
  client.HandleBytes(answer.sent, kStart);

  CHECK(answer.transmits == 1);
  const auto heard = Listen(client);
  const auto frames = FramesIn(heard.events);
  REQUIRE(frames.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) CHECK(sample::Same(frames[i], Frames(100)[i]));
}

TEST_CASE("A player's stream arrives whole at any start, time and cut") {
  for (const PlayStart start : {PlayStart::kPipelined, PlayStart::kSequential}) {
    for (const std::int64_t from :
         {std::int64_t{0}, std::int64_t{16'777'180}, std::int64_t{4'294'967'250}}) {
      for (const std::size_t piece : {std::size_t{1}, std::size_t{1000}}) {
        PlayClient client = Player(start);
        AnsweringServer server;
        server.on_play = [from](ServerSession& session, Timestamp now) {
          session.SetTracks(sample::Tracks(), now);
          for (const EncodedFrame& frame : Frames(from)) session.Send(frame, now);
        };
        Joined<PlayClient, AnsweringServer> joined{client, server, piece};
        joined.Run();

        INFO("from " << from << ", pieces of " << piece);
        const auto frames = FramesIn(joined.client_events);
        REQUIRE(frames.size() == 5);
        for (std::size_t i = 0; i < 5; ++i) CHECK(sample::Same(frames[i], Frames(from)[i]));
      }
    }
  }
}

TEST_CASE("A player is told the end of the stream and may stay") {
  PlayClient client = Player();
  AnsweringServer server;
  Joined<PlayClient, AnsweringServer> joined{client, server};
  joined.Run();
  REQUIRE(Find<PlayClient::Accepted>(joined.client_events));

  server.session().EndPlay(kStart);
  joined.Run();

  CHECK(Find<PlayClient::PublisherLeft>(joined.client_events));
  CHECK_FALSE(Find<PlayClient::Closed>(joined.client_events));
  CHECK_FALSE(Find<ServerSession::Closed>(joined.server_events));
}

TEST_CASE("Commands that do not fit the state send nothing") {
  ServerSession session({}, Rng(1), kStart);
  session.AcceptPublish(kStart);
  session.AcceptPlay(kStart);
  session.EndPlay(kStart);
  session.Send(sample::Key(0), kStart);
  session.RejectPlay({ErrorCode::kStreamNotFound, ""}, kStart);
  const auto heard = Listen(session);
  CHECK(heard.sent.empty());
  CHECK(heard.events.empty());
}

TEST_CASE("The application's own query serves where the key has none") {
  RtmpUrl url = ParseRtmpUrl(ParseUrl("rtmp://h/live?vhost=a.test/room").value()).value();
  PlayClient client(url, {}, Rng(1), NullTrace(), kStart);
  AnsweringServer server;
  server.HandleBytes(Listen(client).sent, kStart);

  const auto heard = Listen(server);

  const auto* asked = heard.Find<ServerSession::PlayRequested>();
  REQUIRE(asked);
  CHECK(asked->app == "live");
  CHECK(asked->stream_key == "room");
  CHECK(asked->query == "vhost=a.test");
}

TEST_CASE("A recorded publisher cut off at any byte gives media so far and no error") {
  const Bytes recording = PublishRecording();
  for (std::size_t size = 0; size < recording.size(); size += size < kHandshakeFlight ? 97 : 1) {
    AnsweringServer server;
    server.HandleBytes(ByteView(recording).first(size), kStart);
    const auto heard = Listen(server);
    INFO("cut at " << size);
    REQUIRE(heard.Find<ServerSession::Closed>() == nullptr);
  }
}

TEST_CASE("Every flipped bit of a recorded publisher gives a typed error or goes on") {
  const Bytes recording = PublishRecording();
  int errors = 0;
  for (std::size_t byte = 0; byte < recording.size(); ++byte) {
    if (byte == 1) byte = kHandshakeFlight;  // Random bytes are as good as any others.
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes bad = recording;
      bad[byte] = static_cast<std::uint8_t>(bad[byte] ^ (1U << bit));
      AnsweringServer server;
      server.HandleBytes(bad, kStart);
      const auto heard = Listen(server);
      if (heard.Find<ServerSession::Closed>() == nullptr) continue;
      ++errors;
      REQUIRE(heard.Count<ServerSession::Closed>() == 1);
      REQUIRE_FALSE(heard.idle.wake_at.is_finite());
    }
  }
  CHECK(errors > 100);
}

TEST_CASE("Settings of the server out of range are named") {
  CHECK(ServerSessionConfig{}.Validate());
  ServerSessionConfig config;
  config.ping_timeout = TimeDelta::Zero();
  CHECK(config.Validate().error().detail.starts_with("ping_timeout"));
  config = {};
  config.setup_timeout = TimeDelta::Seconds(121);
  CHECK(config.Validate().error().detail.starts_with("setup_timeout"));
  config = {};
  config.chunk_size = 70000;
  CHECK(config.Validate().error().detail.starts_with("chunk_size"));
  config = {};
  config.unsent_limit = DataSize::Zero();
  CHECK(config.Validate().error().detail.starts_with("unsent_limit"));
}

TEST_CASE("The server session obeys the laws of machines") {
  PlayClient player = Player();
  const Bytes flight = Listen(player).sent;
  const auto make = [] { return std::make_unique<AnsweringServer>(); };
  const auto close = [](AnsweringServer& m, Timestamp now) { m.session().Close(now); };
  SECTION("playing") {
    const laws::Case law{.script = {{TimeDelta::Millis(40), flight}, {TimeDelta::Seconds(200), {}}},
                         .cut_stride = 3};
    laws::ExpectAll(make, law);
    laws::ExpectSilentAfterEnd(make, law, close);
  }
  SECTION("publishing") {
    const laws::Case law{.script = {{TimeDelta::Millis(40), PublishRecording()}}, .cut_stride = 13};
    laws::ExpectAll(make, law);
    laws::ExpectSilentAfterEnd(
        make, law, [](AnsweringServer& m, Timestamp now) { m.HandleBytes(Bytes{'G'}, now); });
  }
}

}  // namespace
}  // namespace onair::rtmp
