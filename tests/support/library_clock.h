// SPDX-License-Identifier: Apache-2.0
//
// What a C library of this test program sees in gettimeofday(): the world's time instead of the
// system's. A program that wants it lists library_clock.cc among its sources.
#pragma once

#include "core/units/time.h"

namespace onair::test {

void SetLibraryClock(Timestamp now);

}  // namespace onair::test
