# SPDX-License-Identifier: Apache-2.0
include(CMakePackageConfigHelpers)
set(onair_config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/onair)
configure_package_config_file(cmake/onairConfig.cmake.in onairConfig.cmake
  INSTALL_DESTINATION ${onair_config_dir})
write_basic_package_version_file(onairConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(EXPORT onairTargets NAMESPACE onair:: DESTINATION ${onair_config_dir})
install(FILES
  ${PROJECT_SOURCE_DIR}/cmake/OnairDependencies.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/onairConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/onairConfigVersion.cmake
  DESTINATION ${onair_config_dir})
