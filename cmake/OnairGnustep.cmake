# SPDX-License-Identifier: Apache-2.0
# Included by the root, because a language is enabled for all folders below.
# Objective-C++ on GNUstep with GCC's runtime, which Debian's GNUstep is built for. clang, whatever
# compiles the C++: gcc has no blocks.
find_program(ONAIR_OBJCXX NAMES clang++)
find_program(ONAIR_OBJC NAMES clang)
find_path(GNUSTEP_INCLUDE_DIR Foundation/Foundation.h PATHS /usr/include/GNUstep NO_DEFAULT_PATH)
find_path(BLOCKS_INCLUDE_DIR Block.h)
find_library(GNUSTEP_LIBRARY gnustep-base)
find_library(BLOCKS_LIBRARY BlocksRuntime)
file(GLOB onair_objc_h /usr/lib/gcc/*/*/include/objc/objc.h)
if(onair_objc_h)
  list(GET onair_objc_h -1 onair_objc_h)
  cmake_path(GET onair_objc_h PARENT_PATH onair_objc_dir)
  cmake_path(GET onair_objc_dir PARENT_PATH ONAIR_OBJC_INCLUDE_DIR)
  cmake_path(GET ONAIR_OBJC_INCLUDE_DIR PARENT_PATH ONAIR_OBJC_LIBRARY_DIR)
endif()

set(ONAIR_GNUSTEP_MISSING)
foreach(part ONAIR_OBJCXX ONAIR_OBJC GNUSTEP_INCLUDE_DIR BLOCKS_INCLUDE_DIR GNUSTEP_LIBRARY BLOCKS_LIBRARY ONAIR_OBJC_INCLUDE_DIR)
  if(NOT ${part})
    list(APPEND ONAIR_GNUSTEP_MISSING ${part})
  endif()
endforeach()
set(onair_gnustep_default OFF)
if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CROSSCOMPILING AND NOT ONAIR_GNUSTEP_MISSING)
  set(onair_gnustep_default ON)
endif()
option(ONAIR_WITH_GNUSTEP "Build the Objective-C face on GNUstep (clang, libgnustep-base-dev, libblocksruntime-dev)"
  ${onair_gnustep_default})
if(NOT ONAIR_WITH_GNUSTEP)
  message(STATUS "No Objective-C face on GNUstep. Not found: ${ONAIR_GNUSTEP_MISSING}")
  return()
endif()
if(ONAIR_GNUSTEP_MISSING)
  message(FATAL_ERROR "ONAIR_WITH_GNUSTEP wants what is not here: ${ONAIR_GNUSTEP_MISSING}")
endif()

# GNUstep's headers ask for the block header of another runtime.
set(onair_gnustep_compat ${CMAKE_BINARY_DIR}/gnustep)
file(WRITE ${onair_gnustep_compat}/objc/blocks_runtime.h "#include <Block.h>\n")

set(CMAKE_OBJC_COMPILER ${ONAIR_OBJC})
set(CMAKE_OBJCXX_COMPILER ${ONAIR_OBJCXX})
set(CMAKE_OBJC_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
set(CMAKE_OBJCXX_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
foreach(language OBJC OBJCXX)
  enable_language(${language})
  set(CMAKE_${language}_FLAGS_DEBUG ${CMAKE_CXX_FLAGS_DEBUG})
  set(CMAKE_${language}_FLAGS_RELWITHDEBINFO ${CMAKE_CXX_FLAGS_RELWITHDEBINFO})
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    set(CMAKE_${language}_FLAGS ${CMAKE_CXX_FLAGS})  # Sanitizers.
  endif()
endforeach()
set(CMAKE_OBJCXX_STANDARD 20)
set(CMAKE_OBJCXX_EXTENSIONS OFF)

# All that a target of Objective-C needs here. No C++ exception may meet these frames, and none of
# ours is thrown.
add_library(onair_gnustep INTERFACE)
target_include_directories(onair_gnustep SYSTEM INTERFACE
  ${onair_gnustep_compat} ${ONAIR_OBJC_INCLUDE_DIR} ${GNUSTEP_INCLUDE_DIR} ${BLOCKS_INCLUDE_DIR})
target_compile_options(onair_gnustep INTERFACE
  $<$<COMPILE_LANGUAGE:OBJC,OBJCXX>:-fobjc-runtime=gcc;-fblocks;-fexceptions;-fobjc-exceptions;-fconstant-string-class=NSConstantString>
  $<$<COMPILE_LANGUAGE:OBJC,OBJCXX>:-Wall;-Wextra;-Wno-unused-parameter>
  $<$<AND:$<BOOL:${ONAIR_WERROR}>,$<COMPILE_LANGUAGE:OBJC,OBJCXX>>:-Werror>)
target_compile_definitions(onair_gnustep INTERFACE
  GNUSTEP GNUSTEP_BASE_LIBRARY=1 GNU_RUNTIME=1 _NATIVE_OBJC_EXCEPTIONS)
find_library(ONAIR_OBJC_LIBRARY objc PATHS ${ONAIR_OBJC_LIBRARY_DIR} REQUIRED)
# The blocks' runtime first: GNUstep's library has a Block_copy() of its own, which leaves blocks of compilers that name
# another runtime's classes where they are, on the stack.
target_link_libraries(onair_gnustep INTERFACE
  ${BLOCKS_LIBRARY} ${GNUSTEP_LIBRARY} ${ONAIR_OBJC_LIBRARY} pthread)

function(onair_gnustep_library name)
  add_library(${name} STATIC ${ARGN})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC onair_gnustep)
endfunction()
