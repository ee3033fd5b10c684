// SPDX-License-Identifier: Apache-2.0
//
// What a viewer sees when a publisher's connection changes, in virtual time at 50 ms round trip.
#include <algorithm>
#include <catch2/catch.hpp>

#include "core/twin/blackout.h"
#include "core/twin/delay.h"
#include "core/twin/nat.h"
#include "core/twin/path.h"
#include "core/twin/path_switch.h"
#include "core/twin/rate_limit.h"
#include "core/twin/tail_drop.h"
#include "tests/scenario/hand_over_stage.h"
#include "tests/support/print_units.h"

namespace onair::scenario {
namespace {

using Policy = HandOverStage::Policy;

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
constexpr Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + Ms(ms);
}
constexpr Timestamp kChange = At(10'000);
constexpr TimeDelta kFrame = Ms(34);
constexpr int kSeeds = 30;

twin::StreamLink Link() {
  return twin::StreamLink::Symmetric(twin::RateSchedule(DataRate::KilobitsPerSec(4000)), Ms(25));
}
// Carries nothing any more from `kChange` on.
twin::StreamLink DyingLink() {
  twin::StreamLink link = Link();
  link.up.rate.Outage(kChange, TimeDelta::Seconds(1000));
  link.down.rate.Outage(kChange, TimeDelta::Seconds(1000));
  return link;
}
// The first connection goes over `first`, all others over another network.
HandOverStage::Net::Config Over(const twin::StreamLink& first) {
  HandOverStage::Net::Config config;
  config.link_of = [first](int attempt) { return attempt == 1 ? first : Link(); };
  return config;
}

TEST_CASE("Told of another network while the old one still works: viewers see no gap") {
  HandOverStage stage({.net = Over(Link())});
  stage.world.RunUntil(kChange);
  stage.NetworkChanged();
  stage.world.RunFor(TimeDelta::Seconds(10));

  CHECK(stage.session.stats().hand_overs == 1);
  CHECK(stage.session.stats().reconnects == 0);
  CHECK(stage.session.stats().frames_dropped == 0);
  INFO("gap " << stage.LongestGap(kChange).ms() << " ms");
  CHECK(stage.LongestGap(kChange) <= Ms(150));
  CHECK(stage.IsLineWhole(kFrame));
}

TEST_CASE("Told of a local address as the old network dies: the next connections begin there") {
  const IpAddress cellular = IpAddress::V4(192, 0, 2, 7);
  HandOverStage stage({.net = Over(DyingLink())});
  stage.world.RunUntil(kChange);
  stage.NetworkChanged(cellular);
  stage.world.RunFor(TimeDelta::Seconds(5));
  stage.net.BreakConnection({ErrorCode::kConnectionLost, "test"});
  stage.world.RunFor(TimeDelta::Seconds(5));

  CHECK(stage.session.stats().hand_overs == 1);
  CHECK(stage.session.stats().reconnects == 1);
  REQUIRE(stage.came_from.size() == 3);
  CHECK_FALSE(stage.came_from[0]);
  CHECK(stage.came_from[1] == cellular);
  CHECK(stage.came_from[2] == cellular);
}

TEST_CASE("A server that asks for a new connection gets it without a gap") {
  HandOverStage stage({.net = Over(Link())});
  stage.world.RunUntil(kChange);
  stage.AskToReconnect();
  stage.world.RunFor(TimeDelta::Seconds(10));

  CHECK(stage.session.stats().reconnect_requests == 1);
  CHECK(stage.session.stats().hand_overs == 1);
  CHECK(stage.LongestGap(kChange) <= Ms(150));
  CHECK(stage.IsLineWhole(kFrame));
}

TEST_CASE("Told of another network as the old one dies: pictures go on after four round trips") {
  HandOverStage stage({.net = Over(DyingLink())});
  stage.world.RunUntil(kChange);
  stage.NetworkChanged();
  stage.world.RunFor(TimeDelta::Seconds(10));

  CHECK(stage.session.stats().hand_overs == 1);
  INFO("gap " << stage.LongestGap(kChange).ms() << " ms");
  CHECK(stage.LongestGap(kChange) <= Ms(400));
  // What the old network swallowed is the only hole.
  CHECK(stage.IsLineWhole(Ms(400)));
}

TEST_CASE("A network that dies without a word is left after a second") {
  HandOverStage stage({.net = Over(DyingLink())});
  stage.world.RunUntil(kChange);
  stage.world.RunFor(TimeDelta::Seconds(10));

  CHECK(stage.session.stats().hand_overs == 1);
  CHECK(stage.session.stats().reconnects == 0);
  INFO("gap " << stage.LongestGap(kChange).ms() << " ms");
  CHECK(stage.LongestGap(kChange) <= Ms(1600));
}

TEST_CASE("A server that takes no second publisher: one key frame and a few round trips") {
  HandOverStage stage({.net = Over(Link()), .policy = Policy::kRefuse});
  stage.world.RunUntil(kChange);
  stage.NetworkChanged();
  stage.world.RunFor(TimeDelta::Seconds(10));

  CHECK(stage.session.stats().publish_conflicts == 1);
  CHECK(stage.session.stats().reconnects == 1);
  INFO("gap " << stage.LongestGap(kChange).ms() << " ms");
  CHECK(stage.LongestGap(kChange) <= Ms(400));
}

TEST_CASE(
    "After a lost connection a key frame is at the server within 1.5 s, whatever the jitter") {
  TimeDelta longest = TimeDelta::Zero();
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    HandOverStage stage({.net = Over(Link()), .seed = seed});
    stage.world.RunUntil(kChange);
    stage.net.BreakConnection({ErrorCode::kConnectionLost, "test"});
    stage.world.RunFor(TimeDelta::Seconds(5));
    CHECK(stage.session.stats().reconnects == 1);
    longest = std::max(longest, stage.UntilKey(kChange));
  }
  INFO("longest " << longest.ms() << " ms");
  CHECK(longest <= Ms(1500));
}

// 4 Mbit/s and 25 ms, after what is special about it.
std::unique_ptr<twin::Link> Way(std::unique_ptr<twin::Link> special) {
  auto path = std::make_unique<twin::Path>();
  path->Then(std::move(special));
  path->Then(
      std::make_unique<twin::RateLimit>(twin::RateSchedule(DataRate::KilobitsPerSec(4000)),
                                        std::make_unique<twin::TailDrop>(DataSize::Kibibytes(64))));
  path->Then(std::make_unique<twin::Delay>(Ms(25)));
  return path;
}

TEST_CASE("A NAT that rebinds resets the connection; a key frame is there within 1.5 s") {
  for (const bool is_told : {false, true}) {
    const twin::Nat nat({kChange});
    HandOverStage stage({.net = {}, .network = [&](twin::World& world) {
                           return std::make_unique<twin::SharedNetwork>(world, Way(nat.Outbound()),
                                                                        Way(nat.Inbound()));
                         }});
    stage.world.RunUntil(kChange);
    if (is_told) stage.NetworkChanged();
    stage.world.RunFor(TimeDelta::Seconds(20));

    INFO((is_told ? "told, " : "not told, ") << stage.UntilKey(kChange).ms() << " ms");
    CHECK(stage.UntilKey(kChange) <= (is_told ? Ms(500) : Ms(1500)));
    CHECK(stage.session.stats().state == PublishState::kLive);
    CHECK(stage.session.stats().attempts == 2);
  }
}

TEST_CASE("From Wi-Fi to a mobile network with what was on its way lost: told 100 ms later") {
  const twin::Nat nat({kChange});
  const auto switched = [](std::unique_ptr<twin::Link> wifi, std::unique_ptr<twin::Link> mobile) {
    std::vector<std::unique_ptr<twin::Link>> ways;
    ways.push_back(std::move(wifi));
    ways.push_back(std::move(mobile));
    return std::make_unique<twin::PathSwitch>(std::move(ways),
                                              std::vector<twin::PathSwitch::Step>{{kChange, 1}},
                                              twin::PathSwitch::Leaving::kBreak);
  };
  HandOverStage stage({.net = {}, .network = [&](twin::World& world) {
                         return std::make_unique<twin::SharedNetwork>(
                             world, switched(Way(nat.Outbound()), Way(nat.Outbound())),
                             switched(Way(nat.Inbound()), Way(nat.Inbound())));
                       }});
  stage.world.RunUntil(kChange + Ms(100));
  stage.NetworkChanged();
  stage.world.RunFor(TimeDelta::Seconds(20));

  INFO("gap " << stage.LongestGap(kChange).ms() << " ms");
  CHECK(stage.LongestGap(kChange) <= Ms(700));
  CHECK(stage.session.stats().state == PublishState::kLive);
}

TEST_CASE("After seconds without any network pictures are back within 1.5 s of its return") {
  for (const std::int64_t lasts_ms : {1500, 2500, 3500, 4500, 6000}) {
    const TimeDelta lasts = Ms(lasts_ms);
    HandOverStage stage({.net = {}, .network = [&](twin::World& world) {
                           const std::vector<twin::Blackout::Span> spans{{kChange, lasts}};
                           return std::make_unique<twin::SharedNetwork>(
                               world, Way(std::make_unique<twin::Blackout>(spans)),
                               Way(std::make_unique<twin::Blackout>(spans)));
                         }});
    stage.world.RunUntil(kChange);
    stage.world.RunFor(lasts + TimeDelta::Seconds(20));

    INFO("without a network " << lasts_ms << " ms, then "
                              << (stage.LongestGap(kChange) - lasts).ms() << " ms");
    CHECK(stage.LongestGap(kChange) <= lasts + Ms(1500));
    CHECK(stage.session.stats().state == PublishState::kLive);
  }
}

}  // namespace
}  // namespace onair::scenario
