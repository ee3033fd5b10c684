# SPDX-License-Identifier: Apache-2.0
# Not run: see ../README.md. An overlay port that builds the source it lies in.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS -DONAIR_BUILD_TESTS=OFF -DONAIR_BUILD_BENCH=OFF -DONAIR_BUILD_SAMPLES=OFF -DONAIR_INSTALL=ON)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(PACKAGE_NAME onair CONFIG_PATH lib/cmake/onair)
vcpkg_fixup_pkgconfig()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
