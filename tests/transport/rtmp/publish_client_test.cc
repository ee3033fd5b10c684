// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/publish_client.h"

#include <catch2/catch.hpp>

#include "tests/laws/machine_laws.h"
#include "tests/support/print_units.h"
#include "tests/transport/flv/sample_stream.h"
#include "tests/transport/rtmp/rtmp_peers.h"

namespace onair::rtmp {
namespace {

static_assert(Machine<PublishClient>);

std::unique_ptr<PublishClient> Client() {
  return std::make_unique<PublishClient>(SampleUrl(), PublishClientConfig{}, Rng(1), NullTrace(),
                                         kStart);
}

std::unique_ptr<PublishClient> HevcClient(HevcSignalling signalling) {
  PublishClientConfig config;
  config.video = VideoCodec::kH265;
  config.hevc = signalling;
  return std::make_unique<PublishClient>(SampleUrl(), config, Rng(1), NullTrace(), kStart);
}

// A client and a hand-made server, up to the point a test wants.
struct Scene {
  std::unique_ptr<PublishClient> client = Client();
  HandServer server;

  Heard<PublishClient> Answer() {
    client->HandleBytes(server.Give(), kStart);
    return Listen(*client);
  }
  std::vector<Command> Begin() {
    server.Take(Listen(*client).sent);
    return server.Take(Answer().sent);
  }
  std::vector<Command> Create() {
    Begin();
    server.Result(1);
    server.Created(4, 1);
    return server.Take(Answer().sent);
  }
  void GoLive() {
    Create();
    server.Status("status", "NetStream.Publish.Start");
    REQUIRE(Answer().Count<PublishClient::Ready>() == 1);
    server.messages.clear();
  }
  // Media and data messages the server got since.
  std::vector<Message> Got() {
    server.Take(Listen(*client).sent);
    return std::exchange(server.messages, {});
  }
};

ErrorCode ClosedBy(const Heard<PublishClient>& heard) {
  const auto* closed = heard.Find<PublishClient::Closed>();
  REQUIRE(closed != nullptr);
  CHECK_FALSE(heard.idle.wake_at.is_finite());
  return closed->error.code;
}

TEST_CASE("The publisher sends C0 C1 first and everything up to createStream in one flight") {
  auto client = Client();
  const auto first = Listen(*client);
  CHECK(first.sent.size() == 1 + kHandshakeBlock);

  Scene scene;
  scene.server.Take(Listen(*scene.client).sent);
  const auto second = scene.Answer();

  CHECK(second.transmits == 1);
  const auto commands = scene.server.Take(second.sent);
  CHECK(Names(commands) ==
        std::vector<std::string>{"connect", "releaseStream", "FCPublish", "createStream"});
  CHECK(*commands[0].arguments[0].FindText("app") == "live");
  CHECK(*commands[0].arguments[0].FindText("tcUrl") == "rtmp://edge.test/live");
  CHECK(*commands[0].arguments[0].FindText("type") == "nonprivate");
  CHECK(*commands[2].text(1) == "room?token=x");
}

TEST_CASE("Only who publishes H.265 speaks of it in connect") {
  Scene avc;
  const auto plain = avc.Begin();
  CHECK(plain[0].arguments[0].Find("fourCcList") == nullptr);
  CHECK(plain[0].arguments[0].Find("videoFourCcInfoMap") == nullptr);

  Scene hevc;
  hevc.client = HevcClient(HevcSignalling::kByServer);
  const auto commands = hevc.Begin();
  const auto& object = commands[0].arguments[0];
  const auto* list = object.Find("fourCcList");
  REQUIRE(list != nullptr);
  CHECK(*std::get<amf0::Array>(list->data).items[0].text() == "hvc1");
  CHECK(object.Find("videoFourCcInfoMap")->FindNumber("hvc1") == 2);  // CanEncode.
}

// First bytes of sequence header and frame, and the codec id in the metadata, after a server
// whose answer to connect names `four_cc`; nothing when that is empty.
struct Marks {
  int header = 0;
  int frame = 0;
  double metadata = 0;
  bool operator==(const Marks&) const = default;
};
Marks MarksAfter(HevcSignalling wanted, std::string_view four_cc) {
  Scene scene;
  scene.client = HevcClient(wanted);
  scene.Begin();
  four_cc.empty() ? scene.server.Result(1) : scene.server.ResultNaming(four_cc);
  scene.server.Created(4, 1);
  scene.server.Take(scene.Answer().sent);
  scene.server.Status("status", "NetStream.Publish.Start");
  REQUIRE(scene.Answer().Count<PublishClient::Ready>() == 1);
  scene.server.messages.clear();
  StreamTracks tracks = sample::Tracks();
  tracks.video->codec = VideoCodec::kH265;
  tracks.audio.reset();
  scene.client->SetTracks(tracks, kStart);
  scene.client->Send(sample::Key(0), kStart);
  const auto got = scene.Got();
  REQUIRE(got.size() == 3);
  const auto values = amf0::Parse(got[0].payload.view()).values;
  return {got[1].payload.view()[0], got[2].payload.view()[0],
          values[2].FindNumber("videocodecid").value_or(0)};
}

TEST_CASE("H.265 is marked as the server's answer tells, or as it is told") {
  using enum HevcSignalling;
  const Marks enhanced{0x90, 0x91, 0x68766331};  // "hvc1"
  const Marks legacy{0x1c, 0x1c, 12};
  CHECK(MarksAfter(kByServer, "") == enhanced);
  CHECK(MarksAfter(kByServer, "hvc1") == enhanced);
  CHECK(MarksAfter(kByServer, "*") == enhanced);
  CHECK(MarksAfter(kByServer, "av01") == legacy);
  for (const char* answer : {"", "hvc1", "av01"}) {
    CHECK(MarksAfter(kEnhanced, answer) == enhanced);
    CHECK(MarksAfter(kLegacy12, answer) == legacy);
  }
}

TEST_CASE("The publisher publishes on the stream it was given") {
  Scene scene;
  scene.Begin();
  scene.server.Result(1);
  scene.server.Created(4, 7);

  const auto commands = scene.server.Take(scene.Answer().sent);

  REQUIRE(Names(commands) == std::vector<std::string>{"publish"});
  CHECK(*commands[0].text(1) == "room?token=x");
  CHECK(*commands[0].text(2) == "live");
  CHECK(scene.server.messages.back().stream_id == 7);
}

TEST_CASE("Refusals of releaseStream and FCPublish are ignored") {
  Scene scene;
  scene.Begin();
  scene.server.Result(1);
  scene.server.Refused(2, "NetConnection.Call.Failed", "unknown");
  scene.server.Refused(3, "NetConnection.Call.Failed", "unknown");
  scene.server.Created(4, 1);
  scene.server.Take(scene.Answer().sent);
  scene.server.Status("status", "NetStream.Publish.Start");

  CHECK(scene.Answer().Count<PublishClient::Ready>() == 1);
}

TEST_CASE("A refused connect, createStream or publish closes with its own code") {
  Scene scene;
  scene.Begin();
  SECTION("connect") {
    scene.server.Refused(1, "NetConnection.Connect.Rejected", "no such app");
    const auto heard = scene.Answer();
    CHECK(ClosedBy(heard) == ErrorCode::kRtmpRejected);
    CHECK(heard.Find<PublishClient::Closed>()->error.detail ==
          "NetConnection.Connect.Rejected: no such app");
  }
  SECTION("createStream") {
    scene.server.Result(1);
    scene.server.Refused(4, "x", "");
    CHECK(ClosedBy(scene.Answer()) == ErrorCode::kRtmpRejected);
  }
  SECTION("publish by a bad name") {
    scene.server.Created(4, 1);
    scene.Answer();
    scene.server.Status("error", "NetStream.Publish.BadName");
    CHECK(ClosedBy(scene.Answer()) == ErrorCode::kPublishConflict);
  }
  SECTION("publish by a wrong key") {
    scene.server.Created(4, 1);
    scene.Answer();
    scene.server.Status("error", "NetStream.Publish.Denied");
    CHECK(ClosedBy(scene.Answer()) == ErrorCode::kPublishRejected);
  }
  SECTION("publish by _error") {
    scene.server.Created(4, 1);
    scene.Answer();
    scene.server.Refused(5, "NetStream.Publish.Unauthorized", "key");
    CHECK(ClosedBy(scene.Answer()) == ErrorCode::kPublishRejected);
  }
}

TEST_CASE("A server that cannot take the stream now is told from one that does not want it") {
  Scene scene;
  scene.Begin();
  SECTION("connect") {
    scene.server.Refused(1, "NetConnection.Connect.Failed", "full");
  }
  SECTION("publish") {
    scene.server.Created(4, 1);
    scene.Answer();
    scene.server.Status("error", "NetStream.Failed");
  }
  const ErrorCode code = ClosedBy(scene.Answer());
  CHECK(code == ErrorCode::kRtmpUnavailable);
  CHECK(Describe(code).retryable == Retryable::kYes);
}

TEST_CASE("A redirected publisher tells where to, with its stream key, and ends") {
  Scene scene;
  scene.Begin();
  std::string expected;
  SECTION("the application, as SRS writes it") {
    scene.server.Redirect("_error", 1, "rtmp://other.test/live");
    expected = "rtmp://other.test/live/room?token=x";
  }
  SECTION("the whole address, by onStatus") {
    scene.server.Redirect("onStatus", 0, "rtmp://other.test/live/else");
    expected = "rtmp://other.test/live/else";
  }
  SECTION("an answer to publish") {
    scene.server.Created(4, 1);
    scene.Answer();
    scene.server.Redirect("_error", 5, "rtmp://other.test/live");
    expected = "rtmp://other.test/live/room?token=x";
  }
  const auto heard = scene.Answer();
  const auto* moved = heard.Find<PublishClient::Moved>();
  REQUIRE(moved);
  CHECK(moved->url == expected);
  CHECK_FALSE(heard.Find<PublishClient::Closed>());
  CHECK_FALSE(heard.idle.wake_at.is_finite());
}

TEST_CASE("A redirect to no address, or while live, is a refusal") {
  Scene scene;
  SECTION("to no address") {
    scene.Begin();
    scene.server.Redirect("_error", 1, "nowhere");
    CHECK(ClosedBy(scene.Answer()) == ErrorCode::kRtmpRejected);
  }
  SECTION("while live") {
    scene.GoLive();
    scene.server.Redirect("onStatus", 0, "rtmp://other.test/live");
    CHECK(ClosedBy(scene.Answer()) == ErrorCode::kRtmpRejected);
  }
}

TEST_CASE("A publisher announces that it follows reconnect requests") {
  Scene scene;
  const auto commands = scene.Begin();

  CHECK(commands[0].arguments[0].FindNumber("capsEx") == 1);
}

TEST_CASE("A live publisher tells of a reconnect request once, and goes on") {
  struct Row {
    const char* tc_url;
    const char* expected;
  };
  for (const Row& row : {Row{"", ""}, Row{"rtmp://b.test/live", "rtmp://b.test/live/room?token=x"},
                         Row{"//b.test/live", "rtmp://b.test/live/room?token=x"},
                         Row{"/other", "rtmp://edge.test/other/room?token=x"}}) {
    Scene scene;
    scene.GoLive();
    scene.server.AskToReconnect(row.tc_url);
    scene.server.AskToReconnect("rtmp://c.test/live");

    const auto heard = scene.Answer();

    REQUIRE(heard.Count<PublishClient::ReconnectRequested>() == 1);
    CHECK(heard.Find<PublishClient::ReconnectRequested>()->url == row.expected);
    CHECK(heard.events.size() == 1);
    scene.client->Send(sample::Key(0), kStart);
    CHECK(scene.Got().size() >= 1);
  }
}

TEST_CASE("A reconnect request to no address is ignored") {
  Scene scene;
  scene.GoLive();
  scene.server.AskToReconnect("http://b.test/live");

  CHECK(scene.Answer().events.empty());
}

TEST_CASE("A reconnect request before the stream was accepted moves the publisher") {
  Scene scene;
  scene.Begin();
  scene.server.AskToReconnect("rtmp://b.test/live");

  const auto heard = scene.Answer();

  REQUIRE(heard.Find<PublishClient::Moved>());
  CHECK(heard.Find<PublishClient::Moved>()->url == "rtmp://b.test/live/room?token=x");
}

TEST_CASE("A server that throws the publisher out later closes it") {
  Scene scene;
  scene.GoLive();
  scene.server.Status("error", "NetStream.Publish.Denied");

  CHECK(ClosedBy(scene.Answer()) == ErrorCode::kPublishRejected);
}

TEST_CASE("A live publisher may come back after an error that is no refusal") {
  Scene scene;
  scene.GoLive();
  SECTION("an error of the stream") {
    scene.server.Status("error", "NetStream.Failed");
  }
  SECTION("an error of the connection") {
    scene.server.Status("error", "NetConnection.Connect.Closed");
  }
  CHECK(ClosedBy(scene.Answer()) == ErrorCode::kConnectionLost);
}

TEST_CASE("Errors of calls that the publisher does not wait for are ignored") {
  Scene scene;
  scene.GoLive();
  for (const int transaction : {0, 2, 6, 99}) {
    scene.server.Refused(transaction, "NetConnection.Call.Failed", "unknown");
  }
  CHECK(scene.Answer().Count<PublishClient::Closed>() == 0);
}

TEST_CASE("Each step has its own deadline, and the error names the step") {
  Scene scene;
  const TimeDelta timeout = PublishClientConfig{}.step_timeout;
  const auto expire = [&] {
    scene.client->HandleTimeout(kStart + timeout);
    const auto heard = Listen(*scene.client);
    CHECK(ClosedBy(heard) == ErrorCode::kTimeout);
    return heard.Find<PublishClient::Closed>()->error.detail;
  };
  SECTION("handshake") {
    const auto idle = Listen(*scene.client).idle;
    CHECK(idle.wake_at == kStart + timeout);
    CHECK(idle.timer == "rtmp.step");
    CHECK(expire() == "no answer to the RTMP handshake");
  }
  SECTION("connect") {
    scene.Begin();
    CHECK(expire() == "no answer to connect");
  }
  SECTION("createStream") {
    scene.Begin();
    scene.server.Result(1);
    scene.Answer();
    CHECK(expire() == "no answer to createStream");
  }
  SECTION("publish") {
    scene.Create();
    CHECK(expire() == "no answer to publish");
  }
}

TEST_CASE("A live publisher has no deadline") {
  Scene scene;
  scene.GoLive();
  CHECK_FALSE(Listen(*scene.client).idle.wake_at.is_finite());
}

TEST_CASE("Metadata and sequence headers come before the first frame, and again on new tracks") {
  Scene scene;
  scene.client->SetTracks(sample::Tracks(), kStart);
  scene.GoLive();
  scene.client->Send(sample::Key(500), kStart);
  scene.client->Send(sample::Sound(510), kStart);

  auto got = scene.Got();
  REQUIRE(got.size() == 5);
  CHECK(*amf0::Parse(got[0].payload.view()).values[0].text() == "@setDataFrame");
  CHECK(got[1].payload.view()[1] == 0);
  CHECK(got[2].payload.view()[1] == 0);
  CHECK(got[3].timestamp_ms == 0);
  CHECK(got[4].timestamp_ms == 10);

  scene.client->SetTracks({sample::Video(), {}}, kStart);
  scene.client->Send(sample::Key(540), kStart);
  got = scene.Got();
  REQUIRE(got.size() == 3);
  CHECK(got[0].timestamp_ms == 0);
  CHECK(got[1].timestamp_ms == 40);
  CHECK(got[1].payload.view()[1] == 0);
}

TEST_CASE("Wire times count from the first frame and never go back within a track") {
  Scene scene;
  scene.GoLive();
  scene.client->Send(sample::Key(1000), kStart);
  scene.client->Send(sample::Sound(990), kStart);
  scene.client->Send(sample::Reference(1033, 66), kStart);
  scene.client->Send(sample::Reference(1020, 20), kStart);

  const auto got = scene.Got();

  REQUIRE(got.size() == 4);
  CHECK(got[1].timestamp_ms == 0);
  CHECK(got[2].timestamp_ms == 33);
  CHECK(got[3].timestamp_ms == 33);
  // The picture keeps its own time: 1040 is 7 ms after the position written for its dts.
  CHECK(got[3].payload.view()[4] == 7);
}

TEST_CASE("Wire times of a later connection count from where the session's line began") {
  Scene scene;
  scene.GoLive();
  scene.client->ContinueLine(MediaTime::Millis(1000));
  scene.client->Send(sample::Key(61'000), kStart);

  const auto got = scene.Got();

  REQUIRE(got.size() == 1);
  CHECK(got[0].timestamp_ms == 60'000);
}

TEST_CASE("Wire times go on beyond 4 h 39 min and over 32 bits") {
  for (const std::int64_t ms : {std::int64_t{16'777'215}, std::int64_t{4'294'967'296 + 40}}) {
    Scene scene;
    scene.GoLive();
    scene.client->Send(sample::Key(0), kStart);
    scene.client->Send(sample::Key(ms, 9000), kStart);
    scene.client->Send(sample::Sound(ms + 20), kStart);

    const auto got = scene.Got();

    REQUIRE(got.size() == 3);
    CHECK(got[1].timestamp_ms == static_cast<std::uint32_t>(ms));
    CHECK(got[1].payload.size() == 5 + 4 + 9000);
    CHECK(got[2].timestamp_ms == static_cast<std::uint32_t>(ms + 20));
  }
}

TEST_CASE("A closing publisher says FCUnpublish and deleteStream and is silent then") {
  Scene scene;
  scene.GoLive();

  scene.client->Close(kStart);

  const auto heard = Listen(*scene.client);
  CHECK(heard.events.empty());
  CHECK(Names(scene.server.Take(heard.sent)) ==
        std::vector<std::string>{"FCUnpublish", "deleteStream"});
  scene.server.Status("error", "NetStream.Publish.Denied");
  CHECK(scene.Answer().events.empty());
}

TEST_CASE("Frames before Ready are not sent") {
  auto client = Client();
  Listen(*client);
  client->Send(sample::Key(0), kStart);
  CHECK(Listen(*client).sent.empty());
}

TEST_CASE("Settings of the publisher out of range are named") {
  PublishClientConfig config;
  CHECK(config.Validate());
  config.chunk_size = 127;
  CHECK(config.Validate().error().detail.starts_with("chunk_size"));
  config = {};
  config.step_timeout = TimeDelta::Zero();
  CHECK(config.Validate().error().detail.starts_with("step_timeout"));
}

TEST_CASE("The publisher obeys the laws of machines") {
  Scene scene;
  std::vector<laws::Step> script;
  const auto record = [&] { script.push_back({TimeDelta::Millis(40), scene.server.Give()}); };
  scene.server.Take(Listen(*scene.client).sent);
  record();
  scene.client->HandleBytes(script.back().bytes, kStart);
  scene.server.Take(Listen(*scene.client).sent);
  scene.server.stream.SendWindowAckSize(5000);
  scene.server.stream.SendPeerBandwidth(6000);
  scene.server.stream.SendChunkSize(60000);
  scene.server.Result(1);
  scene.server.Created(4, 1);
  scene.server.stream.SendUserEvent(UserEvent::kPingRequest, 9);
  record();
  scene.server.Status("status", "NetStream.Publish.Start");
  record();

  const laws::Case law{.script = script};
  const auto make = [] { return Client(); };
  laws::ExpectAll(make, law);
  laws::ExpectSilentAfterEnd(make, law, [](PublishClient& m, Timestamp now) { m.Close(now); });
  laws::ExpectSilentAfterEnd(make, law,
                             [](PublishClient& m, Timestamp now) { m.HandleBytes(Bytes{7}, now); });
}

}  // namespace
}  // namespace onair::rtmp
