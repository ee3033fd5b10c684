// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/clock.h"

#include <chrono>

namespace onair::runtime {
namespace {

template <typename TimePoint>
std::int64_t MicrosSinceEpoch(TimePoint at) {
  return std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
}

}  // namespace

Timestamp Now() {
  return Timestamp::Micros(MicrosSinceEpoch(std::chrono::steady_clock::now()));
}

UtcTime UtcNow() {
  return UtcTime::Micros(MicrosSinceEpoch(std::chrono::system_clock::now()));
}

}  // namespace onair::runtime
