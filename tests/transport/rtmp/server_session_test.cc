// SPDX-License-Identifier: Apache-2.0
//
// The server session against our own clients through bytes, and against recorded input.
#include "transport/rtmp/server_session.h"

#include <catch2/catch.hpp>

#include "tests/laws/machine_laws.h"
#include "tests/support/print_units.h"
#include "tests/transport/flv/sample_stream.h"
#include "tests/transport/rtmp/rtmp_peers.h"
#include "transport/rtmp/enhanced.h"
#include "transport/rtmp/play_client.h"

namespace onair::rtmp {
namespace {

static_assert(Machine<ServerSession>);

PublishClient Publisher() {
  return PublishClient(SampleUrl(), PublishClientConfig{}, Rng(1), NullTrace(), kStart);
}
PlayClient Player(PlayStart start = PlayStart::kPipelined) {
  PlayClientConfig config;
  config.start = start;
  return PlayClient(SampleUrl(), config, Rng(1), NullTrace(), kStart);
}

std::vector<EncodedFrame> Frames(std::int64_t from_ms, std::size_t key_bytes = 9000) {
  return {sample::Key(from_ms, key_bytes), sample::Sound(from_ms + 3),
          sample::Reference(from_ms + 33, 33), sample::Droppable(from_ms + 66),
          sample::Sound(from_ms + 70)};
}

template <typename Event>
std::vector<EncodedFrame> FramesIn(const std::vector<Event>& events) {
  std::vector<EncodedFrame> frames;
  for (const Event& event : events) {
    if (const auto* frame = std::get_if<EncodedFrame>(&event)) frames.push_back(*frame);
  }
  return frames;
}

template <typename T, typename Event>
const T* Find(const std::vector<Event>& events) {
  for (const Event& event : events) {
    if (const auto* found = std::get_if<T>(&event)) return found;
  }
  return nullptr;
}

constexpr std::size_t kHandshakeFlight = 1 + 2 * kHandshakeBlock;

// The bytes of a publisher from C0 to its last frame.
Bytes PublishRecording() {
  PublishClient client = Publisher();
  AnsweringServer server;
  client.SetTracks(sample::Tracks(), kStart);
  Bytes sent;
  for (int i = 0; i < 6; ++i) {
    const auto heard = Listen(client);
    if (heard.Find<PublishClient::Ready>()) {
      for (const EncodedFrame& frame : Frames(0, 200)) client.Send(frame, kStart);
    }
    sent.insert(sent.end(), heard.sent.begin(), heard.sent.end());
    server.HandleBytes(heard.sent, kStart);
    client.HandleBytes(Listen(server).sent, kStart);
  }
  return sent;
}

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
