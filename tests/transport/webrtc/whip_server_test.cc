// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/whip_server.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/transport/webrtc/golden_sdp.h"
#include "tests/transport/webrtc/local_sides.h"
#include "transport/webrtc/answer.h"
#include "transport/webrtc/offer.h"
#include "transport/webrtc/whip_client.h"

namespace onair::webrtc {
namespace {

using http::Method;

const std::string kToken = "0123456789abcdef0123456789abcdef";

WhipServer::Request Request(Method method, const std::string& path, http::Headers headers = {},
                            const std::string& body = "") {
  WhipServer::Request request;
  request.method = method;
  request.path = path;
  request.query = http::ParseQuery("app=live&stream=room&key=k").value();
  request.headers = std::move(headers);
  request.body.assign(body.begin(), body.end());
  return request;
}

WhipServer::Request Offering(const std::string& path = "/rtc/v1/whip/",
                             const std::string& sdp = "chromium_sendonly") {
  return Request(Method::kPost, path,
                 {{"Content-Type", "application/sdp"}, {"authorization", "bearer secret "}},
                 GoldenText(sdp));
}

template <typename D>
D Decided(WhipServer& server, const WhipServer::Request& request) {
  auto decision = server.HandleRequest(request);
  REQUIRE(std::holds_alternative<D>(decision));
  return std::get<D>(std::move(decision));
}

WhipServer::Response Answered(WhipServer& server, const WhipServer::Request& request) {
  return Decided<WhipServer::Answer>(server, request).response;
}

// A server with one session, under kToken.
WhipServer Serving(const WhipServerConfig& config = {}) {
  WhipServer server(config);
  const auto create = Decided<WhipServer::Create>(server, Offering());
  static_cast<void>(server.Accept(kToken, create, MakeAnswer(create.offer, Ingesting()).value()));
  REQUIRE(server.Knows(kToken));
  return server;
}

WhipServer::Request Patching(http::Headers headers, const std::string& body) {
  headers.Add("Content-Type", std::string(kSdpFragmentType));
  return Request(Method::kPatch, "/rtc/v1/session/" + kToken, std::move(headers), body);
}

const std::string kCandidate =
    "m=audio 9 X 0\r\na=mid:0\r\na=ice-ufrag:w3dZ\r\n"
    "a=ice-pwd:PIansiM3JZ3gvyE9MvtqFZtf\r\n"
    "a=candidate:1 1 udp 5 192.0.2.1 9 typ host\r\n";
const std::string kRestart =
    "a=ice-ufrag:Anew\r\na=ice-pwd:0123456789012345678901\r\nm=audio 9 X 0\r\na=mid:0\r\n";

TEST_CASE("An offer to publish is a session to be decided on") {
  WhipServer server({});

  const auto create = Decided<WhipServer::Create>(server, Offering());

  CHECK(create.role == SignallingRole::kPublish);
  CHECK(create.app == "live");
  CHECK(create.stream == "room");
  CHECK(create.bearer == "secret");
  CHECK(create.query.Find("key") == "k");
  CHECK(create.offer.media.size() == 3);
  CHECK(server.sessions() == 0);
}

TEST_CASE("An accepted session is told by 201 with all that its client needs") {
  WhipServerConfig config;
  config.ice_servers = {{"stun:s.test", "", ""}};
  WhipServer server(config);
  const auto create = Decided<WhipServer::Create>(server, Offering());

  const auto response =
      server.Accept(kToken, create, MakeAnswer(create.offer, Ingesting()).value());

  CHECK(response.status == 201);
  CHECK(response.headers.Find("Content-Type") == "application/sdp");
  CHECK(response.headers.Find("Location") == "/rtc/v1/session/" + kToken);
  CHECK(response.headers.Find("ETag") == "\"1\"");
  CHECK(response.headers.Find("Accept-Patch") == kSdpFragmentType);
  CHECK(IceServersIn(response.headers).size() == 1);
  CHECK(response.headers.HasToken("Access-Control-Expose-Headers", "Location"));
  CHECK(response.headers.HasToken("Access-Control-Expose-Headers", "ETag"));
  CHECK(response.headers.HasToken("Access-Control-Expose-Headers", "Link"));
  CHECK(response.headers.Find("Access-Control-Allow-Origin") == "*");
  CHECK(ParseSdp(std::string(response.body.begin(), response.body.end())).has_value());
  CHECK(server.sessions() == 1);
}

TEST_CASE("A viewer's offer comes by either of WHEP's addresses") {
  WhipServer server({});
  const std::string path = GENERATE("/rtc/v1/whep/", "/rtc/v1/whep", "/rtc/v1/whip-play/");

  CHECK(Decided<WhipServer::Create>(server, Offering(path, "chromium_recvonly")).role ==
        SignallingRole::kPlay);
}

TEST_CASE("An offer of the wrong direction is not acceptable") {
  WhipServer server({});

  CHECK(Answered(server, Offering("/rtc/v1/whip/", "chromium_recvonly")).status == 406);
  CHECK(Answered(server, Offering("/rtc/v1/whep/", "chromium_sendonly")).status == 406);
}

TEST_CASE("Requests that are no offers are refused by their fault") {
  struct Row {
    std::string what;
    void (*change)(WhipServer::Request&);
    int status;
  };
  const Row row = GENERATE(values<Row>({
      {"type",
       [](auto& r) {
         r.headers = {{"Content-Type", "application/json"}};
       },
       415},
      {"no type", [](auto& r) { r.headers = {}; }, 415},
      {"no stream", [](auto& r) { r.query = http::ParseQuery("app=a").value(); }, 400},
      {"long name",
       [](auto& r) { r.query = http::ParseQuery("app=a&stream=" + std::string(300, 's')).value(); },
       400},
      {"no SDP",
       [](auto& r) {
         r.body = {'{', '}'};
       },
       400},
      {"a bomb", [](auto& r) { r.body.resize(kMaxSdpBytes + 1, 'a'); }, 413},
      {"GET", [](auto& r) { r.method = Method::kGet; }, 405},
      {"PATCH", [](auto& r) { r.method = Method::kPatch; }, 405},
      {"DELETE", [](auto& r) { r.method = Method::kDelete; }, 405},
      {"address", [](auto& r) { r.path = "/rtc/v1/other"; }, 404},
  }));
  INFO(row.what);
  WhipServer server({});
  WhipServer::Request request = Offering();
  row.change(request);

  const auto response = Answered(server, request);

  CHECK(response.status == row.status);
  CHECK(response.headers.Find("Access-Control-Allow-Origin") == "*");
  if (row.status == 405) CHECK(response.headers.Find("Allow") == "OPTIONS, POST");
}

TEST_CASE("A browser's preflight is answered before any session") {
  WhipServer server({});
  const std::string path = GENERATE(as<std::string>(), "/rtc/v1/whip/", "/rtc/v1/session/x");

  const auto response = Answered(server, Request(Method::kOptions, path));

  CHECK(response.status == 204);
  CHECK(response.headers.HasToken("Access-Control-Allow-Headers", "If-Match"));
  CHECK(response.headers.HasToken("Access-Control-Allow-Headers", "Authorization"));
  const bool is_session = path.ends_with("x");
  CHECK(response.headers.HasToken("Access-Control-Allow-Methods", "PATCH") == is_session);
  CHECK(response.headers.HasToken("Access-Control-Allow-Methods", "POST") != is_session);
}

TEST_CASE("What the owner refuses has its status") {
  struct Row {
    ErrorCode code;
    int status;
    bool says_when;
  };
  using enum ErrorCode;
  const Row row = GENERATE(values<Row>({{kSdpIncompatible, 406, false},
                                        {kSdpInsecure, 406, false},
                                        {kSdpMalformed, 400, false},
                                        {kHttpForbidden, 401, false},
                                        {kStreamNotFound, 409, true},
                                        {kPublishConflict, 409, true},
                                        {kLimit, 503, true},
                                        {kInternal, 500, false}}));
  const auto response = WhipServer({}).Refuse({row.code, "why"});

  CHECK(response.status == row.status);
  CHECK(response.headers.Find("Retry-After").has_value() == row.says_when);
  CHECK(response.headers.Find("WWW-Authenticate").has_value() == (row.status == 401));
}

TEST_CASE("Above the limit of sessions the next one is asked to wait") {
  WhipServerConfig config;
  config.session_limit = 1;
  WhipServer server = Serving(config);

  const auto response = Answered(server, Offering());
  CHECK(response.status == 503);
  CHECK(response.headers.Find("Retry-After") == "2");

  server.Forget(kToken);
  static_cast<void>(Decided<WhipServer::Create>(server, Offering()));
}

TEST_CASE("Two that were let in at once share the last place with nobody") {
  WhipServerConfig config;
  config.session_limit = 1;
  WhipServer server(config);
  const auto first = Decided<WhipServer::Create>(server, Offering());
  const auto second = Decided<WhipServer::Create>(server, Offering());
  const Sdp answer = MakeAnswer(first.offer, Ingesting()).value();

  CHECK(server.Accept(kToken, first, answer).status == 201);
  CHECK(server.Accept(kToken + "x", second, answer).status == 503);
  CHECK_FALSE(server.Knows(kToken + "x"));
}

TEST_CASE("A token that is taken or easy to guess makes no session") {
  WhipServer server = Serving();
  const auto create = Decided<WhipServer::Create>(server, Offering());
  const Sdp answer = MakeAnswer(create.offer, Ingesting()).value();

  CHECK(server.Accept(kToken, create, answer).status == 500);
  CHECK(server.Accept("short", create, answer).status == 500);
  CHECK(server.Accept("../../0123456789abcdef", create, answer).status == 500);
  CHECK(server.sessions() == 1);
}

TEST_CASE("Candidates come by PATCH under the session's ETag") {
  WhipServer server = Serving();

  const auto candidates = Decided<WhipServer::Candidates>(
      server, Patching({{"If-Match", GENERATE("\"1\"", "1")}}, kCandidate));

  CHECK(candidates.token == kToken);
  CHECK(candidates.ice.candidates.size() == 1);
  CHECK(candidates.response.status == 204);
}

TEST_CASE("Patches that do not fit are refused by their fault") {
  WhipServer server = Serving();
  const auto status = [&server](const WhipServer::Request& request) {
    return Answered(server, request).status;
  };

  CHECK(status(Patching({}, kCandidate)) == 428);
  CHECK(status(Patching({{"If-Match", "\"2\""}}, kCandidate)) == 412);
  CHECK(status(Patching({{"If-Match", "\"1\""}}, kRestart)) == 412);
  CHECK(status(Patching({{"If-Match", "\"1\""}}, "junk")) == 400);
  CHECK(status(Patching({{"If-Match", "*"}}, "m=audio 9 X 0\r\n")) == 400);
  CHECK(status(Patching({{"If-Match", "*"}}, kCandidate)) == 422);
  WhipServer::Request other = Patching({{"If-Match", "\"1\""}}, kCandidate);
  other.headers = {{"Content-Type", "application/sdp"}, {"If-Match", "\"1\""}};
  CHECK(status(other) == 415);
  other.path += "0";
  CHECK(status(other) == 404);
  other.method = Method::kPost;
  CHECK(status(other) == 405);
}

TEST_CASE("A restart gives new credentials and a new ETag; the old one is stale") {
  WhipServer server = Serving();
  const auto restart = Decided<WhipServer::Restart>(
      server, Patching({{"If-Match", GENERATE("*", "\"*\"")}}, kRestart));
  CHECK(restart.ice.credentials->ufrag == "Anew");

  const auto response = server.AcceptRestart(restart.token, AnySide().ice);

  CHECK(response.status == 200);
  CHECK(response.headers.Find("ETag") == "\"2\"");
  const auto fragment = ParseSdpFragment(std::string(response.body.begin(), response.body.end()));
  REQUIRE(fragment.has_value());
  CHECK(fragment->is_ice_lite);
  CHECK(fragment->sections[0].mid == "0");
  CHECK(fragment->Bundled().credentials->ufrag == "ufrg");
  CHECK(Answered(server, Patching({{"If-Match", "\"1\""}}, kCandidate)).status == 412);
  static_cast<void>(
      Decided<WhipServer::Candidates>(server, Patching({{"If-Match", "\"2\""}}, kRestart)));
}

TEST_CASE("A refused restart leaves the session as it was") {
  WhipServer server = Serving();
  static_cast<void>(Decided<WhipServer::Restart>(server, Patching({{"If-Match", "*"}}, kRestart)));

  CHECK(server.RefuseRestart().status == 422);

  static_cast<void>(
      Decided<WhipServer::Candidates>(server, Patching({{"If-Match", "\"1\""}}, kCandidate)));
}

TEST_CASE("DELETE ends a session once") {
  WhipServer server = Serving();
  const auto request = Request(Method::kDelete, "/rtc/v1/session/" + kToken);

  const auto ended = Decided<WhipServer::Delete>(server, request);

  CHECK(ended.token == kToken);
  CHECK(ended.response.status == 200);
  CHECK(server.sessions() == 0);
  CHECK(Answered(server, request).status == 404);
  CHECK(server.AcceptRestart(kToken, AnySide().ice).status == 404);
}

TEST_CASE("Our client and our server understand each other") {
  WhipServer server({});
  const Url url = ParseUrl("http://edge.test:8080/rtc/v1/whip/?app=live&stream=room").value();
  WhipClient client({SignallingRole::kPublish, url, "secret"});
  const auto carry = [&](auto decide) {
    auto call = std::get<HttpCall>(client.Poll());
    WhipServer::Request request;
    request.method = call.request.method == "POST"    ? Method::kPost
                     : call.request.method == "PATCH" ? Method::kPatch
                                                      : Method::kDelete;
    request.path = call.request.url.path;
    request.query = http::ParseQuery(call.request.url.query).value();
    request.headers = call.request.headers;
    request.body = call.request.body;
    const auto response = decide(server.HandleRequest(request));
    client.HandleResponse({response.status, response.headers,
                           std::string(response.body.begin(), response.body.end()),
                           call.request.url});
  };
  const Sdp offer = MakeOffer(Publishing()).value();
  client.Offer(offer);
  carry([&](WhipServer::Decision decision) {
    const auto& create = std::get<WhipServer::Create>(decision);
    return server.Accept(kToken, create, MakeAnswer(create.offer, Ingesting()).value());
  });
  CHECK(std::get<Signalling::Answered>(std::get<Signalling::Event>(client.Poll())).can_trickle);

  client.Trickle(AnySide().ice);
  carry([](WhipServer::Decision decision) {
    return std::get<WhipServer::Candidates>(decision).response;
  });
  IceDescription anew = AnySide().ice;
  anew.credentials->ufrag = "Anew";
  client.RestartIce(anew);
  carry([&](WhipServer::Decision decision) {
    return server.AcceptRestart(std::get<WhipServer::Restart>(decision).token, AnySide().ice);
  });
  CHECK(std::holds_alternative<Signalling::Restarted>(std::get<Signalling::Event>(client.Poll())));
  client.Trickle(anew);
  carry([](WhipServer::Decision decision) {
    return std::get<WhipServer::Candidates>(decision).response;
  });
  client.Close();
  carry([](WhipServer::Decision decision) {
    return std::get<WhipServer::Delete>(decision).response;
  });
  CHECK(std::holds_alternative<Signalling::Ended>(std::get<Signalling::Event>(client.Poll())));
  CHECK(server.sessions() == 0);
}

TEST_CASE("Settings out of range are named by the server") {
  WhipServerConfig config;
  CHECK(config.Validate().has_value());
  config.session_limit = 0;
  CHECK_THAT(config.Validate().error().detail, Catch::Contains("session_limit"));
  config = {};
  config.retry_after = TimeDelta::Millis(999);
  CHECK_THAT(config.Validate().error().detail, Catch::Contains("retry_after"));
  config = {};
  config.ice_servers = {{"stun:a\r\nX: y", "", ""}};
  CHECK_THAT(config.Validate().error().detail, Catch::Contains("ice_servers"));
}

}  // namespace
}  // namespace onair::webrtc
