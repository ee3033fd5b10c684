// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/portable_math.h"

#include <cmath>

namespace onair::cc {

// ln x = e ln 2 + 2 artanh((m - 1) / (m + 1)), where m is near 1: ten terms of that series.
double PortableLog(double x) {
  constexpr double kLog2 = 0.69314718055994530942;
  constexpr double kHalfRoot = 0.70710678118654752440;
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);  // Exact everywhere. Range [0.5, 1).
  if (mantissa < kHalfRoot) {
    mantissa *= 2;
    --exponent;
  }
  const double ratio = (mantissa - 1) / (mantissa + 1);
  const double square = ratio * ratio;
  double sum = 0;
  for (int term = 19; term >= 1; term -= 2) sum = sum * square + 1.0 / term;
  return exponent * kLog2 + 2 * ratio * sum;
}

// By the series of a part so small that eighteen terms do, squared back.
double PortableExp(double x) {
  int halvings = 0;
  for (; x > 1 || x < -1; x /= 2) ++halvings;
  double sum = 1;
  for (int term = 18; term >= 1; --term) sum = 1 + sum * x / term;
  for (; halvings > 0; --halvings) sum *= sum;
  return sum;
}

}  // namespace onair::cc
