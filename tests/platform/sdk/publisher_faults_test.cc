// SPDX-License-Identifier: Apache-2.0
//
// What a publisher does when the world fails. Each case names the error an app would see.
#include <unistd.h>

#include "tests/platform/sdk/sdk_world.h"
#include "transport/rtmp/command.h"
#include "transport/rtmp/handshake.h"
#include "transport/rtmp/message_stream.h"

namespace onair {
namespace {

using namespace sdk_test;

struct Run {
  Events<PublishEvent> events;
  std::unique_ptr<Publisher> publisher;

  explicit Run(const PublisherConfig& config) {
    auto made = Publisher::Create(config, InPlace(), events.listener());
    REQUIRE(made);
    publisher = std::move(*made);
    publisher->SetSources(TestPicture());
    REQUIRE(publisher->Start());
  }
};

PublisherConfig OneTry(const std::string& url) {
  PublisherConfig config = SmallPublisher({url});
  config.session.reconnect.max_attempts = 0;
  return config;
}

TEST_CASE("A refused connection ends with net.connect_refused when no retry is allowed") {
  Run run(OneTry("rtmp://127.0.0.1:1/live/room"));
  REQUIRE(run.events.Wait(Reaches(PublishState::kEnded)));
  REQUIRE(FirstError(run.events.all()));
  CHECK(FirstError(run.events.all())->code == ErrorCode::kConnectRefused);
}

TEST_CASE("An unknown host ends with net.resolve_failed") {
  Run run(OneTry("rtmp://host.invalid/live/room"));
  REQUIRE(run.events.Wait(Reaches(PublishState::kEnded)));
  CHECK(FirstError(run.events.all())->code == ErrorCode::kResolveFailed);
}

// Answers every RTMP client with a redirect, as a cluster of SRS does.
class RedirectingPeer {
 public:
  explicit RedirectingPeer(std::string to)
      : to_(std::move(to)), peer_([this](std::unique_ptr<runtime::ByteStream> stream) {
          held_.push_back(std::make_unique<Client>(std::move(stream), to_));
        }) {}
  std::string rtmp() const { return peer_.rtmp(); }

 private:
  struct Client final : runtime::ByteStreamListener {
    Client(std::unique_ptr<runtime::ByteStream> s, const std::string& where)
        : stream(std::move(s)), to(where) {
      stream->Attach(*this);
    }
    void OnConnected(Timestamp) override {}
    void OnBytes(ByteView, Timestamp) override {
      if (std::exchange(has_answered, true)) return;
      // S0 S1 S2 whatever C1 was, then the answer to a connect that is sure to come.
      Bytes answer(1 + 2 * rtmp::kHandshakeBlock, 0);
      answer[0] = 3;
      rtmp::MessageStream messages;
      auto error = rtmp::BeginCommand("_error", 1);
      error.BeginObject().Key("level").Text("error");
      error.Key("code").Text("NetConnection.Connect.Rejected");
      error.Key("ex").BeginObject().Key("code").Number(302).Key("redirect").Text(to).EndObject();
      messages.SendCommand({rtmp::kCommandLane, 0}, error.EndObject().view());
      answer.insert(answer.end(), messages.outbox().begin(), messages.outbox().end());
      stream->Write(std::move(answer));
    }
    void OnClosed(const Error&, Timestamp) override {}

    std::unique_ptr<runtime::ByteStream> stream;
    std::string to;
    bool has_answered = false;
  };
  const std::string to_;
  std::vector<std::unique_ptr<Client>> held_;  // Of the peer's loop.
  RawPeer peer_;
};

TEST_CASE("A redirected publisher goes live where it was sent, with its own stream key") {
  EdgeHost edge;
  std::string application = edge.rtmp("");
  application.pop_back();  // "rtmp://host:port/live"
  RedirectingPeer first(application);
  Run run(SmallPublisher({first.rtmp()}));

  REQUIRE(run.events.Wait(Reaches(PublishState::kLive)));
  REQUIRE(
      Eventually([&] { return run.publisher->stats().destinations[0].session.frames_sent >= 5; }));
  CHECK(run.publisher->stats().destinations[0].session.redirects == 1);
  CHECK_FALSE(FirstError(run.events.all()));
}

TEST_CASE("A redirect that leads to nobody ends as an address of nobody does") {
  RedirectingPeer second("rtmp://127.0.0.1:1/live");
  RedirectingPeer first(second.rtmp());
  Run run(OneTry(first.rtmp()));
  REQUIRE(run.events.Wait(Reaches(PublishState::kEnded)));
  CHECK(FirstError(run.events.all())->code == ErrorCode::kConnectRefused);
  CHECK(run.publisher->stats().destinations[0].session.redirects == 2);
}

TEST_CASE("Creating a publisher that is refused takes no time") {
  Events<PublishEvent> events;
  const Timestamp begin = runtime::Now();
  CHECK_FALSE(
      Publisher::Create(SmallPublisher({"file:/nonexistent/x.flv"}), InPlace(), events.listener()));
  CHECK(runtime::Now() - begin < TimeDelta::Millis(400));
}

TEST_CASE("A wrong publish key ends the session without a retry") {
  edge::EdgeConfig config;
  config.publish_key = "secret";
  EdgeHost edge(config);
  Run run(SmallPublisher({edge.rtmp("room?key=wrong")}));
  REQUIRE(run.events.Wait(Reaches(PublishState::kEnded)));
  CHECK(FirstError(run.events.all())->code == ErrorCode::kPublishRejected);
  CHECK(run.publisher->stats().destinations[0].session.reconnects == 0);
}

TEST_CASE("A publisher reconnects when its server comes back, with both tracks") {
  auto edge = std::make_unique<EdgeHost>();
  const std::string url = edge->rtmp("room");
  // The same port again: from the address.
  const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  Run run(SmallPublisher({url}));
  REQUIRE(run.events.Wait(Reaches(PublishState::kLive)));

  edge.reset();
  REQUIRE(run.events.Wait(Reaches(PublishState::kReconnecting)));

  runtime::Loop loop("test.edge2");
  REQUIRE(loop.Start());
  std::unique_ptr<edge::Edge> again;
  edge::EdgeConfig config;
  config.rtmp_port = port;
  config.http_port = 0;
  bool is_up = false;
  loop.RunAndWait([&] {
    again = std::make_unique<edge::Edge>(loop, config);
    is_up = again->Start().has_value();
  });
  REQUIRE(is_up);
  const auto before = run.publisher->stats().destinations[0].session;
  CHECK(Eventually([&] {
    const auto now = run.publisher->stats().destinations[0].session;
    return now.reconnects >= 1 && now.key_frames_sent > before.key_frames_sent &&
           now.audio_frames_sent > before.audio_frames_sent + 10;
  }));
  loop.RunAndWait([&] { again.reset(); });
  loop.Stop();
}

TEST_CASE("A server that accepts and never answers is given up after the connect timeout") {
  SilentPeer peer;
  PublisherConfig config = OneTry(peer.rtmp());
  config.session.connect_timeout = TimeDelta::Millis(500);
  Run run(config);
  REQUIRE(run.events.Wait(Reaches(PublishState::kEnded)));
  CHECK(FirstError(run.events.all())->code == ErrorCode::kTimeout);
}

TEST_CASE("Talking TLS to a plain server is a typed TLS error") {
  EdgeHost edge;
  std::string url = edge.rtmp("room");
  url.replace(0, 4, "rtmps");
  Run run(OneTry(url));
  REQUIRE(run.events.Wait(Reaches(PublishState::kEnded)));
  const auto error = FirstError(run.events.all());
  INFO(ToString(*error));
  CHECK((error->code == ErrorCode::kTlsHandshake || error->code == ErrorCode::kConnectionLost ||
         error->code == ErrorCode::kPeerClosed));
}

TEST_CASE("A full disk under a recording is told and does not disturb the stream") {
  EdgeHost edge;
  Run run(SmallPublisher({edge.rtmp("room")}));
  REQUIRE(run.events.Wait(Reaches(PublishState::kLive)));
  Events<PublishEvent> events;
  // /dev/full takes the name of an FLV file through a link.
  const std::string link = "/tmp/onair_full_disk_" + std::to_string(getpid()) + ".flv";
  REQUIRE(symlink("/dev/full", link.c_str()) == 0);
  auto both = Publisher::Create(SmallPublisher({edge.rtmp("two"), "file:" + link}), InPlace(),
                                events.listener());
  unlink(link.c_str());
  if (!both) {  // The very first write may already fail.
    CHECK(both.error().code == ErrorCode::kDiskFull);
    return;
  }
  (*both)->SetSources(TestPicture());
  REQUIRE((*both)->Start());
  REQUIRE(events.Wait([](const PublishEvent& event) {
    const auto* ended = std::get_if<PublishStateEvent>(&event);
    return ended != nullptr && ended->destination == 1 && ended->state == PublishState::kEnded &&
           ended->error && ended->error->code == ErrorCode::kDiskFull;
  }));
  CHECK(Eventually([&] { return (*both)->stats().destinations[0].session.frames_sent >= 10; }));
}

TEST_CASE("With a dead peer the destructor returns within 500 ms, a hundred times in a row") {
  SilentPeer silent;
  TimeDelta longest = TimeDelta::Zero();
  for (int i = 0; i < 100; ++i) {
    const std::string url = i % 2 == 0 ? silent.rtmp() : "rtmp://127.0.0.1:1/live/room";
    Events<PublishEvent> events;
    auto publisher = Publisher::Create(SmallPublisher({url}), InPlace(), events.listener());
    REQUIRE(publisher);
    (*publisher)->SetSources(TestPicture());
    REQUIRE((*publisher)->Start());
    if (i % 10 == 0) {  // Some runs get far enough to have frames waiting.
      Eventually([&] { return (*publisher)->stats().frames_encoded >= 2; });
    }
    const Timestamp begin = runtime::Now();
    publisher->reset();
    longest = std::max(longest, runtime::Now() - begin);
  }
  INFO("longest " << longest.ms_f() << " ms");
  CHECK(longest < TimeDelta::Millis(500));
}

}  // namespace
}  // namespace onair
