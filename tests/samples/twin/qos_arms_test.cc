// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/qos_arms.h"

#include <fstream>

#include "samples/twin/race.h"
#include "tests/samples/twin/push_support.h"
#include "tests/support/paths.h"
#include "transport/qos/policy_text.h"

namespace onair::samples {
namespace {

qos::Policy Two() {
  qos::Policy policy{.version = "3", .experiment = "e"};
  policy.arms = {{.name = "plain", .per_mille = 500}, {.name = "half", .per_mille = 500}};
  policy.arms[1].rules = {
      {.network = NetworkKind::kCellular, .controller = "onair", .parameters = {{"use", 0.5}}}};
  return policy;
}

PushResult RunArm(const qos::Policy& policy, std::size_t arm, NetworkKind network,
                  PushTransport transport) {
  PushSettings settings;
  settings.make_controller = ArmController(policy, policy.arms[arm], {network, transport});
  settings.transport = transport;
  return RunPush(Link({{Sec(0), Kbps(2000)}}, Sec(10)), settings);
}

TEST_CASE(
    "An arm without a rule that fits runs as the default controller does, to the last event") {
  const qos::Policy policy = Two();
  const auto plain = RunArm(policy, 0, NetworkKind::kCellular, PushTransport::kTcp);
  const auto wifi = RunArm(policy, 1, NetworkKind::kWifi, PushTransport::kTcp);
  const auto onair = RunOf(Link({{Sec(0), Kbps(2000)}}, Sec(10)), Named("onair"));
  CHECK(plain.log_hash == onair.log_hash);
  CHECK(wifi.log_hash == onair.log_hash);
}

TEST_CASE("An arm's parameters decide in the twin, over both transports") {
  const qos::Policy policy = Two();
  for (const auto transport : {PushTransport::kTcp, PushTransport::kRts}) {
    const auto plain = RunArm(policy, 0, NetworkKind::kCellular, transport);
    const auto half = RunArm(policy, 1, NetworkKind::kCellular, transport);
    CHECK(*plain.utilisation > 0.8);
    CHECK(*half.utilisation < *plain.utilisation * 0.8);
    CHECK(*half.utilisation > 0.3);
  }
}

TEST_CASE("A policy is read from its file, and what is wrong names file, line and field") {
  const std::string path = testing::BinaryDir() + "/policy.json";
  std::ofstream(path) << qos::PrintPolicy(Two());
  const auto read = ReadPolicy(path);
  REQUIRE(read);
  CHECK(*read == Two());

  qos::Policy wrong = Two();
  wrong.arms[1].rules[0].parameters[0].value = 2;
  std::ofstream(path) << qos::PrintPolicy(wrong);
  const auto refused = ReadPolicy(path);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().detail, Catch::StartsWith(path + ": line "));
  CHECK_THAT(refused.error().detail, Catch::Contains("arms[1].rules[0].parameters.use"));
  std::remove(path.c_str());
  CHECK_FALSE(ReadPolicy(path));
}

TEST_CASE("A report tells what raced under each arm's name") {
  const Json told = QosOf(Two(), {NetworkKind::kCellular, PushTransport::kRts});
  CHECK(told["version"] == "3");
  CHECK(told["network"] == "cellular");
  REQUIRE(told["arms"].size() == 2);
  CHECK(told["arms"][0]["controller"] == "onair");
  CHECK(told["arms"][0]["parameters"].empty());
  CHECK(told["arms"][1]["parameters"]["use"] == 0.5);
  CHECK(told["arms"][1]["start_kbps"].is_null());
  CHECK(RunnerOf(Two().arms[1]) == "arm:half");
}

}  // namespace
}  // namespace onair::samples
