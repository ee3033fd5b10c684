// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/whip_client.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/transport/webrtc/golden_sdp.h"
#include "tests/transport/webrtc/local_sides.h"
#include "transport/webrtc/offer.h"

namespace onair::webrtc {
namespace {

const std::string kEndpoint = "https://edge.test/live/whip?room=1";

WhipClient Client(SignallingRole role = SignallingRole::kPublish, std::string bearer = "",
                  Patching patching = Patching::kAsTold) {
  return WhipClient({role, ParseUrl(kEndpoint).value(), std::move(bearer), patching});
}

HttpCall TakeCall(WhipClient& client) {
  auto out = client.Poll();
  REQUIRE(std::holds_alternative<HttpCall>(out));
  return std::get<HttpCall>(std::move(out));
}

template <typename E>
E Take(WhipClient& client) {
  auto out = client.Poll();
  REQUIRE(std::holds_alternative<Signalling::Event>(out));
  auto& event = std::get<Signalling::Event>(out);
  REQUIRE(std::holds_alternative<E>(event));
  return std::get<E>(std::move(event));
}

bool IsIdle(WhipClient& client) {
  return std::holds_alternative<std::monostate>(client.Poll());
}

HttpResponse Response(int status, http::Headers headers, std::string body = "") {
  return {status, std::move(headers), std::move(body), ParseUrl(kEndpoint).value()};
}

HttpResponse Created(http::Headers headers) {
  headers.Add("Content-Type", "application/sdp");
  return Response(201, std::move(headers), GoldenText("pion_answer"));
}

const http::Headers kSession{{"Location", "/session/7?k=v"}, {"ETag", "\"xyz\""}};

// A client whose offer was taken by a server that can be patched.
WhipClient Up(SignallingRole role = SignallingRole::kPublish) {
  WhipClient client = Client(role);
  client.Offer(MakeOffer(Publishing()).value());
  static_cast<void>(TakeCall(client));
  client.HandleResponse(Created(kSession));
  CHECK(Take<Signalling::Answered>(client).can_trickle);
  return client;
}

IceDescription OneCandidate() {
  return AnySide().ice;
}

std::string Text(const HttpCall& call) {
  return {call.request.body.begin(), call.request.body.end()};
}

TEST_CASE("An offer is posted with its type and token") {
  WhipClient client = Client(SignallingRole::kPublish, "secret");
  const Sdp offer = MakeOffer(Publishing()).value();

  client.Offer(offer);
  const HttpCall call = TakeCall(client);

  CHECK(call.request.method == "POST");
  CHECK(call.request.url.Target() == "/live/whip?room=1");
  CHECK(call.request.headers.Find("Content-Type") == "application/sdp");
  CHECK(call.request.headers.Find("Authorization") == "Bearer secret");
  CHECK(Text(call) == PrintSdp(offer));
  CHECK(IsIdle(client));
}

TEST_CASE("201 is the answer, with the servers that come beside it") {
  WhipClient client = Client();
  client.Offer(MakeOffer(Publishing()).value());
  static_cast<void>(TakeCall(client));
  http::Headers headers = kSession;
  headers.Add("Link", "<stun:s.test>; rel=\"ice-server\"");

  client.HandleResponse(Created(headers));

  CHECK(Take<Signalling::IceServersTold>(client).servers.size() == 1);
  const auto answered = Take<Signalling::Answered>(client);
  CHECK(answered.answer.media.size() == 2);
  CHECK(answered.can_restart);
  CHECK(IsIdle(client));
}

TEST_CASE("The session's address is resolved against the address that answered") {
  WhipClient client = Client();
  client.Offer(MakeOffer(Publishing()).value());
  static_cast<void>(TakeCall(client));
  HttpResponse response = Created({{"Location", "resource/9"}});
  response.url = ParseUrl("https://node3.test:8443/a/b/whip").value();
  client.HandleResponse(response);
  static_cast<void>(Take<Signalling::Answered>(client));

  client.Close();
  const HttpCall call = TakeCall(client);

  CHECK(call.request.method == "DELETE");
  CHECK(call.request.url == ParseUrl("https://node3.test:8443/a/b/resource/9").value());
  client.HandleResponse(Response(200, {}));
  static_cast<void>(Take<Signalling::Ended>(client));
  CHECK(IsIdle(client));
}

TEST_CASE("A Location that leaves TLS is not used") {
  WhipClient client = Client();
  client.Offer(MakeOffer(Publishing()).value());
  static_cast<void>(TakeCall(client));
  client.HandleResponse(Created({{"Location", "http://edge.test/s"}, {"ETag", "\"a\""}}));
  CHECK_FALSE(Take<Signalling::Answered>(client).can_trickle);

  client.Close();

  static_cast<void>(Take<Signalling::Ended>(client));
}

TEST_CASE("Candidates found before the answer wait for it and go out under its ETag") {
  WhipClient client = Client();
  client.Offer(MakeOffer(Publishing()).value());
  static_cast<void>(TakeCall(client));
  client.Trickle(OneCandidate());
  client.Trickle(OneCandidate());
  CHECK(IsIdle(client));
  client.HandleResponse(Created(kSession));
  static_cast<void>(Take<Signalling::Answered>(client));

  const HttpCall call = TakeCall(client);

  CHECK(call.request.method == "PATCH");
  CHECK(call.request.url.Target() == "/session/7?k=v");
  CHECK(call.request.headers.Find("If-Match") == "\"xyz\"");
  CHECK(call.request.headers.Find("Content-Type") == kSdpFragmentType);
  const auto fragment = ParseSdpFragment(Text(call));
  REQUIRE(fragment.has_value());
  CHECK(fragment->sections[0].mid == "0");
  CHECK(fragment->Bundled().candidates.size() == 2);
  CHECK(fragment->Bundled().credentials->ufrag == "ufrg");
}

TEST_CASE("An unquoted ETag of '*' is given back as it came") {
  WhipClient client = Client();
  client.Offer(MakeOffer(Publishing()).value());
  static_cast<void>(TakeCall(client));
  client.HandleResponse(Created({{"Location", "/s"}, {"ETag", "*"}}));
  static_cast<void>(Take<Signalling::Answered>(client));
  client.Trickle(OneCandidate());

  CHECK(TakeCall(client).request.headers.Find("If-Match") == "*");
}

TEST_CASE("A server that tells neither ETag nor Accept-Patch is never patched") {
  WhipClient client = Client();
  client.Offer(MakeOffer(Publishing()).value());
  static_cast<void>(TakeCall(client));
  client.Trickle(OneCandidate());
  client.HandleResponse(Created({{"Location", "/rtc/v1/whip/?action=delete&token=t"}}));
  CHECK_FALSE(Take<Signalling::Answered>(client).can_trickle);
  client.Trickle(OneCandidate());
  client.RestartIce(OneCandidate());

  CHECK(Take<Signalling::RestartRefused>(client).is_by_server);
  CHECK(IsIdle(client));
  CHECK(client.untold_candidates() == 1);
}

TEST_CASE("Patching can be forbidden whatever the server tells") {
  WhipClient client = Client(SignallingRole::kPublish, "", Patching::kNever);
  client.Offer(MakeOffer(Publishing()).value());
  static_cast<void>(TakeCall(client));
  client.HandleResponse(Created(kSession));

  CHECK_FALSE(Take<Signalling::Answered>(client).can_trickle);
}

TEST_CASE("Accept-Patch or an OPTIONS that allows PATCH make a server patchable") {
  WhipClient client = Client();
  const bool by_options = GENERATE(true, false);
  if (by_options) {
    client.AskIceServers();
    const HttpCall call = TakeCall(client);
    CHECK(call.request.method == "OPTIONS");
    client.HandleResponse(Response(
        204, {{"Allow", "OPTIONS, POST, PATCH"}, {"Link", "<stun:s.test>; rel=\"ice-server\""}}));
    CHECK(Take<Signalling::IceServersTold>(client).servers.size() == 1);
  }
  client.Offer(MakeOffer(Publishing()).value());
  static_cast<void>(TakeCall(client));
  http::Headers headers{{"Location", "/s"}};
  if (!by_options) headers.Add("Accept-Patch", std::string(kSdpFragmentType));
  client.HandleResponse(Created(headers));

  CHECK(Take<Signalling::Answered>(client).can_trickle);
}

TEST_CASE("OPTIONS that fail tell no servers and the offer goes on") {
  WhipClient client = Client();
  client.AskIceServers();
  client.Offer(MakeOffer(Publishing()).value());
  static_cast<void>(TakeCall(client));

  client.HandleFailure({ErrorCode::kTimeout, ""});

  CHECK(Take<Signalling::IceServersTold>(client).servers.empty());
  CHECK(TakeCall(client).request.method == "POST");
}

TEST_CASE("A server that takes no candidates is not asked twice") {
  const int status = GENERATE(404, 405, 415, 422, 428, 501);
  WhipClient client = Up();
  client.Trickle(OneCandidate());
  static_cast<void>(TakeCall(client));

  client.HandleResponse(Response(status, {}));
  client.Trickle(OneCandidate());

  CHECK(IsIdle(client));
  CHECK(client.untold_candidates() == 1);
}

TEST_CASE("A server that takes no candidates may still restart paths, and the other way round") {
  const int status = GENERATE(405, 422, 501);
  WhipClient client = Up();

  SECTION("no candidates") {
    client.Trickle(OneCandidate());
    static_cast<void>(TakeCall(client));
    client.HandleResponse(Response(status, {}));
    client.RestartIce(OneCandidate());
    CHECK(TakeCall(client).request.headers.Find("If-Match") == "*");
  }
  SECTION("no restarts") {
    client.RestartIce(OneCandidate());
    static_cast<void>(TakeCall(client));
    client.HandleResponse(Response(status, {}));
    CHECK(Take<Signalling::RestartRefused>(client).is_by_server);
    client.Trickle(OneCandidate());
    CHECK(TakeCall(client).request.headers.Find("If-Match") == "\"xyz\"");
  }
}

TEST_CASE("Where a server knows no session or no fragments a restart is refused without asking") {
  const int status = GENERATE(404, 410, 415);
  const bool waits = GENERATE(false, true);
  WhipClient client = Up();
  client.Trickle(OneCandidate());
  static_cast<void>(TakeCall(client));
  if (waits) client.RestartIce(OneCandidate());
  client.HandleResponse(Response(status, {}));
  if (!waits) client.RestartIce(OneCandidate());

  const auto refused = Take<Signalling::RestartRefused>(client);
  CHECK(refused.is_by_server);
  CHECK(refused.error.native_code == status);
  CHECK(IsIdle(client));
}

TEST_CASE("A stale ETag or a busy server lose the batch and not the next one") {
  const int status = GENERATE(412, 503);
  WhipClient client = Up();
  client.Trickle(OneCandidate());
  static_cast<void>(TakeCall(client));

  client.HandleResponse(Response(status, {}));
  client.Trickle(OneCandidate());

  CHECK(TakeCall(client).request.method == "PATCH");
}

TEST_CASE("A restart patches under '*' and takes the new ETag") {
  WhipClient client = Up();
  client.RestartIce(OneCandidate());
  const HttpCall call = TakeCall(client);
  CHECK(call.request.headers.Find("If-Match") == "*");

  client.HandleResponse(Response(
      200, {{"ETag", "\"new\""}, {"Content-Type", std::string(kSdpFragmentType)}},
      "a=ice-ufrag:NewU\r\na=ice-pwd:0123456789012345678901\r\nm=audio 9 X 0\r\na=mid:0\r\n"));

  CHECK(Take<Signalling::Restarted>(client).peer.Bundled().credentials->ufrag == "NewU");
  client.Trickle(OneCandidate());
  CHECK(TakeCall(client).request.headers.Find("If-Match") == "\"new\"");
}

TEST_CASE("Of restarts that race only the last answer counts") {
  WhipClient client = Up();
  IceDescription second = OneCandidate();
  second.credentials->ufrag = "second";
  client.RestartIce(OneCandidate());
  static_cast<void>(TakeCall(client));
  client.RestartIce(second);
  const std::string fragment = "a=ice-ufrag:NewU\r\na=ice-pwd:0123456789012345678901\r\n";

  client.HandleResponse(Response(200, {}, fragment));

  const HttpCall call = TakeCall(client);  // No event came of the first answer.
  CHECK_THAT(Text(call), Catch::Contains("a=ice-ufrag:second"));
  client.HandleResponse(Response(200, {}, fragment));
  static_cast<void>(Take<Signalling::Restarted>(client));
}

TEST_CASE("A refused restart leaves the session as it is") {
  WhipClient client = Up();
  client.RestartIce(OneCandidate());
  static_cast<void>(TakeCall(client));

  SECTION("by status") {
    client.HandleResponse(Response(422, {}));
    CHECK(Take<Signalling::RestartRefused>(client).error.native_code == 422);
  }
  SECTION("by a fragment without credentials") {
    client.HandleResponse(Response(200, {}, "m=audio 9 X 0\r\n"));
    CHECK(Take<Signalling::RestartRefused>(client).error.code == ErrorCode::kSignallingProtocol);
  }
  SECTION("by the network") {
    client.HandleFailure({ErrorCode::kConnectionLost, ""});
    CHECK(Take<Signalling::RestartRefused>(client).error.code == ErrorCode::kConnectionLost);
  }
  client.Close();
  CHECK(TakeCall(client).request.method == "DELETE");
}

TEST_CASE("What a refusal means depends on the role") {
  struct Row {
    int status;
    ErrorCode publish, play;
  };
  using enum ErrorCode;
  const Row row = GENERATE(values<Row>({{200, kSignallingProtocol, kSignallingProtocol},
                                        {204, kSignallingProtocol, kSignallingProtocol},
                                        {301, kSignallingProtocol, kSignallingProtocol},
                                        {400, kSignallingRefused, kSignallingRefused},
                                        {401, kHttpForbidden, kHttpForbidden},
                                        {403, kHttpForbidden, kHttpForbidden},
                                        {404, kHttpNotFound, kStreamNotFound},
                                        {405, kSignallingRefused, kSignallingRefused},
                                        {406, kSignallingRefused, kSignallingRefused},
                                        {409, kPublishConflict, kStreamNotFound},
                                        {415, kSignallingRefused, kSignallingRefused},
                                        {422, kSignallingRefused, kSignallingRefused},
                                        {429, kHttpServerError, kHttpServerError},
                                        {500, kHttpServerError, kHttpServerError},
                                        {503, kHttpServerError, kHttpServerError}}));
  for (const SignallingRole role : {SignallingRole::kPublish, SignallingRole::kPlay}) {
    WhipClient client = Client(role);
    client.Offer(MakeOffer(Publishing()).value());
    static_cast<void>(TakeCall(client));

    client.HandleResponse(Response(row.status, {{"Retry-After", "7"}}));

    INFO(row.status);
    const auto failed = Take<Signalling::Failed>(client);
    CHECK(failed.error.code == (role == SignallingRole::kPublish ? row.publish : row.play));
    CHECK(failed.error.native_code == row.status);
    CHECK(failed.retry_after == TimeDelta::Seconds(7));
    CHECK(IsIdle(client));
  }
}

TEST_CASE("Retry-After is bounded and never negative") {
  CHECK(RetryAfter({{"Retry-After", "999999"}}) == TimeDelta::Seconds(3600));
  CHECK_FALSE(RetryAfter({{"Retry-After", "-1"}}).has_value());
  CHECK_FALSE(RetryAfter({{"Retry-After", "Fri, 31 Dec 2027 23:59:59 GMT"}}).has_value());
  CHECK_FALSE(RetryAfter({}).has_value());
}

TEST_CASE("A session whose answer cannot be read is deleted") {
  WhipClient client = Client();
  client.Offer(MakeOffer(Publishing()).value());
  static_cast<void>(TakeCall(client));

  client.HandleResponse(Response(201, kSession, "<html>"));

  CHECK(Take<Signalling::Failed>(client).error.code == ErrorCode::kSdpMalformed);
  CHECK(TakeCall(client).request.method == "DELETE");
  client.HandleResponse(Response(200, {}));
  CHECK(IsIdle(client));
}

TEST_CASE("Close() while the offer is on its way deletes what comes of it") {
  WhipClient client = Client();
  client.Offer(MakeOffer(Publishing()).value());
  static_cast<void>(TakeCall(client));
  client.Close();
  CHECK(IsIdle(client));

  SECTION("a session") {
    client.HandleResponse(Created(kSession));
    CHECK(TakeCall(client).request.method == "DELETE");
    client.HandleFailure({ErrorCode::kTimeout, ""});
    static_cast<void>(Take<Signalling::Ended>(client));
  }
  SECTION("a refusal") {
    client.HandleResponse(Response(404, {}));
    static_cast<void>(Take<Signalling::Ended>(client));
  }
  CHECK(IsIdle(client));
}

TEST_CASE("A WHEP server's own offer is answered by PATCH") {
  WhipClient client = Client(SignallingRole::kPlay);
  client.Offer(MakeOffer(Playing()).value());
  static_cast<void>(TakeCall(client));
  client.HandleResponse(Response(
      406,
      {{"Content-Type", "application/sdp; charset=utf-8"}, {"Location", "/s"}, {"ETag", "\"1\""}},
      GoldenText("chromium_sendonly")));
  CHECK(Take<Signalling::CounterOffered>(client).offer.media.size() == 3);

  client.Answer(GoldenSdp("chromium_answer"));
  const HttpCall call = TakeCall(client);

  CHECK(call.request.method == "PATCH");
  CHECK(call.request.headers.Find("Content-Type") == "application/sdp");
  client.HandleResponse(Response(204, {}));
  static_cast<void>(Take<Signalling::AnswerTaken>(client));
}

TEST_CASE("A 406 with an offer means nothing to a publisher") {
  WhipClient client = Client();
  client.Offer(MakeOffer(Publishing()).value());
  static_cast<void>(TakeCall(client));

  client.HandleResponse(Response(406, {{"Content-Type", "application/sdp"}, {"Location", "/s"}},
                                 GoldenText("chromium_recvonly")));

  CHECK(Take<Signalling::Failed>(client).error.code == ErrorCode::kSignallingRefused);
}

TEST_CASE("Candidates that wait stay within their bound") {
  WhipClient client = Client();
  for (int i = 0; i < 1000; ++i) client.Trickle(OneCandidate());

  CHECK(client.untold_candidates() == 1000 - kMaxCandidates);
}

}  // namespace
}  // namespace onair::webrtc
