// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/qos_file.h"

#include <utility>

#include "transport/qos/policy_text.h"

namespace onair {

Result<std::unique_ptr<QosPolicy>> MakeQosPolicy(std::string_view text) {
  auto policy = qos::ParsePolicy(text);
  if (!policy) return tl::unexpected(qos::ToError(policy.error()));
  return std::make_unique<qos::ArmPolicy>(std::move(*policy));
}

}  // namespace onair
