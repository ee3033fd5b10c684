// SPDX-License-Identifier: Apache-2.0
#include "transport/qos/choice.h"

#include <algorithm>

#include "transport/cc/registry.h"

namespace onair::qos {

cc::ControllerConfig Narrowed(const cc::ControllerConfig& limits, const QosChoice& choice) {
  cc::ControllerConfig out = limits;
  if (!limits.Validate()) return out;  // Nothing to be narrowed; who makes one is told.
  if (choice.max_rate) {
    out.max_rate = std::clamp(*choice.max_rate, limits.min_rate, limits.max_rate);
  }
  out.start_rate =
      std::clamp(choice.start_rate.value_or(limits.start_rate), out.min_rate, out.max_rate);
  return out;
}

Result<std::unique_ptr<cc::Controller>> MakeController(const QosChoice& choice,
                                                       std::string_view otherwise,
                                                       const cc::ControllerConfig& limits) {
  const cc::ControllerConfig narrowed = Narrowed(limits, choice);
  if (choice.controller.empty()) return cc::MakeController(otherwise, narrowed);
  return cc::MakeController(choice.controller, narrowed, choice.parameters);
}

}  // namespace onair::qos
