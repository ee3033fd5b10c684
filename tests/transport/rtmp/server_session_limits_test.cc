// SPDX-License-Identifier: Apache-2.0
//
// Whom a server session turns away, and when it loses its patience.
#include <catch2/catch.hpp>

#include "tests/support/print_units.h"
#include "tests/transport/rtmp/server_session_rig.h"

namespace onair::rtmp {
namespace {

TEST_CASE("Refusals reach the client with their reason, then the server closes") {
  for (const ErrorCode code : {ErrorCode::kPublishConflict, ErrorCode::kPublishRejected}) {
    PublishClient client = Publisher();
    AnsweringServer server(Error{code, "not you"});
    Joined<PublishClient, AnsweringServer> joined{client, server};
    joined.Run();
    const auto* closed = Find<PublishClient::Closed>(joined.client_events);
    REQUIRE(closed);
    CHECK(closed->error.code == code);
    CHECK(closed->error.detail.find("not you") != std::string::npos);
    REQUIRE(Find<ServerSession::Closed>(joined.server_events));
  }
  for (const ErrorCode code : {ErrorCode::kLimit, ErrorCode::kRtmpUnavailable}) {
    PublishClient client = Publisher();
    AnsweringServer server(Error{code, "full"});
    Joined<PublishClient, AnsweringServer> joined{client, server};
    joined.Run();
    const auto* closed = Find<PublishClient::Closed>(joined.client_events);
    REQUIRE(closed);
    CHECK(closed->error.code == ErrorCode::kRtmpUnavailable);
  }
  PlayClient client = Player();
  AnsweringServer server(Error{ErrorCode::kStreamNotFound, "nobody"});
  Joined<PlayClient, AnsweringServer> joined{client, server};
  joined.Run();
  const auto* closed = Find<PlayClient::Closed>(joined.client_events);
  REQUIRE(closed);
  CHECK(closed->error.code == ErrorCode::kStreamNotFound);
}

TEST_CASE("A publisher whose media is malformed is told so, and may come back") {
  PublishClient client = Publisher();
  AnsweringServer server;
  Joined<PublishClient, AnsweringServer> joined{client, server};
  joined.Run();
  REQUIRE(Find<PublishClient::Ready>(joined.client_events));

  // A picture's body of one byte, on a chunk stream of its own.
  server.HandleBytes(Bytes{0x14, 0, 0, 0, 0, 0, 1, 9, 1, 0, 0, 0, 0x17}, kStart);
  joined.Run();

  const auto* dropped = Find<ServerSession::Closed>(joined.server_events);
  REQUIRE(dropped);
  CHECK(dropped->error.code == ErrorCode::kFlvMalformed);
  const auto* closed = Find<PublishClient::Closed>(joined.client_events);
  REQUIRE(closed);
  CHECK(closed->error.code == ErrorCode::kRtmpProtocol);
  CHECK(closed->error.detail.find("NetStream.Publish.Failed") != std::string::npos);
}

TEST_CASE("Silent clients are dropped at their deadlines") {
  const ServerSessionConfig config;
  SECTION("that ask for nothing") {
    ServerSession session(config, Rng(1), kStart);
    const auto idle = Listen(session).idle;
    CHECK(idle.wake_at == kStart + config.setup_timeout);
    session.HandleBytes(Bytes{3}, kStart + TimeDelta::Seconds(9));
    session.HandleTimeout(kStart + config.setup_timeout);
    const auto heard = Listen(session);
    REQUIRE(heard.Find<ServerSession::Closed>());
    CHECK(heard.Find<ServerSession::Closed>()->error.code == ErrorCode::kTimeout);
  }
  SECTION("that publish") {
    AnsweringServer server;
    server.HandleBytes(PublishRecording(), kStart);
    CHECK(Listen(server).idle.wake_at == kStart + config.publisher_timeout);
    server.HandleTimeout(kStart + config.publisher_timeout);
    CHECK(Listen(server).Find<ServerSession::Closed>());
  }
  SECTION("that play and answer no ping") {
    PlayClient client = Player();
    AnsweringServer server;
    Joined<PlayClient, AnsweringServer> joined{client, server};
    joined.Run();
    const Timestamp ping_at = kStart + config.ping_interval;
    CHECK(Listen(server).idle.wake_at == ping_at);
    server.HandleTimeout(ping_at);
    SECTION("answered") {
      joined.now = ping_at;
      joined.Run();
      CHECK(Listen(server).idle.wake_at == ping_at + config.ping_interval);
    }
    SECTION("unanswered") {
      CHECK_FALSE(Listen(server).sent.empty());
      server.HandleTimeout(ping_at + config.ping_timeout);
      CHECK(Listen(server).Find<ServerSession::Closed>());
    }
  }
}

// A client's bytes written by hand, behind its handshake.
class HandClient {
 public:
  HandClient() {
    Bytes hello(kHandshakeFlight, 0);
    hello[0] = 3;
    server.HandleBytes(hello, kStart);
  }
  void Connect() {
    amf0::Writer connect;
    connect.Text("connect").Number(1).BeginObject().Key("app").Text("a").EndObject();
    stream.SendCommand({3, 0}, connect.view());
    Flush();
  }
  void Publish() {
    stream.SendCommand({3, 1}, BeginCommand("publish", 0).Text("x").view());
    Flush();
  }
  void Say(MessageType type, std::size_t bytes, Timestamp now = kStart) {
    stream.Send({4, 1}, type, 0, {}, Bytes(bytes, 0x22));
    Flush(now);
  }
  void Flush(Timestamp now = kStart) {
    server.HandleBytes(std::exchange(stream.outbox(), {}), now);
    heard = Listen(server);
    if (const auto* closed = heard.Find<ServerSession::Closed>()) error = closed->error;
  }

  AnsweringServer server;
  MessageStream stream;
  Heard<AnsweringServer> heard;
  std::optional<Error> error;
};

TEST_CASE("Only sound and picture keep a publisher alive") {
  const ServerSessionConfig config;
  const Timestamp later = kStart + TimeDelta::Seconds(7);
  HandClient client;
  client.Connect();
  client.Publish();
  REQUIRE(client.heard.idle.wake_at == kStart + config.publisher_timeout);

  SECTION("not metadata, pings, unknown commands, nothing at all or half a message") {
    client.stream.SendUserEvent(UserEvent::kPingRequest, 1);
    client.stream.SendCommand({3, 0}, BeginCommand("_checkbw", 0).view());
    client.stream.Send({5, 1}, MessageType::kDataAmf0, 0, {},
                       amf0::Writer().Text("onTextData").view());
    client.stream.Send({4, 1}, MessageType::kAudio, 0, {}, {});
    client.Flush(later);
    client.server.HandleBytes(Bytes{0x06, 0, 0}, later);
    CHECK(Listen(client.server).idle.wake_at == kStart + config.publisher_timeout);
  }
  SECTION("sound does") {
    client.stream.Send({4, 1}, MessageType::kAudio, 0, {}, Bytes{0xaf, 0, 0x11, 0x90});
    client.Flush(later);
    CHECK(client.heard.idle.wake_at == later + config.publisher_timeout);
  }
  CHECK_FALSE(client.error);
}

TEST_CASE("A client that publishes and stops in turn is dropped in the end") {
  HandClient client;
  client.Connect();
  int rounds = 0;
  for (; rounds < 1000 && !client.error; ++rounds) {
    client.Publish();
    client.stream.SendCommand({3, 1}, BeginCommand("deleteStream", 0).Number(1).view());
    client.Flush();
  }
  REQUIRE(client.error);
  CHECK(client.error->code == ErrorCode::kLimit);
  CHECK(rounds == 101);
}

TEST_CASE("Only an accepted publisher may send large messages") {
  constexpr std::size_t kLarge = 64 * 1024 + 1;
  HandClient client;
  SECTION("nobody before connect") {
    client.Say(MessageType::kVideo, kLarge);
    CHECK(client.error->code == ErrorCode::kRtmpProtocol);
  }
  SECTION("nobody before publish") {
    client.Connect();
    client.Say(MessageType::kVideo, kLarge - 1);
    CHECK_FALSE(client.error);
    client.Say(MessageType::kVideo, kLarge);
    CHECK(client.error->code == ErrorCode::kRtmpProtocol);
  }
  SECTION("no player") {
    client.Connect();
    client.stream.SendCommand({3, 1}, BeginCommand("play", 0).Text("x").view());
    client.Flush();
    client.Say(MessageType::kVideo, kLarge);
    CHECK(client.error->code == ErrorCode::kRtmpProtocol);
  }
  SECTION("a publisher, until it stops") {
    client.Connect();
    client.Publish();
    client.Say(MessageType::kDataAmf0, kLarge);
    CHECK_FALSE(client.error);
    client.stream.SendCommand({3, 1}, BeginCommand("deleteStream", 0).Number(1).view());
    client.Flush();
    client.Say(MessageType::kVideo, kLarge);
    CHECK(client.error->code == ErrorCode::kRtmpProtocol);
  }
}

TEST_CASE("A client that does not read is dropped at the limit") {
  const ServerSessionConfig config;
  ServerSession session(config, Rng(1), kStart);
  session.HandleUnsent(config.unsent_limit, kStart);
  CHECK_FALSE(Listen(session).Find<ServerSession::Closed>());
  session.HandleUnsent(config.unsent_limit + DataSize::Bytes(1), kStart);
  CHECK(Listen(session).Find<ServerSession::Closed>());
}

TEST_CASE("A client that breaks the order of commands is closed") {
  const auto say = [](std::initializer_list<Bytes> commands) {
    Bytes flight(1 + 2 * kHandshakeBlock, 0);
    flight[0] = 3;
    MessageStream stream;
    for (const Bytes& body : commands) stream.SendCommand({3, 1}, body);
    flight.insert(flight.end(), stream.outbox().begin(), stream.outbox().end());
    AnsweringServer server;
    server.HandleBytes(flight, kStart);
    const auto heard = Listen(server);
    return heard.Count<ServerSession::Closed>() == 1;
  };
  amf0::Writer connect;
  connect.Text("connect").Number(1).BeginObject().Key("app").Text("a").EndObject();
  const Bytes connected = connect.Take();
  const Bytes play = BeginCommand("play", 0).Text("x").Take();

  CHECK_FALSE(say({connected, play}));
  CHECK(say({play}));
  CHECK(say({connected, connected}));
  CHECK(say({connected, play, play}));
  CHECK(say({connected, BeginCommand("publish", 0).Take()}));
  CHECK(say({BeginCommand("connect", 1).Take()}));
}

}  // namespace
}  // namespace onair::rtmp
