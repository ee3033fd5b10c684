// SPDX-License-Identifier: Apache-2.0
//
// Units as the tables of cases write them.
#pragma once

#include <cstdint>

#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::samples {

constexpr TimeDelta Sec(std::int64_t s) {
  return TimeDelta::Seconds(s);
}
constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
constexpr DataRate Kbps(std::int64_t kbps) {
  return DataRate::KilobitsPerSec(kbps);
}

}  // namespace onair::samples
