// SPDX-License-Identifier: Apache-2.0
//
// How much memory is allocated at the moment, by this program and the libraries in it. Counts in
// builds with and without sanitizers; for tests that something does not grow.
#pragma once

#include <malloc.h>

#include <cstddef>
#include <cstdint>

#if defined(__SANITIZE_ADDRESS__)
#define ONAIR_ADDRESS_CHECKED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ONAIR_ADDRESS_CHECKED
#endif
#endif
#ifdef ONAIR_ADDRESS_CHECKED
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();
#endif

namespace onair::test {

inline std::int64_t LiveBytes() {
#ifdef ONAIR_ADDRESS_CHECKED
  return static_cast<std::int64_t>(__sanitizer_get_current_allocated_bytes());
#else
  const auto info = mallinfo2();
  return static_cast<std::int64_t>(info.uordblks + info.hblkhd);
#endif
}

}  // namespace onair::test
