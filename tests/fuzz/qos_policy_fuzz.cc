// SPDX-License-Identifier: Apache-2.0
//
// Any text gives a policy or a fault that points into it; a policy survives printing, and every
// session of it gets a controller.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "transport/cc/registry.h"
#include "transport/qos/choice.h"
#include "transport/qos/policy_text.h"

namespace {

using namespace onair;

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto policy = qos::ParsePolicy(text);
  if (!policy) {
    const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
    Require(policy.error().line >= 1 && policy.error().line <= lines);
    Require(!qos::ToString(policy.error()).empty());
    return 0;
  }
  const auto again = qos::ParsePolicy(qos::PrintPolicy(*policy));
  // Rates are kept to the bit per second, numbers to the last bit.
  Require(again && *again == *policy);
  for (const auto& arm : policy->arms) {
    for (const auto line : {cc::LineKind::kTcp, cc::LineKind::kDatagrams}) {
      const auto choice = qos::ChooseIn(*policy, arm, NetworkKind::kCellular, line);
      Require(qos::MakeController(choice, cc::kDefaultController, {}).has_value());
    }
  }
  return 0;
}
