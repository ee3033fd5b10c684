// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/name_service.h"

#include <atomic>
#include <mutex>

#include "platform/runtime/resolver.h"
#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using namespace sdk_test;

constexpr IpAddress kHome = IpAddress::V4(127, 0, 0, 1);

// An app's own name service. thread-safe.
class AppNames final : public NameSource {
 public:
  void Ask(const std::string&, Done done) override {
    ++asked;
    if (is_silent) return;
    if (fails) return done(Fail(ErrorCode::kResolveFailed, "test"));
    done(NameAnswer{{kHome}, ttl});
  }
  std::atomic<int> asked{0};
  std::atomic<bool> fails{false};
  std::atomic<bool> is_silent{false};
  std::optional<TimeDelta> ttl = TimeDelta::Seconds(100);
};

std::shared_ptr<NameService> Make(const NameServiceConfig& config) {
  auto made = NameService::Create(config);
  REQUIRE(made);
  return *made;
}

// Empty: a failure, or no answer in time.
std::vector<IpAddress> Ask(NameService& names, const std::string& host) {
  struct Answer {
    std::mutex mutex;
    std::optional<std::vector<IpAddress>> addresses;
  };
  const auto answer = std::make_shared<Answer>();
  names.resolver()->Resolve(host, [answer](const Result<std::vector<IpAddress>>& found) {
    const std::lock_guard lock(answer->mutex);
    answer->addresses = found ? *found : std::vector<IpAddress>();
  });
  CHECK(Eventually([&] {
    const std::lock_guard lock(answer->mutex);
    return answer->addresses.has_value();
  }));
  const std::lock_guard lock(answer->mutex);
  return answer->addresses.value_or(std::vector<IpAddress>());
}

// One HTTP answer to each connection.
RawPeer::OnAccept AnswerWith(std::string response) {
  struct Reply final : runtime::ByteStreamListener {
    void OnConnected(Timestamp) override {}
    void OnBytes(ByteView, Timestamp) override {
      stream->Write(Bytes(text.begin(), text.end()));
      stream->CloseAfterFlush(TimeDelta::Seconds(1));
    }
    void OnClosed(const Error&, Timestamp) override {}
    std::string text;
    std::unique_ptr<runtime::ByteStream> stream;
  };
  auto all = std::make_shared<std::vector<std::unique_ptr<Reply>>>();
  return [all, response](std::unique_ptr<runtime::ByteStream> stream) {
    auto reply = std::make_unique<Reply>();
    reply->text = response;
    reply->stream = std::move(stream);
    reply->stream->Attach(*reply);
    all->push_back(std::move(reply));
  };
}

std::string Ok(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST_CASE("The app's name service is asked once for a name that is wanted twice") {
  const auto app = std::make_shared<AppNames>();
  const auto names = Make({.source = app});

  CHECK(Ask(*names, "live.invalid") == std::vector{kHome});
  CHECK(Ask(*names, "live.invalid") == std::vector{kHome});

  CHECK(app->asked == 1);
  CHECK(names->stats().hits == 1);
}

TEST_CASE("Where the app's name service fails or is silent the system answers") {
  const auto app = std::make_shared<AppNames>();
  (GENERATE(true, false) ? app->fails : app->is_silent) = true;
  const auto names = Make({.source = app, .source_timeout = TimeDelta::Millis(100)});

  CHECK_FALSE(Ask(*names, "localhost").empty());
  CHECK(names->stats().asked_system == 1);
}

TEST_CASE("A name past its lifetime still serves while nobody answers") {
  const auto app = std::make_shared<AppNames>();
  app->ttl = TimeDelta::Zero();
  NameServiceConfig config{.source = app};
  config.cache.least_ttl = TimeDelta::Zero();
  config.cache.stale_wait = TimeDelta::Millis(20);
  const auto names = Make(config);
  CHECK(Ask(*names, "live.invalid") == std::vector{kHome});

  app->is_silent = true;

  CHECK(Ask(*names, "live.invalid") == std::vector{kHome});
  CHECK(names->stats().stale == 1);
}

TEST_CASE("Names are asked over HTTP where the address of an HTTPDNS service is given") {
  RawPeer peer(AnswerWith(Ok(R"({"host":"live.invalid","ips":["127.0.0.1"],"ttl":60})")));
  const auto names = Make({.http_dns = "http://127.0.0.1:" + std::to_string(peer.port()) + "/1"});

  CHECK(Ask(*names, "live.invalid") == std::vector{kHome});
  CHECK(names->stats().asked_source == 1);
  CHECK(names->stats().asked_system == 0);
}

TEST_CASE("An HTTPDNS service that refuses or talks nonsense is no reason not to find a name") {
  const std::string response = GENERATE(
      as<std::string>(), "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", Ok("<html>"), "?");
  RawPeer peer(AnswerWith(response));
  const auto names = Make({.http_dns = "http://127.0.0.1:" + std::to_string(peer.port()) + "/1"});

  CHECK_FALSE(Ask(*names, "localhost").empty());
  CHECK(names->stats().asked_system == 1);
}

TEST_CASE("A player finds its server by the app's name service") {
  EdgeHost edge;
  Events<PublishEvent> published;
  auto publisher =
      Publisher::Create(SmallPublisher({edge.rtmp("names")}), InPlace(), published.listener());
  REQUIRE(publisher);
  (*publisher)->SetSources(TestPicture());
  REQUIRE((*publisher)->Start());
  REQUIRE(
      Eventually([&] { return (*publisher)->stats().destinations[0].session.frames_sent >= 5; }));
  PlayerConfig config;
  config.url = edge.flv("names");
  config.url.replace(config.url.find("127.0.0.1"), 9, "live.invalid");
  config.names = Make({.source = std::make_shared<AppNames>()});

  Events<PlayEvent> events;
  auto player = Player::Create(config, InPlace(), events.listener());
  REQUIRE(player);
  REQUIRE((*player)->Start());

  CHECK(events.Wait(Reaches(PlayState::kPlaying)));
  CHECK(Eventually([&] { return (*player)->stats().session.opening.resolved.has_value(); }));
}

TEST_CASE("After its end a name service answers with a failure") {
  auto names = Make({.source = std::make_shared<AppNames>()});
  const auto resolver = names->resolver();
  names.reset();

  std::optional<ErrorCode> failed;
  resolver->Resolve("live.invalid", [&](const auto& answer) {
    if (!answer) failed = answer.error().code;
  });
  CHECK(failed == ErrorCode::kInvalidState);
}

TEST_CASE("Who waits for a name when its service ends is told, once") {
  const auto app = std::make_shared<AppNames>();
  app->is_silent = true;
  auto names = Make({.source = app, .source_timeout = TimeDelta::Seconds(30)});
  const auto resolver = names->resolver();
  std::atomic<int> told{0};
  std::atomic<int> cancelled{0};
  for (const char* host : {"a.invalid", "a.invalid", "b.invalid"}) {
    resolver->Resolve(host, [&, resolver, again = std::string(host)](const auto& answer) {
      ++told;
      const bool is_cancelled = !answer && answer.error().code == ErrorCode::kInvalidState;
      cancelled += is_cancelled ? 1 : 0;
      // Who asks again from within is told as well.
      if (told <= 3) resolver->Resolve(again, [&](const auto& later) { told += later ? 0 : 10; });
    });
  }
  REQUIRE(Eventually([&] { return app->asked == 2; }));

  names.reset();

  CHECK(told == 33);
  CHECK(cancelled == 3);
}

TEST_CASE("Settings of a name service outside their range are refused") {
  CHECK_FALSE(NameService::Create({.http_dns = "ftp://x/1"}));
  CHECK_FALSE(NameService::Create({.http_dns = "nonsense"}));
  CHECK_FALSE(NameService::Create({.source_timeout = TimeDelta::Zero()}));
}

}  // namespace
}  // namespace onair
