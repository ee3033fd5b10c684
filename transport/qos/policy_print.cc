// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "transport/qos/policy_text.h"
#include "transport/qos/words.h"

namespace onair::qos {
namespace {

using Json = nlohmann::ordered_json;

Json JsonOf(const Policy::Rule& rule) {
  Json out = Json::object();
  if (rule.network) out["network"] = WordOf(*rule.network);
  if (rule.line) out["transport"] = WordOf(*rule.line);
  out["controller"] = rule.controller;
  if (rule.start_rate) out["start_kbps"] = rule.start_rate->kbps_f();
  if (rule.max_rate) out["max_kbps"] = rule.max_rate->kbps_f();
  if (rule.parameters.empty()) return out;
  out["parameters"] = Json::object();
  for (const cc::Parameter& parameter : rule.parameters) {
    out["parameters"][parameter.name] = parameter.value;
  }
  return out;
}

}  // namespace

std::string PrintPolicy(const Policy& policy) {
  Json out = {
      {"format", kPolicyFormat}, {"version", policy.version}, {"experiment", policy.experiment}};
  if (!policy.note.empty()) out["note"] = policy.note;
  out["arms"] = Json::array();
  for (const Policy::Arm& arm : policy.arms) {
    Json one = {{"name", arm.name}, {"per_mille", arm.per_mille}};
    if (!arm.note.empty()) one["note"] = arm.note;
    if (!arm.rules.empty()) one["rules"] = Json::array();
    for (const Policy::Rule& rule : arm.rules) one["rules"].push_back(JsonOf(rule));
    out["arms"].push_back(std::move(one));
  }
  // Bytes that are no UTF-8 cannot come from ParsePolicy(); who made them up gets a mark.
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace onair::qos
