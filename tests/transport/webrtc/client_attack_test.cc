// SPDX-License-Identifier: Apache-2.0
//
// A signalling server that means harm: descriptions without bounds, lengths that lie, packed
// bodies, fields without end. The client ends in a typed error, soon and with bounded memory.
#include <catch2/catch.hpp>

#include "tests/support/live_bytes.h"
#include "tests/support/print_units.h"
#include "tests/transport/webrtc/web_world.h"

namespace onair::webrtc {
namespace {

using namespace testing;

constexpr std::int64_t kBound = 2 * 1024 * 1024;

// What the server's host says instead of HTTP that fits.
struct Outcome {
  std::optional<WebWorld::Over> closed;
  std::int64_t grown = 0;
};
Outcome AnsweredBy(const std::function<std::string(int part)>& raw, int parts = 1) {
  WebWorld web(SignallingRole::kPublish, Ingesting());
  const std::int64_t before = test::LiveBytes();
  web.raw = [&](ByteView) {
    for (int i = 0; i < parts; ++i) web.SendRaw(raw(i));
    return true;
  };
  web.Publish();
  web.world.RunFor(TimeDelta::Seconds(15));
  return {web.closed, test::LiveBytes() - before};
}
std::string Head(const std::string& more) {
  return "HTTP/1.1 201 Created\r\nLocation: /s/1\r\nContent-Type: application/sdp\r\n" + more +
         "\r\n";
}
std::string Answer() {
  LocalDescription server = Ingesting();
  return PrintSdp(*MakeAnswer(*MakeOffer(Publishing()), server));
}

TEST_CASE("Answers beyond every bound end in their error") {
  const auto with_lines = [](const std::string& line, int times) {
    std::string text = Answer();
    for (int i = 0; i < times; ++i) text += line;
    return Head("Content-Length: " + std::to_string(text.size()) + "\r\n") + text;
  };
  const std::string candidate = "a=candidate:1 1 udp 2130706431 198.51.100.1 9 typ host\r\n";
  const Outcome candidates = AnsweredBy([&](int) { return with_lines(candidate, 10'000); });
  REQUIRE(candidates.closed);
  CHECK(Describe(candidates.closed->error.code).name != std::string_view("internal"));
  CHECK(candidates.grown < kBound);

  for (const char* line : {"a=ssrc:1 cname:x\r\n", "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n",
                           "a=rtpmap:96 H264/90000\r\n", "a=x\r\n"}) {
    INFO(line);
    const Outcome outcome = AnsweredBy([&](int) { return with_lines(line, 2'500); });
    REQUIRE(outcome.closed);
    CHECK(outcome.closed->error.code == ErrorCode::kSdpTooLarge);
    CHECK(outcome.grown < kBound);
  }
}

TEST_CASE("A body without end is broken off at its bound") {
  const Outcome chunked = AnsweredBy(
      [](int part) {
        const std::string chunk = "10000\r\n" + std::string(65'536, 'a') + "\r\n";
        return (part == 0 ? Head("Transfer-Encoding: chunked\r\n") : "") + chunk;
      },
      200);
  REQUIRE(chunked.closed);
  CHECK(chunked.closed->error.code == ErrorCode::kLimit);
  CHECK(chunked.grown < kBound);

  const Outcome announced =
      AnsweredBy([](int) { return Head("Content-Length: 99999999999\r\n") + "v=0\r\n"; });
  REQUIRE(announced.closed);
  CHECK(announced.closed->error.code == ErrorCode::kLimit);
  CHECK(announced.grown < kBound);
}

TEST_CASE("Lengths that lie end in an error in time") {
  const Outcome longer = AnsweredBy([](int) {
    const std::string text = Answer();
    return Head("Content-Length: " + std::to_string(text.size() + 100) + "\r\n") + text;
  });
  REQUIRE(longer.closed);
  CHECK(longer.closed->error.code == ErrorCode::kTimeout);

  const Outcome shorter = AnsweredBy([](int) { return Head("Content-Length: 20\r\n") + Answer(); });
  REQUIRE(shorter.closed);

  const Outcome twice = AnsweredBy(
      [](int) { return Head("Content-Length: 20\r\nContent-Length: 30\r\n") + Answer(); });
  REQUIRE(twice.closed);
  CHECK(twice.closed->error.code == ErrorCode::kHttpProtocol);
}

TEST_CASE("A packed body is not unpacked") {
  // The head of gzip, and a block that repeats one byte (RFC 1951) for ever.
  std::string packed("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xed\xc1", 12);
  packed += std::string(60'000, '\x00');
  const Outcome outcome = AnsweredBy([&](int) {
    return Head("Content-Encoding: gzip\r\nContent-Length: " + std::to_string(packed.size()) +
                "\r\n") +
           packed;
  });
  REQUIRE(outcome.closed);
  const ErrorCode code = outcome.closed->error.code;
  CHECK((code == ErrorCode::kSdpMalformed || code == ErrorCode::kSdpTooLarge ||
         code == ErrorCode::kHttpProtocol));
  CHECK(outcome.grown < kBound);
}

TEST_CASE("Of a thousand servers for ICE a few are asked") {
  WebOptions options;
  options.amend = [](WebWorld::Response& response) {
    for (int i = 0; i < 60; ++i) {
      response.headers.Add("Link",
                           PrintIceServer({"turn:192.0.2." + std::to_string(i + 10), "u", "c"}));
    }
  };
  WebWorld many(SignallingRole::kPublish, Full(Ingesting()), options);
  many.Publish();
  many.world.RunFor(TimeDelta::Seconds(2));
  CHECK(many.ready_at);
  CHECK(many.network.sent < 500);
}

TEST_CASE("A restart's answer beyond the bounds of a description restarts nothing") {
  WebWorld web(SignallingRole::kPublish, Ingesting());
  web.Publish();
  web.world.RunFor(TimeDelta::Seconds(2));
  REQUIRE(web.ready_at);
  web.intercept = [](const WebWorld::Request& request) -> std::optional<WebWorld::Response> {
    if (request.method != http::Method::kPatch) return std::nullopt;
    WebWorld::Response response;
    response.status = 200;
    std::string body = "a=ice-ufrag:NewU\r\na=ice-pwd:" + std::string(24, 'p') +
                       "\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n";
    for (int i = 0; i < 2'200; ++i) {
      body += "a=candidate:1 1 udp 2130706431 198.51.100.1 9 typ host\r\n";
    }
    response.body.assign(body.begin(), body.end());
    return response;
  };
  const std::int64_t before = test::LiveBytes();
  web.network.Block(web.server.socket());
  web.world.RunFor(TimeDelta::Seconds(5));

  REQUIRE(web.closed);
  CHECK(web.closed->error.code == ErrorCode::kIceConsentLost);
  CHECK(web.client->stats().restarts_begun == 0);
  CHECK(test::LiveBytes() - before < kBound);
}

}  // namespace
}  // namespace onair::webrtc
