// SPDX-License-Identifier: Apache-2.0
//
// Publishers of an edge: who may, who takes over, who comes back.
#include "tests/samples/edge/edge_world.h"

namespace onair::edge {
namespace {

using namespace test;

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

}  // namespace
}  // namespace onair::edge
