// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace onair::twin {

// Takes a decimal number from the front of `text`: digits with an optional sign, fraction and
// exponent; the same on every machine. Empty: there is none, or it is beyond 1e15.
std::optional<double> TakeDecimal(std::string_view& text);

}  // namespace onair::twin
