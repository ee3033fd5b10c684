// SPDX-License-Identifier: Apache-2.0
//
// RFC 8083, for who does not take each loss for congestion: never for long more than ten times what
// a TCP connection would send over the same line.
#pragma once

#include <optional>

#include "core/units/time.h"

namespace onair::cc {

// The most that may be sent, bit/s; nothing where losses are too few to matter. Where RFC 8083 says
// to stop, we send no more than that: a stream that ends tells its user less than one that is poor.
// Pure.
std::optional<double> SafeMostBps(double loss_share, TimeDelta round_trip);

}  // namespace onair::cc
