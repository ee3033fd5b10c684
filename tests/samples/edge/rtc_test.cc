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

bool IsWithoutGaps(const std::vector<std::int64_t>& pictures) {
  for (std::size_t i = 1; i < pictures.size(); ++i) {
    if (pictures[i] != pictures[i - 1] + 1) return false;
  }
  return true;
}

TEST_CASE("A WHEP viewer of a WHIP publisher begins at the cached key frame and goes on live") {
  World world;
  WhipPublisher publisher(world, "show");
  REQUIRE(publisher.AwaitReady());
  REQUIRE(publisher.SendUntil([&] { return world.edge->stats().frames_in >= 30; }));

  // Nothing is sent meanwhile: what comes is the cache's.
  WhepViewer viewer(world, "show");
  REQUIRE(viewer.AwaitReady());
  REQUIRE(world.Await([&] { return viewer.seen.pictures.size() >= 5; }));
  std::size_t cached = 0;
  world.On([&] {
    cached = viewer.seen.pictures.size();
    CHECK(IsWithoutGaps(viewer.seen.pictures));
  });
  // A machine that is slow is shown a later key frame, and its sound once the pictures are live.
  REQUIRE(publisher.SendUntil(
      [&] { return viewer.seen.pictures.size() >= cached + 30 && viewer.seen.sounds > 0; }));

  world.On([&] {
    CHECK(viewer.seen.is_first_key);
    CHECK(viewer.seen.pictures.front() == 0);
    REQUIRE(viewer.seen.tracks.audio);
    CHECK(viewer.seen.tracks.audio->codec == AudioCodec::kOpus);
  });
  const EdgeStats stats = world.Stats();
  CHECK(stats.viewers_rtc == 1);
  CHECK(stats.rtc.sessions == 2);
}

TEST_CASE("A WHEP viewer of an RTMP publisher sees it from the key frame on") {
  World world;
  twin::FakeEncoderConfig video;
  video.rate = DataRate::KilobitsPerSec(200);  // Sent much faster than live.
  Publisher publisher(world, "live/show", video, rtp::testing::SampleTrack(VideoCodec::kH264));
  REQUIRE(publisher.AwaitReady());
  publisher.Send(20);
  REQUIRE(world.Await([&] { return world.edge->stats().frames_in >= 40; }));

  WhepViewer viewer(world, "show");
  REQUIRE(viewer.AwaitReady());
  REQUIRE(publisher.SendUntil([&] { return viewer.seen.pictures.size() >= 40; }));

  world.On([&] {
    CHECK(viewer.seen.is_first_key);
    CHECK(viewer.seen.pictures.front() == 0);
    CHECK(IsWithoutGaps(viewer.seen.pictures));
    CHECK(viewer.seen.tracks.video->codec == VideoCodec::kH264);
  });
}

TEST_CASE("A viewer's wish for a key frame reaches a WHIP publisher") {
  World world;
  twin::FakeEncoderConfig video;
  video.gop = TimeDelta::Seconds(60);
  WhipPublisher publisher(world, "show", "", "", video);
  REQUIRE(publisher.AwaitReady());
  REQUIRE(publisher.SendUntil([&] { return world.edge->stats().frames_in >= 10; }));
  WhepViewer viewer(world, "show");
  REQUIRE(viewer.AwaitReady());
  REQUIRE(publisher.SendUntil([&] { return !viewer.seen.pictures.empty(); }));

  viewer.RequestKeyFrame();

  CHECK(publisher.SendUntil([&] { return publisher.keys_wanted > 0; }));
  CHECK(world.Stats().key_frames_asked >= 1);
  CHECK(world.Stats().rtc.key_frames_wanted >= 1);
}

TEST_CASE("A WHEP viewer is told when nobody publishes, and when the publisher is gone for good") {
  World world;
  WhepViewer early(world, "show");
  CHECK_FALSE(early.AwaitReady());
  world.On([&] { CHECK(early.error->code == ErrorCode::kStreamNotFound); });

  WhipPublisher publisher(world, "show");
  REQUIRE(publisher.AwaitReady());
  REQUIRE(publisher.SendUntil([&] { return world.edge->stats().frames_in >= 10; }));
  WhepViewer viewer(world, "show");
  REQUIRE(viewer.AwaitReady());
  publisher.Close();

  REQUIRE(world.Await([&] { return viewer.error.has_value(); }));
  world.On([&] { CHECK(viewer.error->code == ErrorCode::kPeerClosed); });
  CHECK(world.Await([&] { return world.edge->stats().rtc.sessions == 0; }));
}

}  // namespace
}  // namespace onair::edge
