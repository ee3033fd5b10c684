// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/play_client.h"

#include <catch2/catch.hpp>

#include "tests/laws/machine_laws.h"
#include "tests/support/print_units.h"
#include "tests/transport/flv/sample_stream.h"
#include "tests/transport/rtmp/rtmp_peers.h"
#include "transport/flv/body.h"

namespace onair::rtmp {
namespace {

static_assert(Machine<PlayClient>);

std::unique_ptr<PlayClient> Client(PlayStart start = PlayStart::kPipelined) {
  PlayClientConfig config;
  config.start = start;
  return std::make_unique<PlayClient>(SampleUrl(), config, Rng(1), NullTrace(), kStart);
}

struct Scene {
  explicit Scene(PlayStart start = PlayStart::kPipelined) : client(Client(start)) {}
  std::unique_ptr<PlayClient> client;
  HandServer server;

  Heard<PlayClient> Answer() {
    client->HandleBytes(server.Give(), kStart);
    return Listen(*client);
  }
  std::vector<Command> Begin() { return server.Take(Listen(*client).sent); }
  void Accept() {
    Begin();
    server.Result(1);
    server.Created(2, 1);
    server.Status("status", "NetStream.Play.Start");
    REQUIRE(Answer().Count<PlayClient::Accepted>() == 1);
  }
  void Media(MessageType type, std::uint32_t ms, const Bytes& body, std::uint32_t stream_id = 1) {
    server.stream.Send({type == MessageType::kAudio ? 4U : 6U, stream_id}, type, ms, {}, body);
  }
};

const Error* Closed(const Heard<PlayClient>& heard) {
  const auto* closed = heard.Find<PlayClient::Closed>();
  return closed ? &closed->error : nullptr;
}

TEST_CASE("A pipelined player sends everything up to play at once") {
  Scene scene;

  const auto first = Listen(*scene.client);

  CHECK(first.transmits == 1);
  const auto commands = scene.server.Take(first.sent);
  CHECK(Names(commands) == std::vector<std::string>{"connect", "createStream", "play"});
  CHECK(*commands[2].text(1) == "room?token=x");
  CHECK(scene.server.messages[2].stream_id == 1);
  // The buffer's length goes with it.
  REQUIRE(scene.server.messages.size() == 4);
  CHECK(scene.server.messages[3].payload.view()[1] == 3);
}

TEST_CASE("A sequential player waits for each answer") {
  Scene scene(PlayStart::kSequential);
  CHECK(scene.Begin().empty());
  CHECK(Names(scene.server.Take(scene.Answer().sent)) == std::vector<std::string>{"connect"});
  scene.server.Result(1);
  CHECK(Names(scene.server.Take(scene.Answer().sent)) == std::vector<std::string>{"createStream"});
  scene.server.Created(2, 5);
  CHECK(Names(scene.server.Take(scene.Answer().sent)) == std::vector<std::string>{"play"});
  CHECK(scene.server.messages[2].stream_id == 5);
}

TEST_CASE("Another stream id than guessed gets play again, and the guess is forgotten") {
  Scene scene;
  scene.Begin();
  scene.server.Result(1);
  scene.server.Created(2, 3);
  scene.server.Refused(3, "NetStream.Play.Failed", "no such stream id");
  scene.server.Status("error", "NetStream.Play.StreamNotFound", 1);
  scene.Media(MessageType::kAudio, 0, flv::AudioSequenceHeaderBody(sample::Audio()), 1);

  const auto heard = scene.Answer();
  CHECK(heard.events.empty());
  const auto commands = scene.server.Take(heard.sent);
  REQUIRE(Names(commands) == std::vector<std::string>{"play"});
  CHECK(scene.server.messages.at(scene.server.messages.size() - 2).stream_id == 3);

  scene.server.Status("status", "NetStream.Play.Start", 3);
  CHECK(scene.Answer().Count<PlayClient::Accepted>() == 1);
}

TEST_CASE("Tracks come before their frames, and acceptance before both") {
  Scene scene;
  scene.Begin();
  scene.server.Result(1);
  scene.server.Created(2, 1);
  scene.Media(MessageType::kVideo, 0, flv::VideoSequenceHeaderBody(sample::Video()));
  scene.Media(MessageType::kVideo, 40, flv::VideoBody(sample::Reference(40, 33)));

  const auto heard = scene.Answer();

  REQUIRE(heard.events.size() == 3);
  CHECK(std::holds_alternative<PlayClient::Accepted>(heard.events[0]));
  REQUIRE(std::holds_alternative<PlayClient::TracksChanged>(heard.events[1]));
  CHECK(std::get<PlayClient::TracksChanged>(heard.events[1]).tracks.video->size ==
        PictureSize{1280, 720});
  CHECK(sample::Same(std::get<EncodedFrame>(heard.events[2]), sample::Reference(40, 33)));
}

TEST_CASE("An unknown stream closes with its own code") {
  Scene scene;
  scene.Begin();
  scene.server.Result(1);
  scene.server.Created(2, 1);
  scene.server.Status("error", "NetStream.Play.StreamNotFound");

  REQUIRE(Closed(scene.Answer()));
  scene = Scene();
  scene.Begin();
  scene.server.Created(2, 1);
  scene.server.Refused(3, "NetStream.Play.Failed", "");
  const auto heard = scene.Answer();
  REQUIRE(Closed(heard));
  CHECK(Closed(heard)->code == ErrorCode::kStreamNotFound);
}

TEST_CASE("A publisher that leaves is told once, in each way and all ways servers tell it") {
  Scene scene;
  scene.Accept();
  SECTION("UnpublishNotify") {
    scene.server.Status("status", "NetStream.Play.UnpublishNotify");
  }
  SECTION("Stop") {
    scene.server.Status("status", "NetStream.Play.Stop");
  }
  SECTION("StreamEOF") {
    scene.server.stream.SendUserEvent(UserEvent::kStreamEof, 1);
  }
  SECTION("all") {
    scene.server.stream.SendUserEvent(UserEvent::kStreamEof, 1);
    scene.server.Status("status", "NetStream.Play.Stop");
    scene.server.Status("status", "NetStream.Play.UnpublishNotify");
  }
  const auto heard = scene.Answer();
  CHECK(heard.Count<PlayClient::PublisherLeft>() == 1);
  CHECK_FALSE(Closed(heard));
  CHECK_FALSE(heard.idle.wake_at.is_finite());
}

TEST_CASE("The next publisher's media follows on the same connection") {
  Scene scene;
  scene.Accept();
  for (int i = 0; i < 2; ++i) {
    scene.server.stream.SendUserEvent(UserEvent::kStreamEof, 1);
    CHECK(scene.Answer().Count<PlayClient::PublisherLeft>() == 1);
    scene.server.stream.SendUserEvent(UserEvent::kStreamBegin, 1);
    scene.server.Status("status", "NetStream.Play.Start");
    scene.Media(MessageType::kVideo, 0, flv::VideoSequenceHeaderBody(sample::Video()));
    scene.Media(MessageType::kVideo, 40, flv::VideoBody(sample::Reference(40, 33)));
    const auto heard = scene.Answer();
    CHECK(heard.Count<EncodedFrame>() == 1);
    CHECK(heard.Count<PlayClient::Accepted>() == 0);
    CHECK_FALSE(Closed(heard));
  }
}

TEST_CASE("A recording that was played to its end closes as ended") {
  Scene scene;
  scene.Accept();
  scene.server.stream.SendUserEvent(UserEvent::kStreamEof, 1);
  SECTION("by a status") {
    scene.server.Status("status", "NetStream.Play.Complete");
  }
  SECTION("by data") {
    // Adobe's servers and nginx-rtmp: no transaction.
    amf0::Writer data;
    data.Text("onPlayStatus").BeginObject().Key("level").Text("status");
    data.Key("code").Text("NetStream.Play.Complete").EndObject();
    scene.Media(MessageType::kDataAmf0, 40, Bytes(data.view().begin(), data.view().end()));
  }
  const auto heard = scene.Answer();
  REQUIRE(Closed(heard));
  CHECK(Closed(heard)->code == ErrorCode::kStreamEnded);
  CHECK_FALSE(heard.idle.wake_at.is_finite());
}

TEST_CASE("A connection that ends without a word was lost, before and after acceptance") {
  Scene early;
  early.Begin();
  early.client->HandleEnd(kStart);
  const auto before = Listen(*early.client);
  REQUIRE(Closed(before));
  CHECK(Closed(before)->code == ErrorCode::kPeerClosed);

  Scene late;
  late.Accept();
  late.client->HandleEnd(kStart);
  const auto after = Listen(*late.client);
  REQUIRE(Closed(after));
  CHECK(Closed(after)->code == ErrorCode::kPeerClosed);
  CHECK(Closed(after)->detail != Closed(before)->detail);
}

TEST_CASE("A connect refused with 302 moves the player, with the stream key kept") {
  struct Row {
    const char* redirect;
    const char* expected;
  };
  for (const Row& row : {Row{"rtmp://b.test/live", "rtmp://b.test/live/room?token=x"},
                         Row{"rtmp://b.test/live/", "rtmp://b.test/live/room?token=x"},
                         Row{"rtmp://b.test/live/room?t=2", "rtmp://b.test/live/room?t=2"}}) {
    Scene scene;
    scene.Begin();
    amf0::Writer out = BeginCommand("_error", 1);
    out.BeginObject().Key("level").Text("error").Key("code").Text("NetConnection.Connect.Rejected");
    out.Key("ex").BeginObject().Key("code").Number(302).Key("redirect").Text(row.redirect);
    scene.server.stream.SendCommand({3, 0}, out.EndObject().EndObject().view());

    const auto heard = scene.Answer();

    REQUIRE(heard.Find<PlayClient::Moved>());
    CHECK(heard.Find<PlayClient::Moved>()->url == row.expected);
    CHECK(heard.events.size() == 1);
  }
}

TEST_CASE("A reconnect request moves the player, to the same address without one") {
  struct Row {
    const char* tc_url;
    const char* expected;
  };
  for (const Row& row :
       {Row{"", ""}, Row{"rtmps://b.test/live", "rtmps://b.test/live/room?token=x"}}) {
    Scene scene;
    scene.Accept();
    scene.server.AskToReconnect(row.tc_url);

    const auto heard = scene.Answer();

    REQUIRE(heard.events.size() == 1);
    REQUIRE(heard.Find<PlayClient::Moved>());
    CHECK(heard.Find<PlayClient::Moved>()->url == row.expected);
  }
}

TEST_CASE("A reconnect request to no address leaves the player where it is") {
  Scene scene;
  scene.Accept();
  scene.server.AskToReconnect("ftp://b.test/live");

  CHECK(scene.Answer().events.empty());
}

TEST_CASE("A connect refused without a redirect closes") {
  Scene scene;
  scene.Begin();
  scene.server.Refused(1, "NetConnection.Connect.Rejected", "no");
  const auto heard = scene.Answer();
  REQUIRE(Closed(heard));
  CHECK(Closed(heard)->code == ErrorCode::kRtmpRejected);
}

TEST_CASE("A player waits for each answer only so long, and for media without end") {
  Scene scene;
  scene.Begin();
  scene.server.Result(1);
  scene.server.Created(2, 1);
  const TimeDelta timeout = PlayClientConfig{}.step_timeout;
  CHECK(scene.Answer().idle.wake_at == kStart + timeout);
  scene.client->HandleTimeout(kStart + timeout);
  const auto heard = Listen(*scene.client);
  REQUIRE(Closed(heard));
  CHECK(Closed(heard)->code == ErrorCode::kTimeout);
  CHECK(Closed(heard)->detail == "no answer to play");

  Scene live;
  live.Accept();
  CHECK_FALSE(Listen(*live.client).idle.wake_at.is_finite());
}

TEST_CASE("A closing player deletes its stream and is silent then") {
  Scene scene;
  scene.Accept();
  scene.client->Close(kStart);
  const auto heard = Listen(*scene.client);
  CHECK(heard.events.empty());
  CHECK(Names(scene.server.Take(heard.sent)) == std::vector<std::string>{"deleteStream"});
}

TEST_CASE("Settings of the player out of range are named") {
  PlayClientConfig config;
  CHECK(config.Validate());
  config.buffer_length = TimeDelta::Seconds(61);
  CHECK(config.Validate().error().detail.starts_with("buffer_length"));
  config = {};
  config.step_timeout = TimeDelta::Seconds(61);
  CHECK(config.Validate().error().detail.starts_with("step_timeout"));
}

// What a server says to a pipelined player from the first byte to the end of the stream.
Bytes Recording() {
  Scene scene;
  scene.Begin();
  scene.server.stream.SendWindowAckSize(5000);
  scene.server.stream.SendPeerBandwidth(6000);
  scene.server.stream.SendChunkSize(200);
  scene.server.Result(1);
  scene.server.Created(2, 1);
  scene.server.stream.SendUserEvent(UserEvent::kStreamBegin, 1);
  scene.server.Status("status", "NetStream.Play.Reset");
  scene.server.Status("status", "NetStream.Play.Start");
  scene.server.stream.Send({5, 1}, MessageType::kDataAmf0, 0, {},
                           flv::MetadataBody(sample::Tracks()));
  scene.Media(MessageType::kVideo, 0, flv::VideoSequenceHeaderBody(sample::Video()));
  scene.Media(MessageType::kAudio, 0, flv::AudioSequenceHeaderBody(sample::Audio()));
  scene.Media(MessageType::kVideo, 0xffffff, flv::VideoBody(sample::Key(0, 220)));
  scene.Media(MessageType::kAudio, 0xffffff + 3, flv::AudioBody(sample::Sound(0)));
  scene.server.stream.SendUserEvent(UserEvent::kPingRequest, 77);
  scene.Media(MessageType::kVideo, 0xffffff + 40, flv::VideoBody(sample::Reference(0, 33)));
  scene.Media(MessageType::kVideo, 0xffffff + 80, flv::VideoBody(sample::Droppable(0)));
  return scene.server.Give();
}

TEST_CASE("A recorded session cut off at any byte gives media so far and no error") {
  const Bytes recording = Recording();
  const std::size_t handshake = 1 + 2 * kHandshakeBlock;
  for (std::size_t size = 0; size <= recording.size(); size += size + 97 < handshake ? 97 : 1) {
    auto client = Client();
    Listen(*client);
    client->HandleBytes(ByteView(recording).first(size), kStart);
    const auto heard = Listen(*client);
    INFO("cut at " << size);
    REQUIRE(Closed(heard) == nullptr);
    if (size == recording.size()) CHECK(heard.Count<EncodedFrame>() == 4);
  }
}

TEST_CASE("Every flipped bit of a recorded session gives a typed error or goes on") {
  const Bytes recording = Recording();
  int errors = 0;
  const std::size_t handshake = 1 + 2 * kHandshakeBlock;
  for (std::size_t byte = 0; byte < recording.size(); ++byte) {
    // The random bytes of the handshake are as good as any others.
    if (byte == 1) byte = handshake;
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes bad = recording;
      bad[byte] = static_cast<std::uint8_t>(bad[byte] ^ (1U << bit));
      auto client = Client();
      Listen(*client);
      client->HandleBytes(bad, kStart);
      const auto heard = Listen(*client);
      if (Closed(heard) == nullptr) continue;
      ++errors;
      CHECK(heard.Count<PlayClient::Closed>() == 1);
      CHECK_FALSE(heard.idle.wake_at.is_finite());
    }
  }
  CHECK(errors > 100);
}

TEST_CASE("The player obeys the laws of machines") {
  const laws::Case law{.script = {{TimeDelta::Millis(40), Recording()}}, .cut_stride = 1};
  SECTION("pipelined") {
    const auto make = [] { return Client(); };
    laws::ExpectAll(make, law);
    laws::ExpectSilentAfterEnd(make, law, [](PlayClient& m, Timestamp now) { m.Close(now); });
    laws::ExpectSilentAfterEnd(make, law, [](PlayClient& m, Timestamp now) { m.HandleEnd(now); });
  }
  SECTION("sequential") {
    laws::ExpectAll([] { return Client(PlayStart::kSequential); },
                    {.script = law.script, .cut_stride = 11});
  }
}

}  // namespace
}  // namespace onair::rtmp
