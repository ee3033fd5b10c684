// SPDX-License-Identifier: Apache-2.0
#include "transport/qos/policy.h"

#include <map>

#include <catch2/catch.hpp>

#include "transport/qos/assignment.h"

namespace onair::qos {
namespace {

Policy Three() {
  Policy policy{.version = "7", .experiment = "drain"};
  policy.arms = {{.name = "none", .per_mille = 0},
                 {.name = "control", .per_mille = 700},
                 {.name = "fast", .per_mille = 300}};
  policy.arms[2].rules = {
      {.network = NetworkKind::kCellular, .controller = "onair", .parameters = {{"drain_ms", 100}}},
      {.line = cc::LineKind::kDatagrams,
       .controller = "gcc",
       .start_rate = DataRate::KilobitsPerSec(500)}};
  return policy;
}

TEST_CASE("Sessions are in arms by their shares, within what chance allows") {
  const Policy policy = Three();
  std::map<std::string, int> sessions;
  constexpr int kSessions = 100'000;
  for (int i = 0; i < kSessions; ++i) {
    ++sessions[ArmOf(policy, "session-" + std::to_string(i)).name];
  }
  CHECK(sessions["none"] == 0);
  // Seven standard deviations of a fair deal.
  CHECK(sessions["control"] > kSessions * 0.69);
  CHECK(sessions["control"] < kSessions * 0.71);
  CHECK(sessions["control"] + sessions["fast"] == kSessions);
}

TEST_CASE("A session stays in its arm whatever the version, and moves with the experiment alone") {
  const Policy first = Three();
  Policy next = Three();
  next.version = "8";
  Policy other = Three();
  other.experiment = "pace";
  int moved = 0;
  constexpr int kSessions = 1000;
  for (int i = 0; i < kSessions; ++i) {
    const std::string id = std::to_string(i);
    CHECK(ArmOf(first, id).name == ArmOf(next, id).name);
    moved += ArmOf(first, id).name != ArmOf(other, id).name ? 1 : 0;
  }
  // 0.42 of them, where the two deals have nothing in common.
  CHECK(moved > kSessions * 0.35);
  CHECK(moved < kSessions * 0.49);
}

TEST_CASE("An arm that grows keeps the sessions that it has") {
  const Policy before = Three();
  Policy after = Three();
  after.arms[1].per_mille = 800;
  after.arms[2].per_mille = 200;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = std::to_string(i);
    if (ArmOf(before, id).name == "control") CHECK(ArmOf(after, id).name == "control");
  }
}

TEST_CASE("The first rule that fits network and line holds, and none leaves it to the app") {
  const Policy policy = Three();
  const Policy::Arm& fast = policy.arms[2];
  const auto choice = [&](NetworkKind network, cc::LineKind line) {
    return ChooseIn(policy, fast, network, line);
  };
  const QosChoice cellular = choice(NetworkKind::kCellular, cc::LineKind::kDatagrams);
  CHECK(cellular.controller == "onair");
  CHECK(cellular.parameters == cc::Parameters{{"drain_ms", 100}});
  CHECK_FALSE(cellular.start_rate);
  const QosChoice wifi = choice(NetworkKind::kWifi, cc::LineKind::kDatagrams);
  CHECK(wifi.controller == "gcc");
  CHECK(wifi.start_rate == DataRate::KilobitsPerSec(500));
  const QosChoice none = choice(NetworkKind::kWifi, cc::LineKind::kTcp);
  CHECK(none.controller.empty());
  for (const QosChoice& one : {cellular, wifi, none}) {
    CHECK(one.arm == "fast");
    CHECK(one.policy_version == "7");
    CHECK(one.experiment == "drain");
  }
}

TEST_CASE("A policy answers by the session's arm") {
  const ArmPolicy policy(Three());
  for (int i = 0; i < 20; ++i) {
    const std::string id = std::to_string(i);
    const QosChoice choice = policy.Choose({.session_id = id});
    CHECK(choice.arm == ArmOf(Three(), id).name);
    CHECK(choice == policy.Choose({.session_id = id}));
  }
}

}  // namespace
}  // namespace onair::qos
