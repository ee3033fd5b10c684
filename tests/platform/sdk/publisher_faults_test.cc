// SPDX-License-Identifier: Apache-2.0
//
// What a publisher does when the world fails. Each case names the error an app would see.
#include <unistd.h>

#include "tests/platform/sdk/sdk_world.h"

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
