# SPDX-License-Identifier: Apache-2.0
# Warnings for our own targets only; never part of what a user inherits.
set(ONAIR_WARNINGS -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
    -Woverloaded-virtual -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  list(APPEND ONAIR_WARNINGS -Wthread-safety)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  # At -O2 g++ 12 sees uninitialised members in std::variant alternatives that were never
  # active and overlapping copies in std::string (GCC bugs 80635, 105651). clang's own
  # -Wuninitialized and the sanitizers watch for real ones.
  list(APPEND ONAIR_WARNINGS -Wno-maybe-uninitialized -Wno-restrict)
endif()
if(ONAIR_WERROR)
  list(APPEND ONAIR_WARNINGS -Werror)
endif()
