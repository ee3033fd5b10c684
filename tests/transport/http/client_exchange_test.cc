// SPDX-License-Identifier: Apache-2.0
#include "transport/http/client_exchange.h"

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "tests/laws/machine_laws.h"
#include "tests/transport/http/joined.h"

namespace onair::http {
namespace {

static_assert(Machine<ClientExchange>);

constexpr Timestamp kStart = Timestamp::Zero();

Bytes ToBytes(std::string_view text) {
  return Bytes(text.begin(), text.end());
}

ClientRequest Get(const char* url = "http://edge.test:8080/app/stream.flv?t=1") {
  ClientRequest request;
  request.url = ParseUrl(url).value();
  request.headers = {{"Accept", "*/*"}};
  return request;
}

// An exchange with all that came out of it so far.
struct Client {
  explicit Client(const ClientRequest& request = Get(), const ClientConfig& config = {})
      : exchange(ClientExchange::Make(request, config, kStart).value()) {
    Drain();
  }

  Client& Feed(std::string_view text, Timestamp now = kStart) {
    exchange.HandleBytes(ToBytes(text), now);
    Drain();
    return *this;
  }
  Client& End() {
    exchange.HandleEnd(kStart);
    Drain();
    return *this;
  }
  void Drain() {
    for (int i = 0; i < 1000; ++i) {
      auto out = exchange.Poll();
      if (const auto* i_am_idle = std::get_if<Idle>(&out)) {
        idle = *i_am_idle;
        return;
      }
      if (const auto* transmit = std::get_if<Transmit>(&out)) {
        sent.append(transmit->bytes.begin(), transmit->bytes.end());
        continue;
      }
      Take(std::get<ClientExchange::Event>(out));
    }
    FAIL("Poll() never settles");
  }
  void Take(const ClientExchange::Event& event) {
    REQUIRE_FALSE(is_finished);
    REQUIRE_FALSE(error);
    if (const auto* h = std::get_if<ClientExchange::ResponseHead>(&event)) {
      REQUIRE_FALSE(head);
      head = *h;
    } else if (const auto* part = std::get_if<ClientExchange::BodyPart>(&event)) {
      REQUIRE(head);
      REQUIRE_FALSE(part->bytes.empty());
      body.append(part->bytes.begin(), part->bytes.end());
    } else if (const auto* closed = std::get_if<ClientExchange::Closed>(&event)) {
      error = closed->error;
    } else {
      is_finished = true;
    }
  }

  ClientExchange exchange;
  std::string sent;
  std::optional<ClientExchange::ResponseHead> head;
  std::string body;
  bool is_finished = false;
  std::optional<Error> error;
  Idle idle;
};

TEST_CASE("HTTP client writes its request at once") {
  CHECK(Client().sent ==
        "GET /app/stream.flv?t=1 HTTP/1.1\r\nHost: edge.test:8080\r\nAccept: */*\r\n\r\n");

  ClientRequest post = Get("https://[::1]:443");
  post.method = "POST";
  post.headers = {};
  post.body = ToBytes("v=0");
  CHECK(Client(post).sent == "POST / HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 3\r\n\r\nv=0");
}

TEST_CASE("HTTP client reads a body of known length") {
  Client client;
  client.Feed("HTTP/1.1 200 OK\r\ncontent-type: video/x-flv\r\nContent-Length: 5\r\n\r\nhel");
  REQUIRE(client.head);
  CHECK(client.head->status == 200);
  CHECK(client.head->headers.Find("Content-Type") == "video/x-flv");
  CHECK(client.head->keep_alive);
  CHECK(client.body == "hel");
  CHECK_FALSE(client.is_finished);

  client.Feed("lo");
  CHECK(client.body == "hello");
  CHECK(client.is_finished);
}

TEST_CASE("HTTP client removes the framing of a chunked body") {
  Client client;
  client.Feed(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;name=value\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: dropped\r\n\r\n");
  CHECK(client.body == "hello!");
  CHECK(client.is_finished);
  CHECK_FALSE(client.head->headers.Find("Trailer"));
}

TEST_CASE("HTTP client takes a body without length until the end") {
  for (const char* version : {"1.0", "1.1"}) {
    Client client;
    client.Feed("HTTP/" + std::string(version) + " 200 OK\r\nConnection: close\r\n\r\nFLV");
    client.Feed("more");
    CHECK(client.body == "FLVmore");
    CHECK_FALSE(client.head->keep_alive);
    CHECK_FALSE(client.is_finished);
    client.End();
    CHECK(client.is_finished);
  }
}

TEST_CASE("HTTP client knows answers that have no body") {
  ClientRequest head = Get();
  head.method = "HEAD";
  Client by_head(head);
  by_head.Feed("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
  CHECK(by_head.is_finished);

  CHECK(Client().Feed("HTTP/1.1 204 No Content\r\n\r\n").is_finished);
  CHECK(
      Client().Feed("HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n").is_finished);
}

TEST_CASE("HTTP client passes interim answers over") {
  Client client;
  client.Feed(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"
      "HTTP/1.1 201 Created\r\nLocation: /r\r\nContent-Length: 2\r\n\r\nok");
  REQUIRE(client.head);
  CHECK(client.head->status == 201);
  CHECK_FALSE(client.head->headers.Find("Link"));
  CHECK(client.body == "ok");
  CHECK(client.is_finished);
}

TEST_CASE("HTTP client reads every framing alike at every cut") {
  const std::string answers[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "A\r\n0123456789\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "1;x\r\n0\r\n1\r\n1\r\n08\r\n23456789\r\n00\r\nA: b\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"};
  for (const std::string& answer : answers) {
    const std::string expected = answer.find("2345") == std::string::npos ? "" : "0123456789";
    for (std::size_t cut = 0; cut <= answer.size(); ++cut) {
      for (std::size_t second = cut; second <= answer.size(); second += 3) {
        INFO("cut at " << cut << " and " << second);
        Client client;
        client.Feed(answer.substr(0, cut));
        client.Feed(answer.substr(cut, second - cut));
        client.Feed(answer.substr(second));
        REQUIRE(client.body == expected);
        REQUIRE(client.is_finished);
      }
    }
  }
}

TEST_CASE("HTTP client names what cut an answer short") {
  CHECK(Client().End().error->code == ErrorCode::kPeerClosed);
  CHECK(Client().Feed("HTTP/1.1 20").End().error->code == ErrorCode::kConnectionLost);
  CHECK(Client().Feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel").End().error->code ==
        ErrorCode::kConnectionLost);
  CHECK(Client()
            .Feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
            .End()
            .error->code == ErrorCode::kConnectionLost);
  CHECK(Client()
            .Feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
            .End()
            .error->code == ErrorCode::kConnectionLost);
}

TEST_CASE("HTTP client refuses what is no HTTP/1 answer") {
  for (const char* text :
       {"FLV\x01\x05 not http at all", "HTTP/2 200\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nbad header line\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n"}) {
    INFO(text);
    Client client;
    client.Feed(text);
    REQUIRE(client.error);
    CHECK(client.error->code == ErrorCode::kHttpProtocol);
    CHECK_FALSE(client.idle.wake_at.is_finite());
  }
}

TEST_CASE("HTTP client bounds heads, chunk lines, trailers and bodies") {
  const std::string filler(70'000, 'a');
  const auto limit = [&](const std::string& text, const ClientConfig& config = {}) {
    Client client(Get(), config);
    for (std::size_t at = 0; at < text.size(); at += 1000) client.Feed(text.substr(at, 1000));
    REQUIRE(client.error);
    CHECK(client.error->code == ErrorCode::kLimit);
  };
  limit("HTTP/1.1 200 " + filler);
  limit("HTTP/1.1 200 OK\r\nX: " + filler);
  limit("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;" + filler);
  limit("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + filler);
  ClientConfig bounded;
  bounded.body_limit = DataSize::Kibibytes(64);
  limit("HTTP/1.1 200 OK\r\n\r\n" + filler, bounded);
  limit("HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n" + filler, bounded);
}

TEST_CASE("HTTP client gives up exactly at its deadlines") {
  Client silent;
  CHECK(silent.idle.timer == "http.head");
  CHECK(silent.idle.wake_at == kStart + TimeDelta::Seconds(10));
  silent.Feed("HTTP/1.1 200 OK\r\n", kStart + TimeDelta::Seconds(9));
  CHECK(silent.idle.wake_at == kStart + TimeDelta::Seconds(10));
  silent.exchange.HandleTimeout(kStart + TimeDelta::Seconds(10));
  silent.Drain();
  CHECK(silent.error->code == ErrorCode::kTimeout);

  ClientConfig config;
  config.body_timeout = TimeDelta::Seconds(3);
  Client stopped(Get(), config);
  stopped.Feed("HTTP/1.1 200 OK\r\n\r\na", kStart + TimeDelta::Seconds(1));
  CHECK(stopped.idle.wake_at == kStart + TimeDelta::Seconds(4));
  stopped.Feed("b", kStart + TimeDelta::Seconds(2));
  CHECK(stopped.idle.timer == "http.body");
  CHECK(stopped.idle.wake_at == kStart + TimeDelta::Seconds(5));
  stopped.exchange.HandleTimeout(kStart + TimeDelta::Seconds(5));
  stopped.Drain();
  CHECK(stopped.error->code == ErrorCode::kTimeout);
}

TEST_CASE("HTTP client waits for ever in a body when nobody set a limit") {
  Client client;
  client.Feed("HTTP/1.1 200 OK\r\n\r\na");
  CHECK_FALSE(client.idle.wake_at.is_finite());
}

TEST_CASE("HTTP client ends in order or in a typed error when any bit is turned") {
  const std::string answer =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nServer: x\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  for (std::size_t bit = 0; bit < answer.size() * 8; ++bit) {
    INFO("bit " << bit);
    std::string turned = answer;
    turned[bit / 8] = static_cast<char>(turned[bit / 8] ^ (1 << (bit % 8)));
    Client client;
    client.Feed(turned);
    if (!client.is_finished && !client.error) client.End();
    REQUIRE((client.is_finished || client.error));
  }
}

TEST_CASE("HTTP client refuses requests that would break the message") {
  ClientRequest request = Get();
  request.headers.Add("X", "a\r\nEvil: 1");
  CHECK(ClientExchange::Make(request, {}, kStart).error().code == ErrorCode::kInvalidConfig);
  request = Get();
  request.method = "GET /other HTTP/1.1\r\n";
  CHECK(ClientExchange::Make(request, {}, kStart).error().code == ErrorCode::kInvalidConfig);
  request = Get();
  request.url.path = "/a b";
  CHECK(ClientExchange::Make(request, {}, kStart).error().code == ErrorCode::kInvalidConfig);
}

TEST_CASE("HTTP client names the setting that is out of range") {
  const auto detail = [](auto change) {
    ClientConfig config;
    change(config);
    return config.Validate().error().detail;
  };
  CHECK(detail([](auto& c) { c.header_limit = DataSize::Zero(); }).find("header_limit") == 0);
  CHECK(detail([](auto& c) { c.head_timeout = TimeDelta::Zero(); }).find("head_timeout") == 0);
  CHECK(detail([](auto& c) { c.body_timeout = TimeDelta::Zero(); }).find("body_timeout") == 0);
  CHECK(detail([](auto& c) { c.body_limit = DataSize::Bytes(-1); }).find("body_limit") == 0);
  CHECK(ClientConfig{}.Validate());
}

TEST_CASE("HTTP client keeps the laws of machines") {
  const auto make = [] {
    return std::make_unique<test::Joined>(ClientExchange::Make(Get(), {}, kStart).value());
  };
  const laws::Case script{
      .script = {{TimeDelta::Millis(40), ToBytes("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"
                                                 "Transfer-Encoding: chunked\r\n\r\n5\r\nhe")},
                 {TimeDelta::Millis(40), ToBytes("llo\r\n")},
                 {TimeDelta::Millis(40), ToBytes("3\r\nabc\r\n0\r\n\r\n")}}};
  laws::ExpectAll(make, script);
  laws::ExpectSilentAfterEnd(make, script, [](auto& m, Timestamp now) { m.Close(now); });
  laws::ExpectSilentAfterEnd(make, script, [](auto& m, Timestamp now) {
    m.HandleBytes(ToBytes("not http\r\n\r\n"), now);
  });
}

}  // namespace
}  // namespace onair::http
