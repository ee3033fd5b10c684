// SPDX-License-Identifier: Apache-2.0
//
// The only place where time is read. Everything below platform/ gets it as an argument.
#pragma once

#include "core/media/media_time.h"
#include "core/units/time.h"

namespace onair::runtime {

// Monotonic; stands still while the device sleeps on most systems. Thread-safe.
Timestamp Now();

// The wall clock; may jump. Thread-safe.
UtcTime UtcNow();

}  // namespace onair::runtime
