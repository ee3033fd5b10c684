// SPDX-License-Identifier: Apache-2.0
//
// Claims about our own code (never about peer bytes or configs).
//   ONAIR_DCHECK: aborts in debug builds and tests; free in release.
//   ONAIR_CHECK: aborts always; only where going on would corrupt memory.
#pragma once

#include <cstdio>
#include <cstdlib>

#define ONAIR_CHECK(claim)                                                      \
  do {                                                                          \
    if (!(claim)) {                                                             \
      std::fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #claim); \
      std::abort();                                                             \
    }                                                                           \
  } while (false)

#ifdef NDEBUG
#define ONAIR_DCHECK(claim) \
  do {                      \
  } while (false)
#else
#define ONAIR_DCHECK(claim) ONAIR_CHECK(claim)
#endif
