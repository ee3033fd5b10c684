// SPDX-License-Identifier: Apache-2.0
#include "transport/qos/policy_fault.h"

namespace onair::qos {

std::string ToString(const PolicyFault& fault) {
  std::string text = "line " + std::to_string(fault.line) + ": ";
  if (!fault.field.empty()) text += fault.field + ": ";
  return text + fault.what;
}

Error ToError(const PolicyFault& fault) {
  return {ErrorCode::kInvalidConfig, ToString(fault)};
}

}  // namespace onair::qos
