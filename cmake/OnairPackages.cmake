# SPDX-License-Identifier: Apache-2.0
# Debian packages of the installed components: `cpack -G DEB` in a build folder.
#   libonair0         libonair.so.0                                     runtime
#   libonair-dev      header, libonair.so, onair.pc, CMake's package    c
#   libonair-cpp-dev  static rooms and headers of the C++ face          cpp
#   onair-tools       onair-publish, onair-play, onair-edge, ...        tools
set(CPACK_PACKAGE_NAME onair)
set(CPACK_PACKAGE_VENDOR "The Onair authors")
set(CPACK_PACKAGE_CONTACT "The Onair authors <onair@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/StripArchives.cmake)
set(CPACK_COMPONENTS_ALL runtime c cpp tools)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_CURRENT_BINARY_DIR}/platform/c)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(exactly "(= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libonair${PROJECT_VERSION_MAJOR})
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SUGGESTS libopenh264-7)  # Loaded where it is.
set(CPACK_DEBIAN_C_PACKAGE_NAME libonair-dev)
set(CPACK_DEBIAN_C_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_C_PACKAGE_DEPENDS "libonair${PROJECT_VERSION_MAJOR} ${exactly}")
set(CPACK_DEBIAN_CPP_PACKAGE_NAME libonair-cpp-dev)
set(CPACK_DEBIAN_CPP_PACKAGE_SECTION libdevel)
# What cmake/OnairDependencies.cmake looks for.
string(JOIN ", " CPACK_DEBIAN_CPP_PACKAGE_DEPENDS "libonair-dev ${exactly}" libexpected-dev libboost1.81-dev nlohmann-json3-dev
  libssl-dev libusrsctp-dev libyuv-dev libopencv-objdetect-dev libopencv-video-dev libx264-dev libx265-dev libopus-dev
  libavcodec-dev libavformat-dev libavutil-dev libavdevice-dev libswscale-dev libswresample-dev libsdl2-dev libasound2-dev
  libsonic-dev libxcb1-dev pkg-config)
set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME onair-tools)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION video)
set(CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS libsdl2-2.0-0)  # Loaded by onair-play; FFmpeg is named by its neighbours.
foreach(component runtime c cpp tools)
  string(TOUPPER ${component} upper)
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE RENAME copyright COMPONENT ${component}
    DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
endforeach()
include(CPack)
