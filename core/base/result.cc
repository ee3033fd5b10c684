// SPDX-License-Identifier: Apache-2.0
#include "core/base/result.h"

namespace onair {

std::string ToString(const Error& error) {
  const ErrorInfo& info = Describe(error.code);
  std::string text = error.detail;
  if (!text.empty()) text += ": ";
  text += info.meaning;
  text += " [";
  text += info.name;
  text += "]";
  return text;
}

}  // namespace onair
