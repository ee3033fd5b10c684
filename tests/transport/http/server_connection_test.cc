// SPDX-License-Identifier: Apache-2.0
#include "transport/http/server_connection.h"

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/laws/machine_laws.h"

namespace onair::http {
namespace {

static_assert(Machine<ServerConnection>);

constexpr Timestamp kStart = Timestamp::Zero();

Bytes ToBytes(std::string_view text) {
  return Bytes(text.begin(), text.end());
}

// A connection with all that came out of it so far.
struct Server {
  explicit Server(const ServerConfig& config = {}) : connection(config, kStart) { Drain(); }

  Server& Feed(std::string_view text, Timestamp now = kStart) {
    connection.HandleBytes(ToBytes(text), now);
    Drain();
    return *this;
  }
  void Respond(int status, std::string_view body, const Headers& headers = {}) {
    REQUIRE(connection.Respond({status, headers, ToBytes(body)}, kStart));
    Drain();
  }
  void Timeout(Timestamp now) {
    connection.HandleTimeout(now);
    Drain();
  }
  void Drain() {
    for (int i = 0; i < 1000; ++i) {
      auto out = connection.Poll();
      if (const auto* i_am_idle = std::get_if<Idle>(&out)) {
        idle = *i_am_idle;
        return;
      }
      if (const auto* transmit = std::get_if<Transmit>(&out)) {
        sent.append(transmit->bytes.begin(), transmit->bytes.end());
        continue;
      }
      const auto& event = std::get<ServerConnection::Event>(out);
      REQUIRE_FALSE(is_finished);
      REQUIRE_FALSE(error);
      if (const auto* request = std::get_if<ServerConnection::Request>(&event)) {
        requests.push_back(*request);
      } else if (const auto* closed = std::get_if<ServerConnection::Closed>(&event)) {
        error = closed->error;
      } else {
        is_finished = true;
      }
    }
    FAIL("Poll() never settles");
  }

  ServerConnection connection;
  std::string sent;
  std::vector<ServerConnection::Request> requests;
  bool is_finished = false;
  std::optional<Error> error;
  Idle idle;
};

constexpr std::string_view kGet =
    "GET /app/my%20stream.flv?token=a%2Bb HTTP/1.1\r\nHost: e\r\n\r\n";

TEST_CASE("HTTP server hands a request over decoded") {
  Server server;
  server.Feed(kGet);
  REQUIRE(server.requests.size() == 1);
  CHECK(server.requests[0].method == Method::kGet);
  CHECK(server.requests[0].target == "/app/my%20stream.flv?token=a%2Bb");
  CHECK(server.requests[0].path == "/app/my stream.flv");
  CHECK(server.requests[0].query.Find("token") == "a+b");
  CHECK(server.requests[0].headers.Find("host") == "e");
}

TEST_CASE("HTTP server knows its methods and reads their bodies") {
  const std::pair<const char*, Method> rows[] = {
      {"GET", Method::kGet},         {"HEAD", Method::kHead},   {"POST", Method::kPost},
      {"OPTIONS", Method::kOptions}, {"PATCH", Method::kPatch}, {"DELETE", Method::kDelete}};
  for (const auto& [name, method] : rows) {
    Server server;
    server.Feed(std::string(name) + " /a HTTP/1.1\r\nHost: e\r\nContent-Length: 3\r\n\r\nabc");
    REQUIRE(server.requests.size() == 1);
    CHECK(server.requests[0].method == method);
    CHECK(server.requests[0].body == ToBytes("abc"));
  }
}

TEST_CASE("HTTP server reads the three forms of a target") {
  const auto path = [](const std::string& line) {
    Server server;
    server.Feed(line + " HTTP/1.1\r\nHost: e\r\n\r\n");
    REQUIRE(server.requests.size() == 1);
    return server.requests[0].path;
  };
  CHECK(path("GET /a") == "/a");
  CHECK(path("GET http://e:80/a?b=c") == "/a");
  CHECK(path("GET http://e?b=c") == "/");
  CHECK(path("OPTIONS *") == "*");
}

TEST_CASE("HTTP server hands the same request over at every cut") {
  const std::string text =
      "POST /rtc/v1/whip/?app=a HTTP/1.1\r\nHost: e\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nv=0\r\n2\r\n\r\n\r\n0\r\n\r\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    INFO("cut at " << cut);
    Server server;
    server.Feed(text.substr(0, cut)).Feed(text.substr(cut));
    REQUIRE(server.requests.size() == 1);
    REQUIRE(server.requests[0].body == ToBytes("v=0\r\n"));
  }
}

TEST_CASE("HTTP server answers and waits for the next request") {
  Server server;
  server.Feed(kGet);
  server.Respond(200, "hello", {{"Content-Type", "text/plain"}});
  CHECK(server.sent ==
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
        "Connection: keep-alive\r\n\r\nhello");
  CHECK(server.idle.timer == "http.idle");
  CHECK(server.idle.wake_at == kStart + TimeDelta::Seconds(15));

  server.Feed("GET /b HTTP/1.1\r\nHost: e\r\nConnection: close\r\n\r\n");
  REQUIRE(server.requests.size() == 2);
  server.Respond(404, "");
  CHECK(server.is_finished);
  CHECK(server.sent.ends_with(
      "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
}

TEST_CASE("HTTP server sends no body to HEAD and none with 204") {
  Server head;
  head.Feed("HEAD / HTTP/1.1\r\nHost: e\r\n\r\n");
  head.Respond(200, "hello");
  CHECK(head.sent == "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n");

  Server options;
  options.Feed("OPTIONS /a HTTP/1.1\r\nHost: e\r\n\r\n");
  options.Respond(204, "");
  CHECK(options.sent == "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n");
}

TEST_CASE("HTTP server closes after a 1.0 request unless it asked to stay") {
  Server closing;
  closing.Feed("GET / HTTP/1.0\r\n\r\n");
  closing.Respond(200, "x");
  CHECK(closing.is_finished);

  Server staying;
  staying.Feed("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  staying.Respond(200, "x");
  CHECK_FALSE(staying.is_finished);
}

TEST_CASE("HTTP server answers pipelined requests one after the other") {
  Server server;
  server.Feed("GET /a HTTP/1.1\r\nHost: e\r\n\r\nGET /b HTTP/1.1\r\nHost: e\r\n\r\nGET /c HT");
  REQUIRE(server.requests.size() == 1);
  server.Feed("TP/1.1\r\nHost: e\r\n\r\n");
  REQUIRE(server.requests.size() == 1);
  server.Respond(200, "a");
  REQUIRE(server.requests.size() == 2);
  server.Respond(200, "b");
  REQUIRE(server.requests.size() == 3);
  CHECK(server.requests[2].path == "/c");
}

TEST_CASE("HTTP server ends a connection that pipelines without end") {
  Server server;
  std::string flood;
  for (int i = 0; i < 100; ++i) flood += kGet;
  server.Feed(flood);
  std::size_t answered = 0;
  while (!server.is_finished && answered < server.requests.size()) {
    server.Respond(200, "x");
    ++answered;
  }
  CHECK(server.is_finished);
  CHECK(answered == ServerConnection::kMaxPipelined + 1);
  CHECK(server.sent.ends_with("Connection: close\r\n\r\nx"));
}

TEST_CASE("HTTP server counts pipelined requests only while they come in a row") {
  Server server;
  for (int i = 0; i < 100; ++i) {
    server.Feed(std::string(kGet) + std::string(kGet));
    server.Respond(200, "x");
    server.Respond(200, "x");
  }
  CHECK_FALSE(server.is_finished);
}

TEST_CASE("HTTP server bounds what is pipelined behind an unanswered request") {
  Server server;
  server.Feed(kGet);
  const std::string filler(64 * 1024, 'x');
  for (int i = 0; i < 10 && !server.error; ++i) server.Feed(filler);
  REQUIRE(server.error);
  CHECK(server.error->code == ErrorCode::kLimit);
}

TEST_CASE("HTTP server invites a body that waits for its word") {
  Server server;
  server.Feed("POST / HTTP/1.1\r\nHost: e\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(server.sent == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(server.requests.empty());
  server.Feed("ok");
  CHECK(server.requests.size() == 1);
}

TEST_CASE("HTTP server streams in chunks to 1.1") {
  Server server;
  server.Feed(kGet);
  REQUIRE(server.connection.StartStream(200, {{"Content-Type", "video/x-flv"}},
                                        StreamFraming::kChunked, kStart));
  server.connection.WriteStream(ToBytes("FLV"), kStart);
  server.connection.WriteStream({}, kStart);
  server.connection.WriteStream(Bytes(20, 'x'), kStart);
  server.Drain();
  CHECK(server.sent ==
        "HTTP/1.1 200 OK\r\nContent-Type: video/x-flv\r\nTransfer-Encoding: chunked\r\n"
        "Connection: close\r\n\r\n3\r\nFLV\r\n14\r\n" +
            std::string(20, 'x') + "\r\n");
  CHECK_FALSE(server.idle.wake_at.is_finite());

  server.connection.FinishStream(kStart);
  server.Drain();
  CHECK(server.sent.ends_with("\r\n0\r\n\r\n"));
  CHECK(server.is_finished);
}

TEST_CASE("HTTP server streams bare bytes to 1.0 and where the driver writes by itself") {
  Server old;
  old.Feed("GET / HTTP/1.0\r\n\r\n");
  REQUIRE(old.connection.StartStream(200, {}, StreamFraming::kChunked, kStart));
  old.connection.WriteStream(ToBytes("FLV"), kStart);
  old.connection.FinishStream(kStart);
  old.Drain();
  CHECK(old.sent == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nFLV");

  Server shared;
  shared.Feed(kGet);
  REQUIRE(shared.connection.StartStream(200, {}, StreamFraming::kUntilClose, kStart));
  shared.Drain();
  CHECK(shared.sent == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
  shared.Feed("whatever the client still says");
  CHECK_FALSE(shared.error);
  shared.connection.FinishStream(kStart);
  shared.Drain();
  CHECK(shared.is_finished);
}

TEST_CASE("HTTP server sends a stream's head only to HEAD") {
  Server server;
  server.Feed("HEAD /a HTTP/1.1\r\nHost: e\r\n\r\n");
  REQUIRE(server.connection.StartStream(200, {}, StreamFraming::kChunked, kStart));
  server.connection.WriteStream(ToBytes("FLV"), kStart);
  server.connection.FinishStream(kStart);
  server.Drain();
  CHECK(server.sent.ends_with("\r\n\r\n"));
  CHECK(server.sent.find("FLV") == std::string::npos);
  CHECK(server.is_finished);
}

TEST_CASE("HTTP server refuses malformed requests with a status and ends") {
  const std::string filler(40'000, 'a');
  struct Row {
    std::string text;
    const char* status;
    ErrorCode code;
  };
  const Row rows[] = {
      {"nonsense\r\n\r\n", "400", ErrorCode::kHttpProtocol},
      {"GET / HTTP/1.1\r\n\r\n", "400", ErrorCode::kHttpProtocol},
      {"GET / HTTP/1.1\r\nHost e\r\n\r\n", "400", ErrorCode::kHttpProtocol},
      {"GET /%zz HTTP/1.1\r\nHost: e\r\n\r\n", "400", ErrorCode::kHttpProtocol},
      {"GET /a%00b HTTP/1.1\r\nHost: e\r\n\r\n", "400", ErrorCode::kHttpProtocol},
      {"GET /?a=%g HTTP/1.1\r\nHost: e\r\n\r\n", "400", ErrorCode::kHttpProtocol},
      {"GET nowhere HTTP/1.1\r\nHost: e\r\n\r\n", "400", ErrorCode::kHttpProtocol},
      {"GET / HTTP/2.0\r\nHost: e\r\n\r\n", "505", ErrorCode::kHttpProtocol},
      {"BREW / HTTP/1.1\r\nHost: e\r\n\r\n", "501", ErrorCode::kHttpProtocol},
      {"GET /" + filler + " HTTP/1.1\r\nHost: e\r\n\r\n", "431", ErrorCode::kLimit},
      {"GET / HTTP/1.1\r\nHost: e\r\nX: " + filler + "\r\n\r\n", "431", ErrorCode::kLimit},
      {"POST / HTTP/1.1\r\nHost: e\r\nContent-Length: 300000\r\n\r\n", "413", ErrorCode::kLimit},
      {"POST / HTTP/1.1\r\nHost: e\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n", "413",
       ErrorCode::kLimit},
      {"POST / HTTP/1.1\r\nHost: e\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
       "400", ErrorCode::kHttpProtocol}};
  for (const Row& row : rows) {
    INFO(row.text.substr(0, 80));
    Server server;
    server.Feed(row.text);
    CHECK(server.requests.empty());
    CHECK(server.sent.starts_with("HTTP/1.1 " + std::string(row.status)));
    CHECK(server.sent.find("Connection: close\r\n") != std::string::npos);
    REQUIRE(server.error);
    CHECK(server.error->code == row.code);
    CHECK_FALSE(server.idle.wake_at.is_finite());
  }
}

TEST_CASE("HTTP server gives trickling clients up at a fixed time") {
  Server silent;
  CHECK(silent.idle.wake_at == kStart + TimeDelta::Seconds(10));
  silent.Timeout(kStart + TimeDelta::Seconds(10));
  CHECK(silent.sent.empty());
  CHECK(silent.error->code == ErrorCode::kTimeout);

  Server trickling;
  for (int second = 1; second < 10; ++second) {
    trickling.Feed("G", kStart + TimeDelta::Seconds(second));
    CHECK(trickling.idle.wake_at == kStart + TimeDelta::Seconds(10));
  }
  trickling.Timeout(kStart + TimeDelta::Seconds(10));
  CHECK(trickling.sent.starts_with("HTTP/1.1 408 "));
  CHECK(trickling.error->code == ErrorCode::kTimeout);

  Server body;
  body.Feed("POST / HTTP/1.1\r\nHost: e\r\nContent-Length: 9\r\n\r\n",
            kStart + TimeDelta::Seconds(1));
  body.Feed("abc", kStart + TimeDelta::Seconds(9));
  body.Timeout(kStart + TimeDelta::Seconds(10));
  CHECK(body.sent.starts_with("HTTP/1.1 408 "));
}

TEST_CASE("HTTP server closes idle connections in good order") {
  Server server;
  server.Feed(kGet);
  CHECK_FALSE(server.idle.wake_at.is_finite());
  server.Respond(200, "x");
  server.Timeout(kStart + TimeDelta::Seconds(15));
  CHECK(server.is_finished);

  Server returning;
  returning.Feed(kGet);
  returning.Respond(200, "x");
  returning.Feed("GET", kStart + TimeDelta::Seconds(14));
  CHECK(returning.idle.timer == "http.request");
  CHECK(returning.idle.wake_at == kStart + TimeDelta::Seconds(24));
}

TEST_CASE("HTTP server tells a hang-up within a request from one between requests") {
  Server between;
  between.connection.HandleEnd(kStart);
  between.Drain();
  CHECK(between.error->code == ErrorCode::kPeerClosed);
  Server within;
  within.Feed("GET / HT");
  within.connection.HandleEnd(kStart);
  within.Drain();
  CHECK(within.error->code == ErrorCode::kConnectionLost);
}

TEST_CASE("HTTP server answers whole requests of a client that has ended its side") {
  Server one;
  one.Feed("POST /a HTTP/1.1\r\nHost: e\r\nContent-Length: 1\r\n\r\nx");
  one.connection.HandleEnd(kStart);
  one.Respond(200, "answer");
  CHECK(one.sent.find("Connection: close\r\n") != std::string::npos);
  CHECK(one.sent.ends_with("answer"));
  CHECK(one.is_finished);

  Server pipelined;
  pipelined.Feed(std::string(kGet) + std::string(kGet) + "GET /cut");
  pipelined.connection.HandleEnd(kStart);
  pipelined.Respond(200, "first");
  REQUIRE(pipelined.requests.size() == 2);
  pipelined.Respond(200, "second");
  CHECK(pipelined.sent.ends_with("second"));
  REQUIRE(pipelined.error);
  CHECK(pipelined.error->code == ErrorCode::kConnectionLost);

  Server streaming;
  streaming.Feed(kGet);
  REQUIRE(streaming.connection.StartStream(200, {}, StreamFraming::kChunked, kStart));
  streaming.connection.HandleEnd(kStart);
  streaming.connection.WriteStream(ToBytes("more"), kStart);
  streaming.connection.FinishStream(kStart);
  streaming.Drain();
  CHECK(streaming.sent.ends_with("4\r\nmore\r\n0\r\n\r\n"));
  CHECK(streaming.is_finished);
}

TEST_CASE("HTTP server refuses requests that two readers could cut differently") {
  for (const char* fields :
       {"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        "Content-Length: 4\r\nContent-Length: 5\r\n", "Content-Length: +4\r\n",
        "Content-Length: 0x4\r\n", "Content-Length: 4, 5\r\n", "Content-Length : 4\r\n",
        "Transfer-Encoding: identity\r\n", "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: gzip\r\n", "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Host: other\r\n"}) {
    INFO(fields);
    Server server;
    server.Feed("POST /a HTTP/1.1\r\nHost: e\r\n" + std::string(fields) +
                "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: e\r\n\r\n");
    for (const auto& request : server.requests) CHECK(request.path != "/smuggled");
    CHECK(server.requests.empty());
    const bool is_refused =
        server.sent.starts_with("HTTP/1.1 400") || server.sent.starts_with("HTTP/1.1 501");
    CHECK(is_refused);
    CHECK(server.error);
  }
  Server old;  // HTTP/1.0 has no transfer codings.
  old.Feed("POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  CHECK(old.requests.empty());
  CHECK(old.sent.starts_with("HTTP/1.1 400"));
}

TEST_CASE("HTTP server refuses answers that do not fit, and sends nothing") {
  Server server;
  CHECK(server.connection.Respond({}, kStart).error().code == ErrorCode::kInvalidState);
  server.Feed(kGet);
  CHECK(server.connection.Respond({200, {{"X", "a\r\nb"}}, {}}, kStart).error().code ==
        ErrorCode::kInvalidConfig);
  CHECK(server.connection.StartStream(200, {{"a b", "c"}}, StreamFraming::kChunked, kStart)
            .error()
            .code == ErrorCode::kInvalidConfig);
  server.Drain();
  CHECK(server.sent.empty());
  server.Respond(200, "still fine");
  CHECK(server.connection.Respond({}, kStart).error().code == ErrorCode::kInvalidState);
}

TEST_CASE("HTTP server hands over or refuses when any bit is turned") {
  const std::string text =
      "POST /a?b=c HTTP/1.1\r\nHost: e\r\nContent-Length: 3\r\nX-Y: z\r\n\r\nabc";
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    INFO("bit " << bit);
    std::string turned = text;
    turned[bit / 8] = static_cast<char>(turned[bit / 8] ^ (1 << (bit % 8)));
    Server server;
    server.Feed(turned);
    if (server.requests.empty() && !server.error) server.Timeout(kStart + TimeDelta::Seconds(10));
    REQUIRE((!server.requests.empty() || server.error));
  }
}

TEST_CASE("HTTP server names the setting that is out of range") {
  const auto detail = [](auto change) {
    ServerConfig config;
    change(config);
    return config.Validate().error().detail;
  };
  CHECK(detail([](auto& c) { c.header_limit = DataSize::Zero(); }).find("header_limit") == 0);
  CHECK(detail([](auto& c) { c.body_limit = DataSize::Bytes(-1); }).find("body_limit") == 0);
  CHECK(detail([](auto& c) { c.request_timeout = TimeDelta::Zero(); }).find("request_timeout") ==
        0);
  CHECK(detail([](auto& c) { c.idle_timeout = TimeDelta::Seconds(601); }).find("idle_timeout") ==
        0);
  CHECK(ServerConfig{}.Validate());
}

TEST_CASE("HTTP server keeps the laws of machines") {
  const auto make = [] { return std::make_unique<ServerConnection>(ServerConfig{}, kStart); };
  const laws::Case script{.script = {{TimeDelta::Millis(40),
                                      ToBytes("POST /a HTTP/1.1\r\nHost: e\r\nExpect: 100-continue"
                                              "\r\nTransfer-Encoding: chunked\r\n\r\n")},
                                     {TimeDelta::Millis(40), ToBytes("3\r\nabc\r\n0\r\n\r\n")},
                                     {TimeDelta::Millis(40), ToBytes("GET / HTTP/1.1\r\n")}}};
  laws::ExpectAll(make, script);
  const laws::Case refused{.script = {{TimeDelta::Millis(40), ToBytes("GET / HTTP/9.9\r\n\r\n")},
                                      {TimeDelta::Seconds(20), ToBytes("more")}}};
  laws::ExpectAll(make, refused);
  laws::ExpectSilentAfterEnd(make, script, [](auto& m, Timestamp now) { m.Close(now); });
  laws::ExpectSilentAfterEnd(make, script, [](auto& m, Timestamp now) {
    m.HandleBytes(ToBytes("nonsense\r\n\r\n"), now);
  });
}

}  // namespace
}  // namespace onair::http
