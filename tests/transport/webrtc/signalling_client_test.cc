// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/signalling_client.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/laws/machine_laws.h"
#include "tests/transport/webrtc/golden_sdp.h"
#include "tests/transport/webrtc/local_sides.h"
#include "transport/webrtc/offer.h"
#include "transport/webrtc/whip_client.h"

namespace onair::webrtc {
namespace {

constexpr Timestamp kStart = Timestamp::Zero();

std::unique_ptr<SignallingClient> Make(const std::string& url,
                                       const SignallingClientConfig& config = {}) {
  return std::make_unique<SignallingClient>(
      config, std::make_unique<WhipClient>(
                  WhipConfig{SignallingRole::kPublish, ParseUrl(url).value(), "t"}));
}

// All that a client says until it is idle.
struct Said {
  std::string sent;
  std::vector<Endpoint> opened;
  int closed = 0;
  std::vector<Signalling::Event> events;
  Idle idle;
};

Said Drain(SignallingClient& client) {
  Said said;
  for (;;) {
    auto out = client.Poll();
    if (const auto* idle = std::get_if<Idle>(&out)) {
      said.idle = *idle;
      return said;
    }
    if (const auto* transmit = std::get_if<Transmit>(&out)) {
      said.sent.append(transmit->bytes.begin(), transmit->bytes.end());
      continue;
    }
    auto& event = std::get<SignallingClient::Event>(out);
    if (const auto* open = std::get_if<SignallingClient::OpenStream>(&event)) {
      said.opened.push_back(open->endpoint);
    } else if (std::holds_alternative<SignallingClient::CloseStream>(event)) {
      ++said.closed;
    } else {
      said.events.push_back(std::get<Signalling::Event>(event));
    }
  }
}

void Reply(SignallingClient& client, const std::string& text, Timestamp now = kStart) {
  client.HandleBytes(Bytes(text.begin(), text.end()), now);
}

std::string Http(const std::string& head, const std::string& body = "") {
  return "HTTP/1.1 " + head + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

std::string Created() {
  return Http("201 Created\r\nLocation: /s/1\r\nETag: \"e\"", GoldenText("pion_answer"));
}

Error FailureIn(const Said& said) {
  REQUIRE(said.events.size() == 1);
  const auto* failed = std::get_if<Signalling::Failed>(&said.events[0]);
  REQUIRE(failed != nullptr);
  return failed->error;
}

// Offered, and the stream is there.
std::unique_ptr<SignallingClient> Offering(const std::string& url = "http://a.test/whip") {
  auto client = Make(url);
  client->Offer(MakeOffer(Publishing()).value(), kStart);
  static_cast<void>(Drain(*client));
  client->HandleConnected(kStart);
  static_cast<void>(Drain(*client));
  return client;
}

TEST_CASE("An offer opens a stream, is posted on it and answered") {
  auto client = Make("https://a.test/whip");
  client->Offer(MakeOffer(Publishing()).value(), kStart);
  CHECK(Drain(*client).opened == std::vector<Endpoint>{{"a.test", 443, Security::kTls}});

  client->HandleConnected(kStart);
  const Said asked = Drain(*client);
  CHECK_THAT(asked.sent, Catch::StartsWith("POST /whip HTTP/1.1\r\nHost: a.test\r\n"));
  CHECK_THAT(asked.sent, Catch::Contains("Authorization: Bearer t\r\n"));
  Reply(*client, Created());

  const Said answered = Drain(*client);
  CHECK(answered.closed == 1);
  REQUIRE(answered.events.size() == 1);
  CHECK(std::holds_alternative<Signalling::Answered>(answered.events[0]));
  CHECK_FALSE(answered.idle.wake_at.is_finite());
}

TEST_CASE("307 and 308 are followed with method and body, and what answers counts") {
  auto client = Offering();
  Reply(*client, Http(GENERATE("307 Temporary Redirect", "308 Permanent Redirect") +
                      std::string("\r\nLocation: //b.test:81/x/whip")));
  const Said moved = Drain(*client);
  CHECK(moved.closed == 1);
  CHECK(moved.opened == std::vector<Endpoint>{{"b.test", 81, Security::kPlain}});

  client->HandleConnected(kStart);
  const Said asked = Drain(*client);
  CHECK_THAT(asked.sent, Catch::StartsWith("POST /x/whip HTTP/1.1\r\nHost: b.test:81\r\n"));
  CHECK_THAT(asked.sent, Catch::Contains("m=audio"));
  // In the clear to another host: it could be anybody's.
  CHECK_THAT(asked.sent, !Catch::Contains("Authorization"));
  Reply(*client, Created());
  static_cast<void>(Drain(*client));
  client->Close(kStart);
  CHECK(Drain(*client).opened == std::vector<Endpoint>{{"b.test", 81, Security::kPlain}});
}

TEST_CASE("Over TLS a redirect keeps the token") {
  auto client = Offering("https://a.test/whip");
  Reply(*client, Http("307 T\r\nLocation: https://b.test/whip"));
  static_cast<void>(Drain(*client));
  client->HandleConnected(kStart);

  CHECK_THAT(Drain(*client).sent, Catch::Contains("Authorization: Bearer t\r\n"));
}

TEST_CASE("A redirect never leaves TLS and never goes on for ever") {
  auto secure = Offering("https://a.test/whip");
  Reply(*secure, Http("307 T\r\nLocation: http://a.test/whip"));
  CHECK(FailureIn(Drain(*secure)).code == ErrorCode::kHttpProtocol);

  auto looping = Offering();
  Said said;
  for (int i = 0; i < 6; ++i) {
    Reply(*looping, Http("308 T\r\nLocation: /again"));
    said = Drain(*looping);
    looping->HandleConnected(kStart);
    static_cast<void>(Drain(*looping));
  }
  CHECK(FailureIn(said).code == ErrorCode::kHttpRedirectLoop);
}

TEST_CASE("A redirect to nowhere is a protocol error") {
  auto client = Offering();
  Reply(*client, Http("307 T\r\nLocation: ftp://a.test/"));

  CHECK(FailureIn(Drain(*client)).code == ErrorCode::kHttpProtocol);
}

TEST_CASE("A server that does not answer fails the offer at its deadline") {
  auto client = Offering();
  const Idle idle = Drain(*client).idle;
  CHECK(idle.timer == "signalling.answer");
  CHECK(idle.wake_at == kStart + TimeDelta::Seconds(8));

  client->HandleTimeout(idle.wake_at);

  const Said said = Drain(*client);
  CHECK(said.closed == 1);
  CHECK(FailureIn(said).code == ErrorCode::kTimeout);
}

TEST_CASE("A body that trickles in does not outlive the deadline") {
  auto client = Offering();
  Reply(*client, "HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\nv");
  static_cast<void>(Drain(*client));
  client->HandleTimeout(kStart + TimeDelta::Seconds(8));

  CHECK(FailureIn(Drain(*client)).code == ErrorCode::kTimeout);
}

TEST_CASE("A connection that cannot be made fails the offer") {
  auto client = Make("http://a.test/whip");
  client->Offer(MakeOffer(Publishing()).value(), kStart);
  const Idle idle = Drain(*client).idle;

  SECTION("at the deadline") {
    CHECK(idle.timer == "signalling.connect");
    client->HandleTimeout(idle.wake_at);
    CHECK(FailureIn(Drain(*client)).code == ErrorCode::kConnectTimeout);
  }
  SECTION("by the network's word") {
    client->HandleClosed({ErrorCode::kConnectRefused, ""}, kStart);
    CHECK(FailureIn(Drain(*client)).code == ErrorCode::kConnectRefused);
  }
}

TEST_CASE("An answer without length ends with its connection") {
  auto client = Offering();
  Reply(*client, "HTTP/1.1 201 Created\r\nLocation: /s\r\n\r\n" + GoldenText("pion_answer"));
  CHECK(Drain(*client).events.empty());

  client->HandleClosed({ErrorCode::kPeerClosed, ""}, kStart);

  const Said said = Drain(*client);
  REQUIRE(said.events.size() == 1);
  CHECK(std::holds_alternative<Signalling::Answered>(said.events[0]));
}

TEST_CASE("A body that is too long is not held") {
  auto client = Offering();
  Reply(*client, "HTTP/1.1 201 Created\r\nContent-Length: 100000000\r\n\r\n");

  CHECK(FailureIn(Drain(*client)).code == ErrorCode::kLimit);
}

TEST_CASE("A farewell that takes too long ends all the same") {
  auto client = Offering();
  Reply(*client, Created());
  static_cast<void>(Drain(*client));
  client->Close(kStart);
  const Said left = Drain(*client);
  CHECK(left.opened.size() == 1);
  CHECK(left.idle.timer == "signalling.farewell");

  client->HandleTimeout(kStart + TimeDelta::Seconds(2));

  const Said said = Drain(*client);
  REQUIRE(said.events.size() == 1);
  CHECK(std::holds_alternative<Signalling::Ended>(said.events[0]));
  CHECK_FALSE(said.idle.wake_at.is_finite());
}

TEST_CASE("Close() with an offer on its way waits for it no longer than for a farewell") {
  auto client = Offering();
  client->Close(kStart);
  CHECK(Drain(*client).events.empty());

  client->HandleTimeout(kStart + TimeDelta::Seconds(2));

  const Said said = Drain(*client);
  REQUIRE(said.events.size() == 1);
  CHECK(std::holds_alternative<Signalling::Ended>(said.events[0]));
}

TEST_CASE("Settings out of range are named") {
  SignallingClientConfig config;
  CHECK(config.Validate().has_value());
  config.max_redirects = 21;
  CHECK_THAT(config.Validate().error().detail, Catch::Contains("max_redirects"));
  config = {};
  config.answer_timeout = TimeDelta::Zero();
  CHECK_THAT(config.Validate().error().detail, Catch::Contains("answer_timeout"));
  config = {};
  config.connect_timeout = TimeDelta::Seconds(301);
  CHECK_THAT(config.Validate().error().detail, Catch::Contains("connect_timeout"));
  config = {};
  config.farewell_timeout = TimeDelta::Seconds(61);
  CHECK_THAT(config.Validate().error().detail, Catch::Contains("farewell_timeout"));
  config = {};
  config.user_agent = "a\r\nb";
  CHECK_THAT(config.Validate().error().detail, Catch::Contains("user_agent"));
}

TEST_CASE("The client of signalling obeys the laws of machines") {
  const std::string reply = Created();
  const auto make = [] {
    auto client = Make("http://a.test/whip");
    client->Offer(MakeOffer(Publishing()).value(), kStart);
    client->HandleConnected(kStart);
    return client;
  };
  const laws::Case c{.script = {{TimeDelta::Millis(50), Bytes(reply.begin(), reply.end())},
                                {TimeDelta::Millis(50), {}}},
                     .start = kStart,
                     .cut_stride = 97};
  laws::ExpectAll(make, c);
  laws::ExpectSilentAfterEnd(make, c, [](SignallingClient& client, Timestamp now) {
    client.Close(now);
    client.HandleTimeout(now + TimeDelta::Seconds(2));
  });
}

}  // namespace
}  // namespace onair::webrtc
