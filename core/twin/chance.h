// SPDX-License-Identifier: Apache-2.0
//
// Distributions from comparisons of uniform numbers alone: exact, and without the math library
// the same on every machine.
#pragma once

#include "core/base/rng.h"

namespace onair::twin {

// Mean 1. Source: J. von Neumann, "Various techniques used in connection with random digits",
// 1951.
double Exponential(Rng& rng);

// Mean 0, variance 1.
double Gaussian(Rng& rng);

// True with probability `share`, in [0, 1].
inline bool Happens(double share, Rng& rng) {
  return rng.Fraction() < share;
}

// Uniform in [low, high].
inline std::int64_t Between(std::int64_t low, std::int64_t high, Rng& rng) {
  return low + static_cast<std::int64_t>(rng.Below(static_cast<std::uint64_t>(high - low + 1)));
}

// e^x by its series, for |x| <= 8.
double Exp(double x);

}  // namespace onair::twin
