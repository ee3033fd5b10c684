// SPDX-License-Identifier: Apache-2.0
//
// The two clocks of this room, private to it. Driver time is the steady clock's own count, so
// that it agrees with everyone else in the process who reads that clock.
#pragma once

#include <chrono>

#include "core/media/media_time.h"

namespace onair::devices {

inline Timestamp Now() {
  using std::chrono::duration_cast, std::chrono::microseconds, std::chrono::steady_clock;
  return Timestamp::Micros(
      duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count());
}

inline UtcTime UtcNow() {
  using std::chrono::duration_cast, std::chrono::microseconds, std::chrono::system_clock;
  return UtcTime::Micros(
      duration_cast<microseconds>(system_clock::now().time_since_epoch()).count());
}

inline CaptureTime MomentNow() {
  return {Now(), UtcNow()};
}

inline std::chrono::steady_clock::time_point ToSteady(Timestamp at) {
  return std::chrono::steady_clock::time_point(std::chrono::microseconds(at.us()));
}

}  // namespace onair::devices
