# SPDX-License-Identifier: Apache-2.0
# Warnings for our own targets only; never part of what a user inherits.
set(ONAIR_WARNINGS -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
    -Woverloaded-virtual -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  list(APPEND ONAIR_WARNINGS -Wthread-safety)
endif()
if(ONAIR_WERROR)
  list(APPEND ONAIR_WARNINGS -Werror)
endif()
