// SPDX-License-Identifier: Apache-2.0
#include "core/twin/chance.h"

namespace onair::twin {

// A falling run of uniforms that starts with u has odd length with probability e^-u.
double Exponential(Rng& rng) {
  for (double whole = 0;; whole += 1) {
    const double first = rng.Fraction();
    double last = first;
    bool is_odd = true;
    for (double next = rng.Fraction(); next < last; next = rng.Fraction()) {
      last = next;
      is_odd = !is_odd;
    }
    if (is_odd) return whole + first;
  }
}

// Half a bell under an exponential: x is kept with probability e^(-(x-1)^2/2).
double Gaussian(Rng& rng) {
  for (;;) {
    const double x = Exponential(rng);
    if (2 * Exponential(rng) < (x - 1) * (x - 1)) continue;
    return Happens(0.5, rng) ? x : -x;
  }
}

double Exp(double x) {
  const double part = x / 16;
  double sum = 1;
  double term = 1;
  for (int i = 1; i < 14; ++i) {
    term *= part / i;
    sum += term;
  }
  for (int i = 0; i < 4; ++i) sum *= sum;
  return sum;
}

}  // namespace onair::twin
