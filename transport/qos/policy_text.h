// SPDX-License-Identifier: Apache-2.0
//
// Policies as text. README.md beside this has an example with every field.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "transport/qos/policy.h"
#include "transport/qos/policy_fault.h"

namespace onair::qos {

// Of `format`: what this build reads.
inline constexpr int kPolicyFormat = 1;
inline constexpr std::size_t kMostArms = 16;
inline constexpr std::size_t kMostRules = 16;   // Of an arm.
inline constexpr std::size_t kMostName = 64;    // Bytes, of versions, experiments and arms.
inline constexpr std::size_t kMostNote = 2000;  // Bytes.

// Any bytes give a policy of which every controller can be made, or the first fault. Unknown fields
// are refused, names that come twice too: a typing error must not be an experiment without effect.
[[nodiscard]] tl::expected<Policy, PolicyFault> ParsePolicy(std::string_view text);

// Text that ParsePolicy() reads back as the same.
[[nodiscard]] std::string PrintPolicy(const Policy& policy);

}  // namespace onair::qos
