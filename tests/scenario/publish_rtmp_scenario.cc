// SPDX-License-Identifier: Apache-2.0
//
// The publishing line over real RTMP, client and server, in virtual time.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/scenario/rtmp_publish_stage.h"
#include "tests/support/print_units.h"

namespace onair::scenario {
namespace {

constexpr TimeDelta kOneWay = TimeDelta::Millis(40);
Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

twin::StreamLink Link() {
  return twin::StreamLink::Symmetric(twin::RateSchedule(DataRate::KilobitsPerSec(2000)), kOneWay);
}

TEST_CASE("RTMP over 2 Mbit/s and 80 ms: a minute without loss, the same bytes for the same seed") {
  const auto run = [](std::uint64_t seed) {
    RtmpPublishStage stage(Link(), seed);
    stage.Start();
    stage.world.RunFor(TimeDelta::Seconds(60));
    CHECK(stage.session.stats().state == PublishState::kLive);
    CHECK(stage.session.stats().frames_dropped == 0);
    CHECK(stage.arrivals.size() >= 60 * (30 + 46));
    return stage.hash;
  };
  const auto first = run(3);
  CHECK(first == run(3));
  CHECK(first != run(4));
}

TEST_CASE("RTMP after a tunnel: tracks announced again, a key frame first, sound with it") {
  twin::StreamLink link = Link();
  link.up.rate.Outage(At(20'000), TimeDelta::Seconds(5));
  link.down.rate.Outage(At(20'000), TimeDelta::Seconds(5));
  PublishSessionConfig config;
  config.write_stall_timeout = TimeDelta::Seconds(3);
  RtmpPublishStage stage(link, 5, config);
  stage.Start();
  stage.world.RunFor(TimeDelta::Seconds(40));

  CHECK(stage.session.stats().reconnects == 1);
  CHECK(std::count(stage.tracks_seen.begin(), stage.tracks_seen.end(), 2) >= 1);
  const auto back = std::find_if(stage.arrivals.begin(), stage.arrivals.end(),
                                 [](const auto& a) { return a.connection == 2; });
  REQUIRE(back != stage.arrivals.end());
  CHECK(back->kind == FrameKind::kKey);
  CHECK(back->at <= At(28'500));
  const auto sound = std::find_if(back, stage.arrivals.end(),
                                  [](const auto& a) { return a.kind == FrameKind::kAudio; });
  REQUIRE(sound != stage.arrivals.end());
  CHECK(sound->at <= back->at + TimeDelta::Millis(200));
  CHECK(sound->dts >= back->dts);
}

}  // namespace
}  // namespace onair::scenario
