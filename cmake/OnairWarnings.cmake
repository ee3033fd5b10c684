# SPDX-License-Identifier: Apache-2.0
# Warnings for our own targets only; never part of what a user inherits.
set(ONAIR_WARNINGS -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
    -Woverloaded-virtual -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  list(APPEND ONAIR_WARNINGS -Wthread-safety)
endif()
# g++ 12 sees uninitialised members in moved std::variant alternatives that were never active
# (GCC bug 80635 and its kin); clang and the sanitizers watch the real ones.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  list(APPEND ONAIR_WARNINGS -Wno-maybe-uninitialized)
endif()
if(ONAIR_WERROR)
  list(APPEND ONAIR_WARNINGS -Werror)
endif()
