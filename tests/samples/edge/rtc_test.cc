// SPDX-License-Identifier: Apache-2.0
//
// The edge by WHIP and WHEP, over real sockets on loopback.
#include <catch2/catch.hpp>

#include "tests/samples/edge/rtc_world.h"

namespace onair::edge {
namespace {

using namespace test;

TEST_CASE("A stream published by WHIP reaches FLV and RTMP viewers, its sound as AAC") {
  World world;
  WhipPublisher publisher(world, "show");
  REQUIRE(publisher.AwaitReady());
  REQUIRE(publisher.SendUntil([&] { return world.edge->stats().frames_in >= 10; }));
  FlvViewer flv(world, "/live/show.flv");
  RtmpViewer rtmp(world, "live/show");

  for (const Seen* seen : {&flv.seen, &rtmp.seen}) {
    REQUIRE(publisher.SendUntil([&] { return seen->pictures.size() >= 20 && seen->sounds >= 20; }));
    world.On([&] {
      CHECK(seen->is_first_key);
      for (std::size_t i = 1; i < seen->pictures.size(); ++i) {
        CHECK(seen->pictures[i] == seen->pictures[i - 1] + 1);
      }
      REQUIRE(seen->tracks.video);
      CHECK(seen->tracks.video->size == publisher.Tracks().video->size);
      REQUIRE(seen->tracks.audio);
      CHECK(seen->tracks.audio->codec == AudioCodec::kAac);
    });
  }
  const EdgeStats stats = world.Stats();
  CHECK(stats.publishers == 1);
  CHECK(stats.rtc.publishers == 1);
  CHECK(stats.rtc.sessions_total == 1);
  CHECK(stats.viewers_flv == 1);
  CHECK(stats.viewers_rtmp == 1);
}

TEST_CASE("A WHIP publisher gives the edge's key in its address or as its token") {
  EdgeConfig config = FreePorts();
  config.publish_key = "s3cret";
  World world(config);
  using Given = std::pair<const char*, const char*>;
  for (const auto& [query, bearer] :
       {Given{"", ""}, Given{"&key=s3creT", ""}, Given{"&key=", ""}, Given{"", "s3cret1"}}) {
    CAPTURE(query, bearer);
    WhipPublisher publisher(world, "a", query, bearer);
    CHECK_FALSE(publisher.AwaitReady());
    world.On([&] { CHECK(publisher.error->code == ErrorCode::kHttpForbidden); });
  }
  WhipPublisher by_address(world, "a", "&key=s3cret");
  CHECK(by_address.AwaitReady());
  WhipPublisher by_token(world, "b", "", "s3cret");
  CHECK(by_token.AwaitReady());
  CHECK(world.Stats().rtc.refused == 4);
}

TEST_CASE("A WHIP publisher holds its name until it says goodbye") {
  World world;
  WhipPublisher first(world, "show");
  REQUIRE(first.AwaitReady());
  {
    WhipPublisher second(world, "show");
    CHECK_FALSE(second.AwaitReady());
    world.On([&] { CHECK(second.error->code == ErrorCode::kPublishConflict); });
  }
  Publisher by_rtmp(world, "live/show");
  CHECK_FALSE(by_rtmp.AwaitReady());

  first.Close();

  REQUIRE(world.Await([&] { return world.edge->stats().publishers == 0; }));
  WhipPublisher third(world, "show");
  CHECK(third.AwaitReady());
}

}  // namespace
}  // namespace onair::edge
