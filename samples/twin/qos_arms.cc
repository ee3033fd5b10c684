// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/qos_arms.h"

#include <utility>

#include "samples/common/text_file.h"
#include "transport/cc/registry.h"
#include "transport/qos/choice.h"
#include "transport/qos/json_tree.h"
#include "transport/qos/policy_text.h"
#include "transport/qos/words.h"

namespace onair::samples {
namespace {

std::string_view DefaultOver(cc::LineKind line) {
  return line == cc::LineKind::kTcp ? cc::kDefaultController : cc::kDefaultDatagramController;
}

Json RateOf(const std::optional<DataRate>& rate) {
  return rate ? Number(rate->kbps_f()) : Json(nullptr);
}

}  // namespace

Result<qos::Policy> ReadPolicy(const std::string& path) {
  const auto text = ReadText(path, qos::kMostJsonBytes);
  if (!text) return Fail(ErrorCode::kInvalidConfig, ToString(text.error()));
  auto policy = qos::ParsePolicy(*text);
  if (!policy) {
    return Fail(ErrorCode::kInvalidConfig, path + ": " + qos::ToString(policy.error()));
  }
  return std::move(*policy);
}

MakeController ArmController(const qos::Policy& policy, const qos::Policy::Arm& arm,
                             const QosPlace& place) {
  return [choice = qos::ChooseIn(policy, arm, place.network, place.line()),
          otherwise = DefaultOver(place.line())](const cc::ControllerConfig& config) {
    return std::move(*qos::MakeController(choice, otherwise, config));
  };
}

std::string RunnerOf(const qos::Policy::Arm& arm) {
  return "arm:" + arm.name;
}

Json QosOf(const qos::Policy& policy, const QosPlace& place) {
  Json out = {{"version", policy.version},
              {"experiment", policy.experiment},
              {"network", qos::WordOf(place.network)},
              {"arms", Json::array()}};
  for (const qos::Policy::Arm& arm : policy.arms) {
    const QosChoice choice = qos::ChooseIn(policy, arm, place.network, place.line());
    Json parameters = Json::object();
    for (const cc::Parameter& one : choice.parameters) parameters[one.name] = Number(one.value);
    out["arms"].push_back(
        {{"arm", arm.name},
         {"per_mille", arm.per_mille},
         {"controller", choice.controller.empty() ? DefaultOver(place.line())
                                                  : std::string_view(choice.controller)},
         {"parameters", std::move(parameters)},
         {"start_kbps", RateOf(choice.start_rate)},
         {"max_kbps", RateOf(choice.max_rate)}});
  }
  return out;
}

}  // namespace onair::samples
