// SPDX-License-Identifier: Apache-2.0
//
// Viewers that take too little, and an edge that has too much of everything.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "tests/samples/edge/edge_world.h"

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

}  // namespace
}  // namespace onair::edge
