// SPDX-License-Identifier: Apache-2.0
//
// Functions of which a system's own may differ in the last bit: with + - * / alone a decision is
// the same on every machine. The room is compiled with -ffp-contract=off for the same reason.
#pragma once

namespace onair::cc {

// Natural logarithm, within 1e-14 of it. `x` > 0 and finite.
[[nodiscard]] double PortableLog(double x);

// e to the power of `x`, its share 1e-12 of it off at most. Range [-40, 40].
[[nodiscard]] double PortableExp(double x);

}  // namespace onair::cc
