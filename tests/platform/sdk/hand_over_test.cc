// SPDX-License-Identifier: Apache-2.0
//
// A publisher that changes its connection while real players watch.
#include "core/base/url.h"
#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using namespace sdk_test;

edge::EdgeConfig WithKey() {
  edge::EdgeConfig config;
  config.publish_key = "s3cret";
  return config;
}

// Live on an edge, with a player that shows what comes.
struct Show {
  explicit Show(const edge::EdgeConfig& config = WithKey(),
                const std::function<void(PublisherConfig&)>& change = nullptr)
      : edge(config) {
    auto settings = SmallPublisher({edge.rtmp("show?key=s3cret")});
    if (change) change(settings);
    auto made = Publisher::Create(settings, InPlace(), events.listener());
    REQUIRE(made);
    publisher = std::move(*made);
    publisher->SetSources(TestPicture());
    REQUIRE(publisher->Start());
    REQUIRE(Eventually([&] { return session().frames_sent >= 5; }));
    PlayerConfig watch;
    watch.url = edge.rtmp("show");
    auto opened = Player::Create(watch, InPlace(), played.listener());
    REQUIRE(opened);
    player = std::move(*opened);
    REQUIRE(player->Start());
    REQUIRE(played.Wait(Reaches(PlayState::kPlaying)));
  }

  PublishSessionStats session() const { return publisher->stats().destinations[0].session; }
  // The player gets pictures beyond those it has.
  bool GoesOn() {
    const auto before = player->stats().session;
    return Eventually([&] {
      const auto now = player->stats().session;
      return now.video_frames_received >= before.video_frames_received + 20 &&
             now.audio_frames_received >= before.audio_frames_received + 20;
    });
  }

  EdgeHost edge;
  Events<PublishEvent> events;
  std::unique_ptr<Publisher> publisher;
  Events<PlayEvent> played;
  std::unique_ptr<Player> player;
};

TEST_CASE("A publisher on another network moves to a new connection; its viewers stay") {
  Show show;
  show.publisher->NetworkChanged();

  REQUIRE(Eventually([&] { return show.edge.stats().takeovers == 1; }));
  CHECK(show.GoesOn());
  CHECK(show.session().hand_overs == 1);
  CHECK(show.session().reconnects == 0);
  CHECK(show.session().attempts == 2);
  CHECK(Eventually([&] { return show.edge.stats().publishers == 1; }));
  CHECK(show.player->stats().session.reconnects == 0);
  CHECK_FALSE(FirstError(show.events.all()));
  CHECK_FALSE(FirstError(show.played.all()));
}

TEST_CASE("A hand-over to a given local address ends there or leaves the stream as it is") {
  Show show;
  show.publisher->NetworkChanged(IpAddress::V4(203, 0, 113, 9));  // Nobody has it.
  REQUIRE(show.events.Wait([](const PublishEvent& event) {
    const auto* failed = std::get_if<HandOverFailedEvent>(&event);
    return failed != nullptr && failed->error.code == ErrorCode::kLocalAddress;
  }));
  CHECK(show.GoesOn());
  CHECK(show.session().hand_overs == 0);

  show.publisher->NetworkChanged(IpAddress::V4(127, 0, 0, 2));
  REQUIRE(Eventually([&] { return show.edge.stats().takeovers == 1; }));
  CHECK(show.GoesOn());
  CHECK(show.session().hand_overs == 1);
  CHECK(show.session().reconnects == 0);
  CHECK_FALSE(FirstError(show.events.all()));
  CHECK_FALSE(FirstError(show.played.all()));
}

TEST_CASE("A player on another network connects anew from there and goes on") {
  Show show;
  show.player->NetworkChanged(IpAddress::V4(127, 0, 0, 2));

  REQUIRE(Eventually([&] { return show.player->stats().session.reconnects == 1; }));
  CHECK(show.GoesOn());
  CHECK_FALSE(FirstError(show.played.all()));
}

TEST_CASE("A server that ends its viewers gets them back with its publisher") {
  edge::EdgeConfig config = WithKey();
  config.publisher_grace = TimeDelta::Zero();
  Show show(config);
  show.publisher->Stop();
  REQUIRE(show.played.Wait(Reaches(PlayState::kAwaitingPublisher)));

  auto settings = SmallPublisher({show.edge.rtmp("show?key=s3cret")});
  Events<PublishEvent> events;
  auto next = Publisher::Create(settings, InPlace(), events.listener());
  REQUIRE(next);
  (*next)->SetSources(TestPicture());
  REQUIRE((*next)->Start());

  CHECK(show.GoesOn());
  CHECK(Eventually([&] { return show.player->stats().session.state == PlayState::kPlaying; }));
  CHECK(show.player->stats().session.publisher_gaps == 1);
  CHECK(show.player->stats().session.stalls == 0);
  CHECK_FALSE(FirstError(show.played.all()));
}

TEST_CASE("A server that asks its clients to reconnect gets new connections of all") {
  Show show;
  show.edge.RequestReconnect("");

  REQUIRE(Eventually([&] { return show.edge.stats().takeovers == 1; }));
  REQUIRE(Eventually([&] { return show.player->stats().session.reconnects == 1; }));
  CHECK(show.GoesOn());
  CHECK(show.session().reconnect_requests == 1);
  CHECK(show.session().hand_overs == 1);
  CHECK_FALSE(FirstError(show.events.all()));
  CHECK_FALSE(FirstError(show.played.all()));
}

TEST_CASE("Asked to move to another server, a publisher carries its stream and its key there") {
  EdgeHost next(WithKey());
  Show show;
  const Url to = *ParseUrl(next.rtmp("x"));
  show.edge.RequestReconnect("//" + to.Authority(0) + "/live");

  REQUIRE(Eventually([&] { return next.stats().frames_in >= 20; }));
  CHECK(Eventually([&] { return show.edge.stats().publishers == 0; }));
  CHECK(show.session().hand_overs == 1);
  CHECK(show.GoesOn());
}

TEST_CASE("A server without takeover gets its room at once; its viewers wait for one key frame") {
  edge::EdgeConfig config = WithKey();
  config.takeover = edge::Takeover::kNever;
  Show show(config);
  show.publisher->NetworkChanged();

  REQUIRE(Eventually([&] { return show.session().reconnects == 1; }));
  CHECK(show.GoesOn());
  CHECK(show.session().publish_conflicts >= 1);
  CHECK(show.session().hand_overs_failed == 1);
  CHECK(show.player->stats().session.reconnects == 0);
}

TEST_CASE("A publisher whose token has expired gets a new address from the app") {
  EdgeHost edge(WithKey());
  runtime::Mutex mutex;
  std::vector<PublisherConfig::UrlRequest> requests;
  auto config = SmallPublisher({edge.rtmp("show?key=expired")});
  config.refresh_url = [&](const PublisherConfig::UrlRequest& request,
                           const PublisherConfig::AnswerUrl& answer) {
    const runtime::MutexLock lock(mutex);
    requests.push_back(request);
    answer(edge.rtmp("show?key=s3cret"));
  };
  Events<PublishEvent> events;
  auto publisher = Publisher::Create(config, InPlace(), events.listener());
  REQUIRE(publisher);
  (*publisher)->SetSources(TestPicture());
  REQUIRE((*publisher)->Start());

  REQUIRE(events.Wait(Reaches(PublishState::kLive)));
  const auto stats = (*publisher)->stats().destinations[0];
  publisher->reset();
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].destination == 0);
  CHECK(requests[0].reason == UrlReason::kRefused);
  CHECK(stats.session.url_requests == 1);
  CHECK(stats.session.attempts == 2);
  CHECK(stats.url.find("expired") == std::string::npos);
  for (const auto& event : events.all()) {
    const auto* state = std::get_if<PublishStateEvent>(&event);
    if (state == nullptr || !state->error) continue;
    CHECK(ToString(*state->error).find("s3cret") == std::string::npos);
    CHECK(ToString(*state->error).find("expired") == std::string::npos);
  }
}

TEST_CASE("An app that never answers for an address does not keep a publisher from its end") {
  EdgeHost edge(WithKey());
  std::vector<PublisherConfig::AnswerUrl> answers;  // Of the net thread, until the end.
  auto config = SmallPublisher({edge.rtmp("show?key=expired")});
  config.session.url_refresh_timeout = TimeDelta::Millis(100);
  config.refresh_url = [&](const PublisherConfig::UrlRequest&,
                           const PublisherConfig::AnswerUrl& answer) { answers.push_back(answer); };
  Events<PublishEvent> events;
  auto publisher = Publisher::Create(config, InPlace(), events.listener());
  REQUIRE(publisher);
  (*publisher)->SetSources(TestPicture());
  REQUIRE((*publisher)->Start());

  REQUIRE(events.Wait(Reaches(PublishState::kEnded)));
  publisher->reset();
  REQUIRE(answers.size() == 1);
  answers[0]("rtmp://127.0.0.1/live/late");  // Of nobody any more.
}

}  // namespace
}  // namespace onair
