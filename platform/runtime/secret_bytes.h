// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "core/base/result.h"

namespace onair::runtime {

// Fills `out` with what nobody can guess, from the system's source: for keys and passwords. Costs
// a system call; the Rng of machines serves everything else. kInternal where the system has none.
// thread-safe.
[[nodiscard]] Status FillWithSecret(std::span<std::uint8_t> out);

}  // namespace onair::runtime
