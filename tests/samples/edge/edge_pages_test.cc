// SPDX-License-Identifier: Apache-2.0
//
// What an edge shows and answers over plain HTTP.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "samples/edge/page_files.h"
#include "tests/samples/edge/edge_world.h"

namespace onair::edge {
namespace {

using namespace test;

TEST_CASE("an edge shows its streams as a page, as JSON and as metrics") {
  World world;
  CHECK(nlohmann::json::parse(Ask(world, "/api/streams").body)["streams"].empty());
  Publisher publisher(world, "live/show");
  REQUIRE(publisher.AwaitReady());
  publisher.Send(3);
  FlvViewer viewer(world, "/live/show.flv");
  REQUIRE(world.Await([&] { return viewer.seen.pictures.size() >= 3; }));

  const Answer page = Ask(world, "/");
  CHECK(page.status == 200);
  CHECK(page.headers.Find("Content-Type") == "text/html; charset=utf-8");
  CHECK(page.headers.Find("Content-Security-Policy") == kPagePolicy);
  CHECK(Ask(world, "/rtc.js").headers.Find("Content-Type") == "text/javascript; charset=utf-8");

  const auto stream = nlohmann::json::parse(Ask(world, "/api/streams").body)["streams"].at(0);
  CHECK(stream["app"] == "live");
  CHECK(stream["stream"] == "show");
  CHECK(stream["publishing"] == true);
  CHECK(stream["viewers"] == 1);
  CHECK(stream["video"]["codec"] == "h264");
  CHECK(stream["audio"]["codec"] == "aac");
  CHECK(stream["bytes_in"].get<int>() > 0);

  const std::string metrics = Ask(world, "/metrics").body;
  CHECK(metrics.find("onair_edge_viewers{protocol=\"http_flv\"} 1\n") != std::string::npos);
  CHECK(metrics.find("onair_edge_stream_viewers{stream=\"live/show\"} 1\n") != std::string::npos);
}

TEST_CASE("an edge answers pages of other origins, unknown paths and other methods") {
  World world;
  CHECK(Ask(world, "/nothing").status == 404);
  const Answer options = Ask(world, "/live/show.flv", "OPTIONS");
  CHECK(options.status == 204);
  CHECK(options.headers.Find("Access-Control-Allow-Origin") == "*");
  const Answer post = Ask(world, "/", "POST");
  CHECK(post.status == 405);
  CHECK(post.headers.Find("Allow"));

  Publisher publisher(world, "live/show");
  REQUIRE(publisher.AwaitReady());
  const Answer head = Ask(world, "/live/show.flv", "HEAD");
  CHECK(head.status == 200);
  CHECK(head.headers.Find("Content-Type") == "video/x-flv");
  CHECK(head.headers.Find("Access-Control-Allow-Origin") == "*");
  CHECK(world.Stats().viewers_flv == 0);
}

// All that the edge says to a plain socket that ends its side right behind its request.
std::string AskAndEnd(const World& world, const std::string& request) {
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(world.ports.http);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(client, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
  REQUIRE(write(client, request.data(), request.size()) == static_cast<ssize_t>(request.size()));
  shutdown(client, SHUT_WR);
  std::string got;
  std::array<char, 4096> piece;
  for (ssize_t n = 0; (n = read(client, piece.data(), piece.size())) > 0;) {
    got.append(piece.data(), static_cast<std::size_t>(n));
  }
  close(client);
  return got;
}

TEST_CASE("an edge gives its whole answer to a client that ended its side") {
  World world;
  const std::string page = AskAndEnd(world, "GET / HTTP/1.0\r\n\r\n");
  CHECK(page.starts_with("HTTP/1.1 200 "));
  CHECK(page.ends_with("</html>\n"));
  const std::string two = AskAndEnd(world,
                                    "GET / HTTP/1.1\r\nHost: e\r\n\r\n"
                                    "GET /metrics HTTP/1.1\r\nHost: e\r\n\r\n");
  CHECK(two.find("</html>\n") != std::string::npos);
  CHECK(two.find("onair_edge_peak_rss_mb") != std::string::npos);

  Publisher publisher(world, "live/show");
  REQUIRE(publisher.AwaitReady());
  publisher.Send(3);
  REQUIRE(world.Await([&] { return world.edge->stats().frames_in >= 6; }));
  std::thread ending([&] {
    REQUIRE(world.Await([&] { return world.edge->stats().frames_out >= 6; }));
    publisher.Close();
  });
  const std::string flv = AskAndEnd(world, "GET /live/show.flv HTTP/1.0\r\n\r\n");
  ending.join();
  CHECK(flv.find("\r\n\r\nFLV") != std::string::npos);
  CHECK(world.Await([&] { return world.edge->stats().http.open == 0; }));
}

}  // namespace
}  // namespace onair::edge
