// SPDX-License-Identifier: Apache-2.0
//
// Which vector instructions this machine has. The answer never changes while a program runs.
#pragma once

#include <span>
#include <string_view>

#include "beauty/filters/kernels.h"

namespace onair::beauty {

enum class Isa { kPlain = 1, kSse2, kSse41, kAvx2, kNeon };

std::string_view NameOf(Isa isa);

// What runs here, slowest first; always begins with kPlain. Valid for ever.
std::span<const Isa> SupportedIsas();

// `isa` is one of SupportedIsas().
const Kernels& KernelsOf(Isa isa);

// Of the last of SupportedIsas().
const Kernels& BestKernels();

}  // namespace onair::beauty
