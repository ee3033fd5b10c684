// SPDX-License-Identifier: Apache-2.0
//
// STUN and TURN servers of configuration and Link fields: what they find reaches the peer with the
// offer or by PATCH; and a server that wants its own offer answered.
#include <catch2/catch.hpp>

#include "tests/support/print_units.h"
#include "tests/transport/webrtc/web_world.h"

namespace onair::webrtc {
namespace {

using namespace testing;
using ice::testing::At;
using ice::testing::Router;
using ice::testing::RouterKind;

const IceServer kTurn{"turn:192.0.2.9:3478?transport=udp", "user", "secret"};

// A home whose router answers nobody that it does not know; the server stands open.
struct Home {
  Router router{*IpAddress::Parse("203.0.113.1"), RouterKind::kSymmetric};
  WebOptions options;

  Home() { options.router = &router; }
};

std::vector<ice::CandidateType> TypesOf(const std::vector<ice::Candidate>& candidates) {
  std::vector<ice::CandidateType> types;
  for (const ice::Candidate& one : candidates) types.push_back(one.type);
  std::ranges::sort(types);
  return types;
}

TEST_CASE("Servers that come with the answer are asked and what they find goes by PATCH") {
  Home home;
  home.options.whip.ice_servers = {kTurn};
  WebWorld web(SignallingRole::kPublish, Full(Ingesting()), home.options);
  web.Publish();
  web.world.RunFor(TimeDelta::Seconds(2));

  REQUIRE(web.ready_at);
  using Type = ice::CandidateType;
  CHECK(TypesOf(web.trickled) == std::vector{Type::kServerReflexive, Type::kRelayed});
  CHECK(web.network.server.allocations == 1);
  for (const ice::Candidate& one : web.trickled) {
    CHECK(one.ufrag == web.client->peer().ice().local_credentials().ufrag);
  }
  // Two candidates that are found within one call's time need one more call at most.
  CHECK(web.Count("PATCH") <= 2);
}

TEST_CASE("Media flow by a relay where no direct way exists") {
  const auto serving = GENERATE(false, true) ? Full(Ingesting()) : Ingesting();
  Home home;
  home.options.client = [](ClientConfig& c) { c.ice_servers = {kTurn}; };
  WebWorld web(SignallingRole::kPublish, serving, home.options);
  for (std::uint16_t port = 20'000; port < 20'020; ++port) {
    web.network.BlockPath({{home.router.outside(), port}, web.server.socket()});
    web.network.BlockPath({web.server.socket(), {home.router.outside(), port}});
  }
  web.Publish();
  web.world.RunFor(TimeDelta::Seconds(5));
  REQUIRE(web.ready_at);
  CHECK(web.client->peer().ice().selected_path()->is_relayed);

  ClientMedia media(web, DataRate::KilobitsPerSec(800));
  media.Start();
  web.world.RunFor(TimeDelta::Seconds(3));
  media.Stop();
  web.world.RunFor(TimeDelta::Seconds(1));
  CHECK(static_cast<std::int64_t>(web.server.got.size()) == media.pictures + media.sounds);
  CHECK(web.network.server.channel_data > 200);
}

TEST_CASE("An offer that waits for its servers has all they found") {
  Home home;
  home.options.client = [](ClientConfig& c) {
    c.ice_servers = {kTurn};
    c.gathering_wait = TimeDelta::Seconds(1);
  };
  std::string offer;
  WebWorld web(SignallingRole::kPublish, Full(Ingesting()), home.options);
  web.intercept = [&](const WebWorld::Request& request) -> std::optional<WebWorld::Response> {
    if (request.method == http::Method::kPost)
      offer.assign(request.body.begin(), request.body.end());
    return std::nullopt;
  };
  web.Publish();
  web.world.RunFor(TimeDelta::Seconds(2));

  REQUIRE(web.ready_at);
  CHECK(offer.find("typ relay") != std::string::npos);
  CHECK(offer.find("typ srflx") != std::string::npos);
  CHECK(web.Count("PATCH") == 0);
  // The allocation takes two round trips; the offer waits for no more than that.
  CHECK(*web.ready_at - Timestamp::Zero() <= kRtt * 2 + kRtt * 5 + TimeDelta::Millis(20));
}

TEST_CASE("An offer waits for dead servers no longer than it was told to") {
  WebOptions options;
  options.client = [](ClientConfig& c) {
    c.ice_servers = {{"stun:192.0.2.200", "", ""}};
    c.gathering_wait = TimeDelta::Millis(300);
  };
  WebWorld web(SignallingRole::kPublish, Ingesting(), options);
  web.Publish();
  web.world.RunFor(TimeDelta::Seconds(2));
  REQUIRE(web.ready_at);
  CHECK(*web.ready_at - Timestamp::Zero() >= TimeDelta::Millis(300));
  CHECK(*web.ready_at - Timestamp::Zero() <= TimeDelta::Millis(300) + kRtt * 5);
}

TEST_CASE("Servers are asked for before the offer where that is wanted") {
  Home home;
  home.options.whip.ice_servers = {kTurn};
  home.options.client = [](ClientConfig& c) {
    c.ice_server_question = IceServerQuestion::kBeforeOffer;
    c.gathering_wait = TimeDelta::Seconds(1);
  };
  WebWorld web(SignallingRole::kPublish, Full(Ingesting()), home.options);
  web.Publish();
  web.world.RunFor(TimeDelta::Seconds(2));

  REQUIRE(web.ready_at);
  REQUIRE(web.requests.size() == 2);
  CHECK(web.requests[0].starts_with("OPTIONS"));
  CHECK(web.requests[1].starts_with("POST"));
  CHECK(web.network.server.allocations == 1);
}

TEST_CASE("Servers with names are looked up first, and those without addresses passed over") {
  Home home;
  home.options.client = [](ClientConfig& c) {
    c.ice_servers = {{"turn:turn.example", "user", "secret"},
                     {"stun:nowhere.example", "", ""},
                     {"stuns:turn.example", "", ""},
                     {"gopher:turn.example", "", ""}};
  };
  WebWorld web(SignallingRole::kPublish, Full(Ingesting()), home.options);
  web.names["turn.example"] = {*IpAddress::Parse("192.0.2.9")};
  web.Publish();
  web.world.RunFor(TimeDelta::Seconds(2));

  CHECK(web.resolved == std::vector<std::string>{"turn.example", "nowhere.example"});
  CHECK(web.network.server.allocations == 1);
  CHECK(web.client->stats().ice_servers_skipped == 3);
  CHECK(web.trickled.size() == 2);
}

TEST_CASE("A lite server is told nothing that its checks tell it") {
  Home home;
  home.options.whip.ice_servers = {kTurn};
  WebWorld web(SignallingRole::kPublish, Ingesting(), home.options);
  web.Publish();
  web.world.RunFor(TimeDelta::Seconds(2));
  REQUIRE(web.ready_at);
  CHECK(web.Count("PATCH") == 0);
}

TEST_CASE("A viewer answers the offer of a server that did not take its own") {
  const auto serving = GENERATE(false, true) ? Full(Serving()) : Serving();
  WebWorld web(SignallingRole::kPlay, serving);
  std::optional<Sdp> counter;
  web.intercept = [&](const WebWorld::Request& request) -> std::optional<WebWorld::Response> {
    WebWorld::Response response;
    if (request.method == http::Method::kPost) {
      counter = *MakeOffer(web.server.description);
      const std::string text = PrintSdp(*counter);
      response.status = 406;
      response.headers.Add("Content-Type", "application/sdp");
      response.headers.Add("Location", "/session/1");
      response.body.assign(text.begin(), text.end());
      return response;
    }
    if (request.method != http::Method::kPatch) return std::nullopt;
    const auto answer =
        ParseSdp({reinterpret_cast<const char*>(request.body.data()), request.body.size()});
    REQUIRE(answer);
    const auto media = ReadNegotiated(*counter, *answer, Side::kOfferer);
    REQUIRE(media);
    web.server.Do([&](PeerSession& s, Timestamp now) { REQUIRE(s.Start(*media, now)); });
    response.status = 204;
    return response;
  };
  LiveMedia source(web.world, web.server, DataRate::KilobitsPerSec(800));
  web.Start();
  web.world.RunFor(TimeDelta::Seconds(1));
  REQUIRE(web.ready_at);
  REQUIRE(web.server.connected_at);
  source.Start();
  web.world.RunFor(TimeDelta::Seconds(2));

  CHECK(web.got.size() > 120);
  CHECK(web.requests[1] == "PATCH /session/1");
  CHECK_FALSE(web.closed);
}

TEST_CASE("A server's offer that cannot be answered ends in its error, and the server is told") {
  WebWorld web(SignallingRole::kPlay, Serving());
  web.intercept = [&](const WebWorld::Request& request) -> std::optional<WebWorld::Response> {
    WebWorld::Response response;
    if (request.method == http::Method::kPost) {
      LocalDescription other = web.server.description;
      other.video_formats = {{VideoCodec::kH265, {}, 93}};
      const std::string text = PrintSdp(*MakeOffer(other));
      response.status = 406;
      response.headers.Add("Content-Type", "application/sdp");
      response.headers.Add("Location", "/session/1");
      response.body.assign(text.begin(), text.end());
    }
    return response;
  };
  web.Start();
  web.world.RunFor(TimeDelta::Seconds(2));
  REQUIRE(web.closed);
  CHECK(web.closed->error.code == ErrorCode::kSdpIncompatible);
  CHECK(web.requests.back() == "DELETE /session/1");
}

}  // namespace
}  // namespace onair::webrtc
