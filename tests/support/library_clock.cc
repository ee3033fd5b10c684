// SPDX-License-Identifier: Apache-2.0
//
// The dynamic linker takes a program's own definition before the C library's.
#include "tests/support/library_clock.h"

#include <sys/time.h>

namespace {

// Some time of this century: zero may mean "never" to a library.
constexpr std::int64_t kEpochS = 1'700'000'000;
onair::Timestamp library_now = onair::Timestamp::Zero();

}  // namespace

extern "C" int gettimeofday(timeval* into, void*) noexcept {
  into->tv_sec = static_cast<time_t>(kEpochS + library_now.us() / 1'000'000);
  into->tv_usec = static_cast<suseconds_t>(library_now.us() % 1'000'000);
  return 0;
}

namespace onair::test {

void SetLibraryClock(Timestamp now) {
  library_now = now;
}

}  // namespace onair::test
