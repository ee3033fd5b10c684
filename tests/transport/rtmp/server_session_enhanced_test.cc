// SPDX-License-Identifier: Apache-2.0
//
// What a server session and clients of Enhanced RTMP tell each other.
#include <catch2/catch.hpp>

#include "tests/support/print_units.h"
#include "tests/transport/rtmp/server_session_rig.h"
#include "transport/rtmp/enhanced.h"

namespace onair::rtmp {
namespace {

TEST_CASE("H.265 in either form arrives the same, and the server tells who asks that it takes it") {
  for (const auto signalling : {HevcSignalling::kByServer, HevcSignalling::kLegacy12}) {
    PublishClientConfig config;
    config.video = VideoCodec::kH265;
    config.hevc = signalling;
    PublishClient client(SampleUrl(), config, Rng(1), NullTrace(), kStart);
    AnsweringServer server;
    Joined<PublishClient, AnsweringServer> joined{client, server};
    StreamTracks tracks = sample::Tracks();
    tracks.video->codec = VideoCodec::kH265;
    client.SetTracks(tracks, kStart);
    joined.Run();
    REQUIRE(Find<PublishClient::Ready>(joined.client_events));
    client.Send(sample::Key(0), kStart);
    joined.Run();

    const auto* changed = Find<flv::TracksChanged>(joined.server_events);
    REQUIRE(changed);
    CHECK(changed->tracks.video->codec == VideoCodec::kH265);
    CHECK(FramesIn(joined.server_events).size() == 1);
  }
}

TEST_CASE("A server speaks of H.265 to players that do, and of nothing to others") {
  const auto answer_to = [](bool names_codecs) {
    ServerSession server({}, Rng(5), kStart);
    MessageStream client;
    Bytes hello(1 + kHandshakeBlock, 0);
    hello[0] = 3;
    server.HandleBytes(hello, kStart);
    const Bytes reply = Listen(server).sent;
    server.HandleBytes(ByteView(reply).subspan(1, kHandshakeBlock), kStart);
    amf0::Writer connect;
    connect.Text("connect").Number(1).BeginObject().Key("app").Text("live");
    if (names_codecs) connect.Key("fourCcList").BeginStrictArray(1).Text("av01");
    client.SendCommand({3, 0}, connect.EndObject().view());
    server.HandleBytes(client.outbox(), kStart);
    const Bytes sent = Listen(server).sent;
    MessageStream reader;
    ByteView in(sent);
    while (auto message = reader.Next(in)) {
      if (!*message) break;
      const auto command = ParseCommand(**message);
      if (command && command->name == "_result") return SupportOf("hvc1", *command);
    }
    FAIL("no answer to connect");
    return CodecSupport::kUnsaid;
  };
  CHECK(answer_to(true) == CodecSupport::kNamed);
  CHECK(answer_to(false) == CodecSupport::kUnsaid);
}

TEST_CASE("A server asks clients that know how to reconnect, and no others") {
  const auto asked = [](std::optional<double> caps_ex) {
    ServerSession server({}, Rng(5), kStart);
    MessageStream client;
    Bytes hello(1 + kHandshakeBlock, 0);
    hello[0] = 3;
    server.HandleBytes(hello, kStart);
    const Bytes reply = Listen(server).sent;
    server.HandleBytes(ByteView(reply).subspan(1, kHandshakeBlock), kStart);
    amf0::Writer connect;
    connect.Text("connect").Number(1).BeginObject().Key("app").Text("live");
    if (caps_ex) connect.Key("capsEx").Number(*caps_ex);
    client.SendCommand({3, 0}, connect.EndObject().view());
    server.HandleBytes(client.outbox(), kStart);
    static_cast<void>(Listen(server));
    server.RequestReconnect("/other", kStart);
    return !Listen(server).sent.empty();
  };
  CHECK(asked(1));
  CHECK(asked(15));
  CHECK_FALSE(asked(14));
  CHECK_FALSE(asked(std::nullopt));
  CHECK_FALSE(asked(-1));
}

TEST_CASE("A publisher that is asked to reconnect hears where to") {
  auto client = Publisher();
  AnsweringServer server;
  Joined joined(client, server);
  joined.Run();
  REQUIRE(server.session().can_reconnect());

  server.session().RequestReconnect("//b.test/live", kStart);
  joined.Run();

  const auto* told = Find<PublishClient::ReconnectRequested>(joined.client_events);
  REQUIRE(told);
  CHECK(told->url == "rtmp://b.test/live/room?token=x");
}

TEST_CASE("A player of H.265 gets it in the enhanced form") {
  PlayClient client = Player();
  AnsweringServer server;
  StreamTracks tracks = sample::Tracks();
  tracks.video->codec = VideoCodec::kH265;
  server.on_play = [&](ServerSession& session, Timestamp now) {
    session.SetTracks(tracks, now);
    session.Send(sample::Key(100), now);
  };
  Joined<PlayClient, AnsweringServer> joined{client, server};
  joined.Run();
  const auto* changed = Find<PlayClient::TracksChanged>(joined.client_events);
  REQUIRE(changed);
  CHECK(changed->tracks.video->codec == VideoCodec::kH265);
  CHECK(FramesIn(joined.client_events).size() == 1);
}

}  // namespace
}  // namespace onair::rtmp
