// SPDX-License-Identifier: Apache-2.0
//
// A policy as plain data, and the QosPolicy that it makes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/api/qos.h"

namespace onair::qos {

// Values as policy_text.h checks them.
struct Policy {
  struct Rule {
    std::optional<NetworkKind> network = {};  // Empty: any.
    std::optional<cc::LineKind> line = {};    // Empty: any that the controller serves.
    std::string controller;
    cc::Parameters parameters = {};
    std::optional<DataRate> start_rate = {};
    std::optional<DataRate> max_rate = {};

    bool operator==(const Rule&) const = default;
  };
  struct Arm {
    std::string name;
    int per_mille = 0;             // Of all sessions.
    std::vector<Rule> rules = {};  // The first that fits holds; none: as the app says.
    std::string note = {};

    bool operator==(const Arm&) const = default;
  };
  std::string version;
  std::string experiment;
  std::string note = {};
  std::vector<Arm> arms = {};  // Not empty; their shares make a whole.

  bool operator==(const Policy&) const = default;
};

// Of `policy`, whose arms' shares make a whole.
[[nodiscard]] const Policy::Arm& ArmOf(const Policy& policy, std::string_view session_id);
[[nodiscard]] const Policy::Arm* FindArm(const Policy& policy, std::string_view name);

// What a session in that arm is told.
[[nodiscard]] QosChoice ChooseIn(const Policy& policy, const Policy::Arm& arm, NetworkKind network,
                                 cc::LineKind line);

// Pure, thread-safe.
class ArmPolicy final : public QosPolicy {
 public:
  explicit ArmPolicy(Policy policy) : policy_(std::move(policy)) {}

  [[nodiscard]] QosChoice Choose(const QosQuestion& question) const override {
    return ChooseIn(policy_, ArmOf(policy_, question.session_id), question.network, question.line);
  }

 private:
  const Policy policy_;
};

}  // namespace onair::qos
