// SPDX-License-Identifier: Apache-2.0
#include "transport/qos/policy.h"

#include <algorithm>

#include "transport/qos/assignment.h"

namespace onair::qos {

const Policy::Arm& ArmOf(const Policy& policy, std::string_view session_id) {
  int left = BucketOf(policy.experiment, session_id);
  for (const Policy::Arm& arm : policy.arms) {
    if (left < arm.per_mille) return arm;
    left -= arm.per_mille;
  }
  return policy.arms.back();
}

const Policy::Arm* FindArm(const Policy& policy, std::string_view name) {
  const auto found = std::ranges::find(policy.arms, name, &Policy::Arm::name);
  return found == policy.arms.end() ? nullptr : &*found;
}

QosChoice ChooseIn(const Policy& policy, const Policy::Arm& arm, NetworkKind network,
                   cc::LineKind line) {
  QosChoice choice{
      .policy_version = policy.version, .experiment = policy.experiment, .arm = arm.name};
  for (const Policy::Rule& rule : arm.rules) {
    if (rule.network.value_or(network) != network || rule.line.value_or(line) != line) continue;
    choice.controller = rule.controller;
    choice.parameters = rule.parameters;
    choice.start_rate = rule.start_rate;
    choice.max_rate = rule.max_rate;
    break;
  }
  return choice;
}

}  // namespace onair::qos
