# SPDX-License-Identifier: Apache-2.0
# Target `reference`: the reference of all that apps may use, in <build>/reference/html. By hand; nothing else waits for it.
find_program(ONAIR_DOXYGEN doxygen)
find_package(Python3 QUIET COMPONENTS Interpreter)
if(NOT ONAIR_DOXYGEN OR NOT Python3_FOUND)
  message(STATUS "No doxygen or no Python: there is no target `reference`")
  return()
endif()
add_custom_target(reference
  COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/docs/reference/make_reference.py ${CMAKE_BINARY_DIR}/reference
  USES_TERMINAL VERBATIM)
