# SPDX-License-Identifier: Apache-2.0
# The part of the installed package that a room belongs to: what an outside project can take alone,
# with no dependency but that part's (OnairDependencies.cmake).
function(onair_part_of room result)
  set(part sdk)
  if(room MATCHES "^(core/|transport/cc$|codec/bitstream$)")
    set(part core)
  elseif(room MATCHES "^transport/(flv|http|tls)$")
    set(part net)
  elseif(room MATCHES "^transport/(rtmp|http_flv)$")
    set(part rtmp)
  elseif(room MATCHES "^transport/(ice|rtp|webrtc)$")
    set(part webrtc)
  elseif(room MATCHES "^beauty/")
    set(part beauty)
  endif()
  set(${result} ${part} PARENT_SCOPE)
endfunction()

# The same decisions on every machine: no product is added without being rounded first. Plain x86-64
# has no instruction that could; its objects, and what compiler caches know of them, stay as they are.
set(ONAIR_ROUND_PRODUCTS -ffp-contract=off)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$" AND NOT CMAKE_CXX_FLAGS MATCHES "-m(arch|fma|avx)")
  set(ONAIR_ROUND_PRODUCTS "")
endif()

# onair_library(<room> FLOOR <n> [EXCEPTIONS] [HEADERS ...] [SOURCES ...] [SMALL ALL | <source> ...]
#               [DEPS onair::x ... lib ...] [PRIVATE_DEPS ...])
#
# One room, one target: core/machine becomes target onair_core_machine, alias and export
# onair::core_machine. A room may depend only on rooms of a lower floor; an upward or
# sideways edge stops the configure step with both names. HEADERS and SOURCES are relative
# to the room's folder and are listed, never globbed.
#
# EXCEPTIONS: the room wraps a library that throws; it catches at its border. All other
# rooms compile with -fno-exceptions -fno-rtti (docs/decisions/0002).
#
# SMALL: sources that run when something is opened, told or counted, not for each packet or pixel;
# optimised builds make them small instead of fast (tests/tools/size_report.py has the budgets).
function(onair_library room)
  cmake_parse_arguments(PARSE_ARGV 1 arg "EXCEPTIONS" "FLOOR" "HEADERS;SOURCES;SMALL;DEPS;PRIVATE_DEPS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "onair_library(${room}): unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  string(REPLACE "/" "_" name "${room}")
  set(target onair_${name})
  if(arg_SOURCES)
    add_library(${target} ${arg_SOURCES})
    set(scope PUBLIC)
    target_compile_options(${target} PRIVATE ${ONAIR_WARNINGS})
    if(NOT arg_EXCEPTIONS)
      target_compile_options(${target} PRIVATE -fno-exceptions -fno-rtti)
    endif()
    if(room MATCHES "^(core|transport)/")
      target_compile_options(${target} PRIVATE ${ONAIR_ROUND_PRODUCTS})
    endif()
    # A section each, so that an app's linker leaves out what the app does not use.
    target_compile_options(${target} PRIVATE $<$<NOT:$<CONFIG:Debug>>:-ffunction-sections>
      $<$<NOT:$<CONFIG:Debug>>:-fdata-sections>)
    if(arg_SMALL STREQUAL ALL)
      set(arg_SMALL ${arg_SOURCES})
    endif()
    if(arg_SMALL)
      set_source_files_properties(${arg_SMALL} PROPERTIES COMPILE_OPTIONS "$<$<NOT:$<CONFIG:Debug>>:-Os>")
    endif()
    target_link_libraries(${target} PRIVATE ${arg_PRIVATE_DEPS})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(onair::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} ONAIR_FLOOR ${arg_FLOOR})
  target_compile_features(${target} ${scope} cxx_std_20)
  # A header with a source is the first thing that its source includes, so that it compiles alone (tests/tools/check_house.py);
  # only the others need to be tried.
  set(alone)
  foreach(header IN LISTS arg_HEADERS)
    string(REGEX REPLACE "\\.h$" ".cc" source "${header}")
    if(NOT source IN_LIST arg_SOURCES)
      list(APPEND alone "${header}")
    endif()
  endforeach()
  set(sourced ${arg_HEADERS})
  list(REMOVE_ITEM sourced ${alone} "")
  target_sources(${target} ${scope}
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${sourced}
    FILE_SET alone TYPE HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${alone})
  set_target_properties(${target} PROPERTIES INTERFACE_HEADER_SETS_TO_VERIFY alone)
  target_link_libraries(${target} ${scope} ${arg_DEPS})
  foreach(dep IN LISTS arg_DEPS arg_PRIVATE_DEPS)
    if(NOT dep MATCHES "^onair::")
      continue()
    endif()
    if(NOT TARGET ${dep})
      message(FATAL_ERROR "layering: ${room} uses ${dep}, which no lower storey has declared")
    endif()
    get_target_property(floor ${dep} ONAIR_FLOOR)
    if(NOT floor LESS arg_FLOOR)
      message(FATAL_ERROR
        "layering: ${room} (floor ${arg_FLOOR}) may not use ${dep} (floor ${floor})")
    endif()
  endforeach()
  if(ONAIR_INSTALL)
    onair_part_of(${room} part)
    install(TARGETS ${target} EXPORT onair-${part}
      ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT cpp
      LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT cpp
      FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/onair COMPONENT cpp
      FILE_SET alone DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/onair COMPONENT cpp)
  endif()
endfunction()
