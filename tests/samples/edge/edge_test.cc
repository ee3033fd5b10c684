// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/edge.h"

#include "tests/samples/edge/edge_world.h"
#include "tests/transport/tls/test_certificates.h"

namespace onair::edge {
namespace {

using namespace test;

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

TEST_CASE("an edge starts joiners as its option says, and counts how") {
  struct Case {
    relay::Join join;
    std::vector<std::int64_t> pictures;  // The first two.
    std::int64_t EdgeStats::*count;
  };
  const Case cases[] = {{relay::Join::kAuto, {30, 31}, &EdgeStats::joins_group},
                        {relay::Join::kNewestGroup, {30, 31}, &EdgeStats::joins_group},
                        {relay::Join::kNewestKeyFrame, {30, 60}, &EdgeStats::joins_key},
                        {relay::Join::kNextKeyFrame, {60, 61}, &EdgeStats::joins_next}};
  for (const Case& one : cases) {
    INFO("join " << static_cast<int>(one.join));
    EdgeConfig config = FreePorts();
    config.join = one.join;
    World world(config);
    twin::FakeEncoderConfig video;
    video.gop = TimeDelta::Seconds(1);
    Publisher publisher(world, "live/show", video);
    REQUIRE(publisher.AwaitReady());
    publisher.Send(40);  // Key frames at 0 and 30.
    REQUIRE(world.Await([&] { return world.edge->stats().frames_in >= 80; }));
    FlvViewer flv(world, "/live/show.flv");
    RtmpViewer rtmp(world, "live/show");
    REQUIRE(world.Await([&] { return flv.seen.is_accepted && rtmp.seen.is_accepted; }));
    // A key frame that he is to begin with leaves before the next one comes.
    if (one.join != relay::Join::kNextKeyFrame) {
      REQUIRE(
          world.Await([&] { return !flv.seen.pictures.empty() && !rtmp.seen.pictures.empty(); }));
    }
    publisher.Send(30);
    REQUIRE(world.Await(
        [&] { return flv.seen.pictures.size() >= 2 && rtmp.seen.pictures.size() >= 2; }));
    world.On([&] {
      for (const auto* seen : {&flv.seen, &rtmp.seen}) {
        CHECK(std::vector(seen->pictures.begin(), seen->pictures.begin() + 2) == one.pictures);
      }
    });
    CHECK(world.Stats().*one.count == 2);
  }
}

TEST_CASE("an edge holds a joiner's burst back to its share, and loses nothing of it") {
  EdgeConfig config = FreePorts();
  config.burst_rate = DataRate::KilobitsPerSec(1'000);
  World world(config);
  Publisher publisher(world, "live/show");
  REQUIRE(publisher.AwaitReady());
  publisher.Send(59);  // 300 kB and more.
  REQUIRE(world.Await([&] { return world.edge->stats().frames_in >= 59; }));
  FlvViewer viewer(world, "/live/show.flv");
  REQUIRE(world.Await([&] { return viewer.seen.pictures.size() >= 59; }));
  world.On([&] {
    for (std::size_t i = 0; i < 59; ++i) {
      CHECK(viewer.seen.pictures[i] == static_cast<std::int64_t>(i));
    }
  });
  CHECK(world.Stats().bursts_paced == 1);
  CHECK(world.Stats().frames_dropped == 0);
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
