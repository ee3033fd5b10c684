// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/edge.h"
#include "samples/edge/page_files.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "tests/samples/edge/edge_world.h"
#include "tests/transport/tls/test_certificates.h"

namespace onair::edge {
namespace {

using namespace test;

// A plain socket with a small window that asks for a stream; nobody reads it.
int StuckViewer(const World& world, const std::string& path) {
  const int stuck = socket(AF_INET, SOCK_STREAM, 0);
  const int window = 4 * 1024;
  setsockopt(stuck, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(world.ports.http);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(stuck, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: e\r\n\r\n";
  REQUIRE(write(stuck, request.data(), request.size()) == static_cast<ssize_t>(request.size()));
  return stuck;
}

TEST_CASE("an edge carries a published stream to FLV and RTMP viewers unchanged") {
  World world;
  Publisher publisher(world, "live/show");
  REQUIRE(publisher.AwaitReady());
  publisher.Send(5);
  FlvViewer flv(world, "/live/show.flv");
  RtmpViewer rtmp(world, "live/show");
  REQUIRE(
      world.Await([&] { return flv.seen.pictures.size() >= 5 && rtmp.seen.pictures.size() >= 5; }));

  publisher.Send(20);

  for (const Seen* seen : {&flv.seen, &rtmp.seen}) {
    REQUIRE(world.Await([&] { return seen->pictures.size() >= 25; }));
    world.On([&] {
      CHECK(seen->is_accepted);
      CHECK(seen->is_first_key);
      for (std::size_t i = 0; i < seen->pictures.size(); ++i) {
        CHECK(seen->pictures[i] == static_cast<std::int64_t>(i));
      }
      CHECK(seen->sounds > 25);
      REQUIRE(seen->tracks.video);
      REQUIRE(seen->tracks.audio);
      CHECK(seen->tracks.video->size == publisher.Tracks().video->size);
    });
  }
  const EdgeStats stats = world.Stats();
  CHECK(stats.publishers == 1);
  CHECK(stats.viewers_flv == 1);
  CHECK(stats.viewers_rtmp == 1);
  CHECK(stats.frames_dropped == 0);
}

TEST_CASE("an edge starts joiners at the newest key frame, or live when its cache is off") {
  const auto first_picture = [](relay::GopCache cache) {
    EdgeConfig config = FreePorts();
    config.streams.stream.gop_cache = cache;
    World world(config);
    twin::FakeEncoderConfig video;
    video.gop = TimeDelta::Seconds(1);
    Publisher publisher(world, "live/show", video);
    REQUIRE(publisher.AwaitReady());
    publisher.Send(40);  // Key frames at 0 and 30.
    REQUIRE(world.Await([&] { return world.edge->stats().frames_in >= 80; }));
    FlvViewer viewer(world, "/live/show.flv");
    REQUIRE(world.Await([&] { return viewer.seen.is_accepted; }));
    publisher.Send(30);
    REQUIRE(world.Await([&] { return !viewer.seen.pictures.empty(); }));
    std::int64_t first = -1;
    world.On([&] {
      CHECK(viewer.seen.is_first_key);
      first = viewer.seen.pictures.front();
    });
    return first;
  };
  CHECK(first_picture(relay::GopCache::kOn) == 30);
  CHECK(first_picture(relay::GopCache::kOff) == 60);
}

TEST_CASE("an edge refuses publishers without its key") {
  EdgeConfig config = FreePorts();
  config.publish_key = "s3cret";
  World world(config);
  for (const char* path :
       {"live/a", "live/a?key=", "live/a?key=s3creT", "live/a?k=s3cret", "live/a?key=s3cret1"}) {
    INFO(path);
    Publisher publisher(world, path);
    CHECK_FALSE(publisher.AwaitReady());
    world.On([&] {
      REQUIRE(publisher.error);
      CHECK(publisher.error->code == ErrorCode::kPublishRejected);
    });
  }
  Publisher right(world, "live/a?key=s3cret");
  CHECK(right.AwaitReady());
  CHECK(world.Stats().publishers_refused == 5);
}

TEST_CASE("an edge refuses a second publisher of a name and keeps the first") {
  World world;
  Publisher first(world, "live/show");
  REQUIRE(first.AwaitReady());
  Publisher second(world, "live/show");
  CHECK_FALSE(second.AwaitReady());
  world.On([&] {
    REQUIRE(second.error);
    CHECK(second.error->code == ErrorCode::kPublishConflict);
  });
  Publisher other(world, "live/other");
  CHECK(other.AwaitReady());
  CHECK_FALSE(first.error);
  CHECK(world.Stats().publishers == 2);
}

TEST_CASE("an edge lets who holds the key take a stream over with a key frame; viewers stay") {
  EdgeConfig config = FreePorts();
  config.publish_key = "s3cret";
  World world(config);
  Publisher first(world, "live/show?key=s3cret");
  REQUIRE(first.AwaitReady());
  first.Send(10);
  FlvViewer viewer(world, "/live/show.flv");
  REQUIRE(world.Await([&] { return viewer.seen.pictures.size() >= 10; }));

  Publisher second(world, "live/show?key=s3cret");
  REQUIRE(second.AwaitReady());
  // Until the second sends, the first is heard.
  first.Send(5);
  REQUIRE(world.Await([&] { return viewer.seen.pictures.size() >= 15; }));
  CHECK_FALSE(first.error);
  second.Send(10);

  REQUIRE(world.Await([&] { return first.error && viewer.seen.pictures.size() >= 25; }));
  world.On([&] {
    CHECK(first.error->code == ErrorCode::kPublishRejected);  // Not to come back.
    CHECK(viewer.seen.pictures[15] == 0);                     // The second one's key frame.
    CHECK_FALSE(viewer.seen.error);
  });
  CHECK(world.Stats().takeovers == 1);
  CHECK(world.Stats().publishers == 1);
  CHECK(world.Stats().publishers_refused == 0);
}

TEST_CASE("an edge lets nobody take over without a key, or where it may not be") {
  EdgeConfig config = FreePorts();
  SECTION("no key") {}
  SECTION("a key, and never") {
    config.publish_key = "s3cret";
    config.takeover = Takeover::kNever;
  }
  World world(config);
  Publisher first(world, "live/show?key=s3cret");
  REQUIRE(first.AwaitReady());
  Publisher second(world, "live/show?key=s3cret");
  CHECK_FALSE(second.AwaitReady());
  world.On([&] { CHECK(second.error->code == ErrorCode::kPublishConflict); });
  CHECK_FALSE(first.error);
}

TEST_CASE("an edge whose publisher leaves goes on with the one that waits in its place") {
  EdgeConfig config = FreePorts();
  config.takeover = Takeover::kAlways;
  World world(config);
  auto first = std::make_unique<Publisher>(world, "live/show");
  REQUIRE(first->AwaitReady());
  first->Send(10);
  FlvViewer viewer(world, "/live/show.flv");
  REQUIRE(world.Await([&] { return viewer.seen.pictures.size() >= 10; }));
  auto second = std::make_unique<Publisher>(world, "live/show");
  REQUIRE(second->AwaitReady());

  SECTION("the first leaves") {
    first.reset();
    REQUIRE(world.Await([&] { return world.edge->stats().takeovers == 1; }));
    second->Send(10);
    CHECK(world.Await([&] { return viewer.seen.pictures.size() >= 20; }));
  }
  SECTION("the one that waits leaves") {
    second.reset();
    REQUIRE(world.Await([&] { return world.edge->stats().rtmp.open == 1; }));
    first->Send(10);
    CHECK(world.Await([&] { return viewer.seen.pictures.size() >= 20; }));
    CHECK(world.Stats().takeovers == 0);
  }
  SECTION("a third takes the waiting one's place") {
    Publisher third(world, "live/show");
    REQUIRE(third.AwaitReady());
    REQUIRE(world.Await([&] { return second->error.has_value(); }));
    CHECK_FALSE(first->error);
    third.Send(10);
    CHECK(world.Await([&] { return viewer.seen.pictures.size() >= 20; }));
  }
  CHECK_FALSE(viewer.seen.error);
}

TEST_CASE("an edge refuses stream names that are no names") {
  World world;
  Publisher dots(world, "live/..");
  CHECK_FALSE(dots.AwaitReady());
  Publisher tag(world, "live/<b>");
  CHECK_FALSE(tag.AwaitReady());
  CHECK(world.Stats().streams == 0);
}

TEST_CASE("an edge says not found to viewers of nothing") {
  World world;
  FlvViewer flv(world, "/live/none.flv");
  RtmpViewer rtmp(world, "live/none");
  REQUIRE(world.Await([&] { return flv.seen.error && rtmp.seen.error; }));
  CHECK(flv.seen.error->code == ErrorCode::kHttpNotFound);
  CHECK(rtmp.seen.error->code == ErrorCode::kStreamNotFound);
}

TEST_CASE("an edge ends viewers in good order once the publisher stays away") {
  World world;
  Publisher publisher(world, "live/show");
  REQUIRE(publisher.AwaitReady());
  publisher.Send(3);
  FlvViewer flv(world, "/live/show.flv");
  RtmpViewer rtmp(world, "live/show");
  REQUIRE(
      world.Await([&] { return flv.seen.pictures.size() >= 3 && rtmp.seen.pictures.size() >= 3; }));
  const Timestamp gone = runtime::Now();
  publisher.Close();

  REQUIRE(world.Await([&] { return flv.seen.error && rtmp.seen.error; }));

  CHECK(runtime::Now() - gone >= TimeDelta::Millis(300));
  CHECK(flv.seen.has_publisher_left);
  CHECK(rtmp.seen.has_publisher_left);
  CHECK(flv.seen.error->code == ErrorCode::kPeerClosed);
  CHECK(rtmp.seen.error->code == ErrorCode::kPeerClosed);
  CHECK(world.Await([&] { return world.edge->stats().streams == 0; }));
  CHECK(world.Await([&] { return world.edge->stats().http.open == 0; }));
}

TEST_CASE("an edge ends viewers of a lost publisher after a grace of their own") {
  EdgeConfig config = FreePorts();
  config.publisher_grace = TimeDelta::Zero();
  config.lost_publisher_grace = TimeDelta::Millis(300);
  World world(config);
  auto publisher = std::make_unique<Publisher>(world, "live/show");
  REQUIRE(publisher->AwaitReady());
  publisher->Send(3);
  FlvViewer viewer(world, "/live/show.flv");
  REQUIRE(world.Await([&] { return viewer.seen.pictures.size() >= 3; }));
  const Timestamp gone = runtime::Now();
  publisher.reset();  // Its socket is cut.

  REQUIRE(world.Await([&] { return viewer.seen.error.has_value(); }));

  CHECK(runtime::Now() - gone >= TimeDelta::Millis(300));
}

TEST_CASE("an edge gives the name of a publisher that went silent to the next one") {
  EdgeConfig config = FreePorts();
  config.publisher_timeout = TimeDelta::Seconds(1);
  World world(config);
  Publisher ghost(world, "live/show");
  REQUIRE(ghost.AwaitReady());

  REQUIRE(world.Await([&] { return world.edge->stats().publishers == 0; }));

  Publisher next(world, "live/show");
  CHECK(next.AwaitReady());
}

TEST_CASE("an edge keeps viewers for a publisher that comes back") {
  EdgeConfig config = FreePorts();
  config.publisher_grace = TimeDelta::Zero();  // Only for those that stop in order.
  config.lost_publisher_grace = TimeDelta::Seconds(60);
  World world(config);
  FlvViewer* viewer = nullptr;
  std::unique_ptr<FlvViewer> owner;
  {
    Publisher first(world, "live/show");
    REQUIRE(first.AwaitReady());
    first.Send(10);
    owner = std::make_unique<FlvViewer>(world, "/live/show.flv");
    viewer = owner.get();
    REQUIRE(world.Await([&] { return viewer->seen.pictures.size() >= 10; }));
  }  // Its socket is cut.
  REQUIRE(world.Await([&] { return world.edge->stats().publishers == 0; }));

  Publisher second(world, "live/show");
  REQUIRE(second.AwaitReady());
  second.Send(10);

  REQUIRE(world.Await([&] { return viewer->seen.pictures.size() >= 20; }));
  CHECK_FALSE(viewer->seen.error);
}

TEST_CASE("an edge does not let a viewer that does not read delay another") {
  EdgeConfig config = FreePorts();
  config.viewer_unsent_limit = DataSize::Kibibytes(64);
  World world(config);
  twin::FakeEncoderConfig video;
  video.rate = DataRate::KilobitsPerSec(8000);
  video.gop = TimeDelta::Seconds(1);
  Publisher publisher(world, "live/show", video);
  REQUIRE(publisher.AwaitReady());
  publisher.Send(1);
  const int stuck = StuckViewer(world, "/live/show.flv");
  FlvViewer healthy(world, "/live/show.flv");
  REQUIRE(world.Await([&] { return world.edge->stats().viewers_flv == 2; }));

  REQUIRE(publisher.SendUntil([&] { return healthy.seen.pictures.size() >= 400; }));

  world.On([&] {
    for (std::size_t i = 1; i < healthy.seen.pictures.size(); ++i) {
      REQUIRE(healthy.seen.pictures[i] == healthy.seen.pictures[i - 1] + 1);
    }
  });
  CHECK(world.Stats().viewers_flv == 2);
  // When it reads again it goes on at a newer key frame, and what it missed is counted.
  CHECK(publisher.SendUntil([&] {
    std::array<char, 65536> sink;
    while (recv(stuck, sink.data(), sink.size(), MSG_DONTWAIT) > 0) {
    }
    return world.edge->stats().frames_dropped > 0;
  }));
  CHECK(world.Stats().viewers_flv == 2);
  close(stuck);
  CHECK(publisher.SendUntil([&] { return world.edge->stats().viewers_flv == 1; }));
}

TEST_CASE("an edge drops a viewer that takes nothing") {
  EdgeConfig config = FreePorts();
  config.viewer_stall_timeout = TimeDelta::Seconds(1);
  config.viewer_unsent_limit = DataSize::Kibibytes(64);
  World world(config);
  twin::FakeEncoderConfig video;
  video.rate = DataRate::KilobitsPerSec(20'000);
  Publisher publisher(world, "live/show", video);
  REQUIRE(publisher.AwaitReady());
  publisher.Send(1);
  const int stuck = StuckViewer(world, "/live/show.flv");

  CHECK(publisher.SendUntil([&] { return world.edge->stats().viewers_stalled == 1; }));
  CHECK(world.Stats().viewers_flv == 0);
  close(stuck);
}

TEST_CASE("an edge gives up on clients that trickle or say nothing") {
  EdgeConfig config = FreePorts();
  config.setup_timeout = TimeDelta::Millis(500);
  World world(config);
  RawClient trickling(world, world.ports.http, "GET / HT");
  RawClient silent(world, world.ports.rtmp, "");
  REQUIRE(world.Await([&] { return trickling.is_connected && silent.is_connected; }));
  CHECK(Ask(world, "/").status == 200);
  REQUIRE(world.Await([&] { return trickling.error.has_value(); }));
  CHECK(trickling.received.starts_with("HTTP/1.1 408 "));
  REQUIRE(world.Await([&] { return silent.error.has_value(); }));
  CHECK(world.Await(
      [&] { return world.edge->stats().http.open == 0 && world.edge->stats().rtmp.open == 0; }));
}

TEST_CASE("an edge survives nonsense on both ports") {
  World world;
  RawClient http(world, world.ports.http, std::string("\x16\x03\x01\x02\x00garbage\r\n\r\n", 16));
  RawClient rtmp(world, world.ports.rtmp, "GET / HTTP/1.1\r\n\r\n");
  REQUIRE(world.Await([&] { return http.error && rtmp.error; }));
  CHECK(http.received.starts_with("HTTP/1.1 400 "));
  CHECK(Ask(world, "/").status == 200);
}

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

TEST_CASE("an edge with a certificate speaks TLS on both ports") {
  const tls::test::CertificateFiles files;
  EdgeConfig config = FreePorts();
  config.identity = tls::ServerIdentity::Load(files.chain_file, files.key_file).value();
  World world(config);
  runtime::ByteStreamConfig trusting;
  trusting.ca_file = files.ca_file;

  FlvViewer secure(world, "/live/none.flv", trusting, "https");
  REQUIRE(world.Await([&] { return secure.seen.error.has_value(); }));
  CHECK(secure.seen.error->code == ErrorCode::kHttpNotFound);

  RawClient plain(world, world.ports.http, "GET / HTTP/1.1\r\nHost: e\r\n\r\n");
  REQUIRE(world.Await([&] { return plain.error.has_value(); }));
  CHECK(plain.received.find("HTTP/1.1") == std::string::npos);
  RawClient plain_rtmp(world, world.ports.rtmp, "\x03 not a hello");
  CHECK(world.Await([&] { return plain_rtmp.error.has_value(); }));
}

TEST_CASE("an edge bounds its connections, streams and viewers") {
  EdgeConfig config = FreePorts();
  config.max_connections = 2;
  config.streams.max_streams = 1;
  config.streams.stream.max_viewers = 1;
  World world(config);
  Publisher publisher(world, "live/one");
  REQUIRE(publisher.AwaitReady());
  {
    Publisher second(world, "live/two");
    CHECK_FALSE(second.AwaitReady());
  }
  FlvViewer first(world, "/live/one.flv");
  REQUIRE(world.Await([&] { return first.seen.is_accepted; }));
  {
    FlvViewer second(world, "/live/one.flv");
    REQUIRE(world.Await([&] { return second.seen.error.has_value(); }));
    CHECK(second.seen.error->code == ErrorCode::kHttpServerError);
    CHECK(second.seen.error->native_code == 503);
  }
  REQUIRE(world.Await([&] { return world.edge->stats().http.open == 1; }));
  RawClient idle(world, world.ports.http, "");
  REQUIRE(world.Await([&] { return world.edge->stats().http.open == 2; }));
  RawClient refused(world, world.ports.http, "");
  REQUIRE(world.Await([&] { return refused.error.has_value(); }));
  CHECK(world.Stats().http.refused == 1);
}

twin::FakeEncoderConfig HugePictures() {
  twin::FakeEncoderConfig video;
  video.rate = DataRate::KilobitsPerSec(40'000);  // 170 kB a picture.
  video.gop = TimeDelta::Seconds(10);
  return video;
}

TEST_CASE("an edge at its memory limit gives up the caches of streams nobody watches") {
  EdgeConfig config = FreePorts();
  config.max_memory = DataSize::Mebibytes(4);
  World world(config);
  std::vector<std::unique_ptr<Publisher>> publishers;
  for (int i = 0; i < 4; ++i) {
    publishers.push_back(
        std::make_unique<Publisher>(world, "live/" + std::to_string(i), HugePictures()));
    REQUIRE(publishers.back()->AwaitReady());
    publishers.back()->Send(10);
    REQUIRE(world.Await([&] { return world.edge->stats().frames_in >= 20 * (i + 1); }));
  }
  CHECK(world.Await([&] { return world.edge->stats().caches_dropped >= 2; }));
  const EdgeStats stats = world.Stats();
  CHECK(stats.memory <= config.max_memory);
  CHECK(stats.publishers == 4);
  CHECK(stats.memory_refused == 0);
  FlvViewer viewer(world, "/live/0.flv");
  CHECK(world.Await([&] { return viewer.seen.is_accepted; }));
}

TEST_CASE("an edge without memory refuses newcomers until there is some again") {
  EdgeConfig config = FreePorts();
  config.max_memory = DataSize::Mebibytes(4);
  World world(config);
  Publisher publisher(world, "live/show", HugePictures());
  REQUIRE(publisher.AwaitReady());
  publisher.Send(1);
  REQUIRE(world.Await([&] { return world.edge->stats().frames_in > 0; }));
  const int stuck = StuckViewer(world, "/live/show.flv");
  REQUIRE(world.Await([&] { return world.edge->stats().viewers_flv == 1; }));
  publisher.Send(40);  // 1.3 s lie before him: no reason to let them go.
  REQUIRE(world.Await([&] { return world.edge->stats().frames_in >= 80; }));

  const Answer answer = Ask(world, "/live/show.flv");
  CHECK(answer.status == 503);
  CHECK(answer.headers.Find("Retry-After"));
  RtmpViewer rtmp(world, "live/show");
  REQUIRE(world.Await([&] { return rtmp.seen.error.has_value(); }));
  CHECK(rtmp.seen.error->code == ErrorCode::kStreamNotFound);  // NetStream.Play.Failed: later.
  CHECK(rtmp.seen.pictures.empty());
  Publisher other(world, "live/other");
  CHECK_FALSE(other.AwaitReady());
  CHECK(other.error->code == ErrorCode::kRtmpUnavailable);
  CHECK(world.Stats().memory_refused == 3);
  CHECK(world.Stats().memory >= config.max_memory);
  CHECK(Ask(world, "/metrics").body.find("onair_edge_memory_refused_total 3\n") !=
        std::string::npos);

  close(stuck);
  REQUIRE(world.Await([&] { return world.edge->stats().viewers_flv == 0; }));
  FlvViewer viewer(world, "/live/show.flv");
  CHECK(world.Await([&] { return viewer.seen.is_accepted; }));
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

TEST_CASE("an edge stops with a farewell to everybody") {
  World world;
  Publisher publisher(world, "live/show");
  REQUIRE(publisher.AwaitReady());
  publisher.Send(3);
  FlvViewer flv(world, "/live/show.flv");
  RtmpViewer rtmp(world, "live/show");
  REQUIRE(
      world.Await([&] { return flv.seen.pictures.size() >= 3 && rtmp.seen.pictures.size() >= 3; }));

  bool is_stopped = false;
  const Timestamp asked = runtime::Now();
  world.On([&] { world.edge->Stop(TimeDelta::Millis(500), [&] { is_stopped = true; }); });
  REQUIRE(world.Await([&] { return is_stopped; }));
  CHECK(runtime::Now() - asked < TimeDelta::Seconds(5));
  REQUIRE(world.Await([&] { return flv.seen.error && rtmp.seen.error; }));
  // The stream may go on elsewhere, or here after a restart.
  CHECK(flv.seen.error->code == ErrorCode::kPeerClosed);
  CHECK(rtmp.seen.error->code == ErrorCode::kPeerClosed);
}

TEST_CASE("an edge names the address it cannot listen at") {
  World world;
  EdgeConfig config = FreePorts();
  config.http_port = world.ports.http;
  world.On([&] {
    Edge second(world.loop, config);
    const auto ports = second.Start();
    REQUIRE_FALSE(ports);
    CHECK(ports.error().code == ErrorCode::kAddressInUse);
    CHECK(ports.error().detail.find("HTTP at 127.0.0.1:") != std::string::npos);
  });
}

}  // namespace
}  // namespace onair::edge
