# SPDX-License-Identifier: Apache-2.0
# Run by CPack before a package is closed: static libraries leave without debug information, which
# would make them ten times as large. (CPACK_STRIP_FILES takes care of programs and libonair.so.)
file(GLOB_RECURSE archives ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*.a)
foreach(archive IN LISTS archives)
  execute_process(COMMAND strip --strip-debug ${archive} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
