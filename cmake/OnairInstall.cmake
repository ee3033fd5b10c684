# SPDX-License-Identifier: Apache-2.0
# What is installed, in four components: `runtime` (libonair.so.N), `c` (what programs in C and
# other languages build with), `cpp` (static rooms and their headers), `tools` (the programs).
include(CMakePackageConfigHelpers)
set(onair_config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/onair)
configure_package_config_file(cmake/onairConfig.cmake.in onairConfig.cmake
  INSTALL_DESTINATION ${onair_config_dir})
write_basic_package_version_file(onairConfigVersion.cmake COMPATIBILITY SameMinorVersion)

install(TARGETS onair_shared EXPORT onair-c
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT c
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT c)
install(EXPORT onair-c NAMESPACE onair:: DESTINATION ${onair_config_dir} COMPONENT c)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/onairConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/onairConfigVersion.cmake
  DESTINATION ${onair_config_dir} COMPONENT c)

foreach(part core net rtmp webrtc beauty sdk)
  install(EXPORT onair-${part} NAMESPACE onair:: DESTINATION ${onair_config_dir} COMPONENT cpp)
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/cmake/OnairDependencies.cmake DESTINATION ${onair_config_dir}
  COMPONENT cpp)

# The prefix is where the file lies, so that the tree can be moved.
file(RELATIVE_PATH onair_pc_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/onair.pc.in onair.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/onair.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
  COMPONENT c)

include(cmake/OnairPackages.cmake)
