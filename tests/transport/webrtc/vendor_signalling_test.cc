// SPDX-License-Identifier: Apache-2.0
//
// The dialects in JSON against bodies built from the vendors' public texts (see each header): no
// server of theirs was reached.
#include <catch2/catch.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/transport/webrtc/golden_sdp.h"
#include "tests/transport/webrtc/local_sides.h"
#include "transport/webrtc/offer.h"
#include "transport/webrtc/rts_url.h"

namespace onair::webrtc {
namespace {

using Json = nlohmann::json;
using enum SignallingRole;

std::unique_ptr<Signalling> Make(const std::string& address, SignallingRole role) {
  const auto url = ParseRtsUrl(ParseUrl(address).value(), role);
  REQUIRE(url.has_value());
  return MakeSignalling(*url, role, "", "abc123");
}

struct Posted {
  Url url;
  Json body;
};

Posted TakePost(Signalling& dialect) {
  auto out = dialect.Poll();
  REQUIRE(std::holds_alternative<HttpCall>(out));
  const auto& request = std::get<HttpCall>(out).request;
  CHECK(request.method == "POST");
  CHECK(request.headers.Find("Content-Type") == "application/json");
  return {request.url, Json::parse(request.body.begin(), request.body.end(), nullptr, false)};
}

Posted Offered(Signalling& dialect, const Sdp& offer) {
  dialect.Offer(offer);
  return TakePost(dialect);
}

template <typename E>
E Take(Signalling& dialect) {
  auto out = dialect.Poll();
  REQUIRE(std::holds_alternative<Signalling::Event>(out));
  REQUIRE(std::holds_alternative<E>(std::get<Signalling::Event>(out)));
  return std::get<E>(std::get<Signalling::Event>(out));
}

void Reply(Signalling& dialect, const std::string& body, int status = 200) {
  dialect.HandleResponse({status, {}, body, ParseUrl("http://a.test/").value()});
}

const Sdp kPlaying = MakeOffer(Playing()).value();
const Sdp kPublishing = MakeOffer(Publishing()).value();

TEST_CASE("SRS is asked by its API, and its code is looked at, not its status") {
  auto dialect = Make("webrtc://srs.test/live/livestream", kPublish);

  const Posted posted = Offered(*dialect, kPublishing);
  CHECK(posted.url.Target() == "/rtc/v1/publish/");
  CHECK(posted.body["api"] == "http://srs.test:1985/rtc/v1/publish/");
  CHECK(posted.body["streamurl"] == "webrtc://srs.test/live/livestream");
  CHECK(posted.body["tid"] == "abc123");
  CHECK(posted.body["clientip"].is_null());
  CHECK(posted.body["sdp"] == PrintSdp(kPublishing));

  SECTION("taken") {
    Reply(*dialect, Json{{"code", 0},
                         {"server", "vid-1"},
                         {"service", "s"},
                         {"pid", "1"},
                         {"sdp", GoldenText("srs_answer")},
                         {"sessionid", "0v6o52p1:ufrg"}}
                        .dump());
    CHECK(Take<Signalling::Answered>(*dialect).answer.is_ice_lite);
    dialect->Close();
    static_cast<void>(Take<Signalling::Ended>(*dialect));
  }
  SECTION("refused with HTTP 200") {
    Reply(*dialect, R"({"code":400,"msg":"stream busy"})");
    const auto failed = Take<Signalling::Failed>(*dialect);
    CHECK(failed.error.code == ErrorCode::kSignallingRefused);
    CHECK(failed.error.native_code == 400);
    CHECK_THAT(failed.error.detail, Catch::Contains("stream busy"));
  }
}

TEST_CASE("Alibaba is asked at the stream's own address over https, in version 2") {
  auto dialect = Make("artc://rts.test/live/room?auth_key=k", kPlay);

  const Posted posted = Offered(*dialect, kPlaying);
  CHECK(posted.url == ParseUrl("https://rts.test/live/room?auth_key=k").value());
  CHECK(posted.body["version"] == 2);
  CHECK(posted.body["mode"] == "live");
  REQUIRE(posted.body["pull_streams"].size() == 1);
  const Json& stream = posted.body["pull_streams"][0];
  CHECK(stream["url"] == "artc://rts.test/live/room?auth_key=k");
  CHECK(stream["amsid"] == Json::array({"rts audio"}));
  CHECK(stream["vmsid"] == Json::array({"rts video"}));
  CHECK(posted.body["jsep"]["type"] == "offer");

  Reply(*dialect, Json{{"code", 200},
                       {"trace_id", "t"},
                       {"jsep", {{"type", "answer"}, {"sdp", GoldenText("srs_answer")}}}}
                      .dump());
  CHECK(Take<Signalling::Answered>(*dialect).answer.media.size() == 2);
}

TEST_CASE("Alibaba's wishes for the offer are followed") {
  auto dialect = Make("artc://rts.test/live/room", kPublish);

  const Posted posted = Offered(*dialect, kPublishing);

  CHECK(posted.body["mode"] == "rtc");
  CHECK(posted.body["push_stream"] == "artc://rts.test/live/room");
  CHECK_FALSE(posted.body.contains("pull_streams"));
  const auto offer = ParseSdp(posted.body["jsep"]["sdp"].get<std::string>());
  REQUIRE(offer.has_value());
  CHECK(offer->media[0].codecs[0].HasFeedback("nack"));
  CHECK(FindParameter(offer->media[1].codecs[0].parameters, "sps-pps-idr-in-keyframe") == "1");
  CHECK(offer->media[1].msid == "rts video");
  CHECK(offer->media[1].sources[0] == Source{20, "rts", "rts video"});
  for (const MediaSection& media : offer->media) {
    for (const HeaderExtension& extension : media.extensions) {
      CHECK_THAT(extension.uri, !Catch::Contains("sdes"));
    }
  }
}

TEST_CASE("One track of Alibaba's can be left out") {
  auto dialect = Make("artc://rts.test/live/room@subaudio=no", kPlay);

  const Json stream = Offered(*dialect, kPlaying).body["pull_streams"][0];

  CHECK_FALSE(stream.contains("amsid"));
  CHECK(stream.contains("vmsid"));
}

TEST_CASE("Tencent is asked at its gateway and told when it is over") {
  auto dialect = Make("webrtc://play.test/live/s?txSecret=x&txTime=y", kPlay);

  const Posted posted = Offered(*dialect, kPlaying);
  CHECK(posted.url.Target() == "/webrtc/v1/pullstream");
  CHECK(posted.body["streamurl"] == "webrtc://play.test/live/s?txSecret=x&txTime=y");
  CHECK(posted.body["sessionid"] == "abc123");
  CHECK(posted.body["localsdp"]["type"] == "offer");
  const std::string taken =
      Json{{"errcode", 0},
           {"errmsg", "ok"},
           {"svrsig", "1.2.3.4:a:b"},
           {"remotesdp", {{"type", "answer"}, {"sdp", GoldenText("srs_answer")}}}}
          .dump();

  SECTION("after the answer") {
    Reply(*dialect, taken);
    static_cast<void>(Take<Signalling::Answered>(*dialect));
    dialect->Close();
  }
  SECTION("and where Close() came before it") {
    dialect->Close();
    Reply(*dialect, taken);
  }
  const Posted stop = TakePost(*dialect);
  CHECK(stop.url.Target() == "/webrtc/v1/stopstream");
  CHECK(stop.body["svrsig"] == "1.2.3.4:a:b");
  Reply(*dialect, taken);  // Whatever it says to the farewell begins nothing.
  static_cast<void>(Take<Signalling::Ended>(*dialect));
  CHECK(std::holds_alternative<std::monostate>(dialect->Poll()));
}

TEST_CASE("Tencent's codes have our meaning") {
  struct Row {
    int code;
    ErrorCode meaning;
  };
  const Row row = GENERATE(values<Row>({{103, ErrorCode::kHttpForbidden},
                                        {403, ErrorCode::kHttpForbidden},
                                        {104, ErrorCode::kStreamNotFound},
                                        {404, ErrorCode::kStreamNotFound},
                                        {100, ErrorCode::kSignallingRefused},
                                        {-1, ErrorCode::kSignallingRefused}}));
  auto dialect = Make("webrtc://play.test/live/s?txSecret=x", kPlay);
  static_cast<void>(Offered(*dialect, kPlaying));

  Reply(*dialect, Json{{"errcode", row.code}, {"errmsg", "no"}}.dump());

  const auto failed = Take<Signalling::Failed>(*dialect);
  CHECK(failed.error.code == row.meaning);
  CHECK(failed.error.native_code == row.code);
}

TEST_CASE("Volcano is asked at the stream's .sdp") {
  auto dialect = Make("webrtc://volc.test/app/s?volcSecret=x", kPlay);

  const Posted posted = Offered(*dialect, kPlaying);
  CHECK(posted.url == ParseUrl("https://volc.test/app/s.sdp?volcSecret=x").value());
  CHECK(posted.body["version"] == "1.0");
  CHECK(posted.body["sessionId"] == "abc123");
  CHECK(posted.body["localSdp"]["sdp"] == PrintSdp(kPlaying));

  SECTION("taken") {
    Reply(*dialect, Json{{"code", 200},
                         {"message", "success"},
                         {"remoteSdp", {{"type", "answer"}, {"sdp", GoldenText("srs_answer")}}}}
                        .dump());
    static_cast<void>(Take<Signalling::Answered>(*dialect));
    dialect->RestartIce(AnySide().ice);
    CHECK(Take<Signalling::RestartRefused>(*dialect).error.code == ErrorCode::kUnsupported);
  }
  SECTION("not there") {
    Reply(*dialect, R"({"code":404,"message":"stream not exist"})");
    CHECK(Take<Signalling::Failed>(*dialect).error.code == ErrorCode::kStreamNotFound);
  }
}

TEST_CASE("Bodies that lie fail the offer and nothing else") {
  const std::string address = GENERATE(as<std::string>(), "webrtc://h/a/s", "artc://h/a/s",
                                       "webrtc://h/a/s?txSecret=x", "webrtc://h/a/s?volcSecret=x");
  const std::string body = GENERATE(
      as<std::string>(), "", "null", "[]", "7", "{", "{}", "\xff\xfe", R"({"code":"0"})",
      R"({"code":0})", R"({"code":0,"sdp":7,"jsep":7,"errcode":0,"remotesdp":[],"remoteSdp":null})",
      R"({"code":200,"remoteSdp":{"sdp":{}},"jsep":{"sdp":[]}})",
      R"({"code":0,"sdp":"junk","jsep":{"sdp":"junk"},"errcode":0,"remotesdp":{"sdp":"junk"}})",
      R"({"code":1e99})", R"({"code":18446744073709551615,"errcode":-9223372036854775808})");
  INFO(address << " " << body);
  auto dialect = Make(address, kPlay);
  static_cast<void>(Offered(*dialect, kPlaying));

  Reply(*dialect, body);

  static_cast<void>(Take<Signalling::Failed>(*dialect));
  CHECK(std::holds_alternative<std::monostate>(dialect->Poll()));
}

TEST_CASE("Brackets without end do not exhaust the stack") {
  auto dialect = Make("webrtc://h/a/s", kPlay);
  static_cast<void>(Offered(*dialect, kPlaying));

  Reply(*dialect, std::string(kMaxSignallingBody, '['));

  CHECK(Take<Signalling::Failed>(*dialect).error.code == ErrorCode::kSignallingProtocol);
}

TEST_CASE("A server's words are shortened and cleaned before anybody reads them") {
  auto dialect = Make("webrtc://h/a/s", kPlay);
  static_cast<void>(Offered(*dialect, kPlaying));

  Reply(*dialect, Json{{"code", 1}, {"msg", "a\r\nb" + std::string(5000, 'x')}}.dump());

  const std::string detail = Take<Signalling::Failed>(*dialect).error.detail;
  CHECK(detail.size() < 250);
  CHECK(detail.find('\n') == std::string::npos);
}

TEST_CASE("An HTTP error and a lost connection fail the offer of any dialect") {
  auto refused = Make("artc://h/a/s", kPlay);
  static_cast<void>(Offered(*refused, kPlaying));
  Reply(*refused, "", 403);
  CHECK(Take<Signalling::Failed>(*refused).error.code == ErrorCode::kHttpForbidden);

  auto lost = Make("artc://h/a/s", kPlay);
  static_cast<void>(Offered(*lost, kPlaying));
  lost->HandleFailure({ErrorCode::kConnectionLost, ""});
  CHECK(Take<Signalling::Failed>(*lost).error.code == ErrorCode::kConnectionLost);
}

}  // namespace
}  // namespace onair::webrtc
