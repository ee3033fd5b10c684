# SPDX-License-Identifier: Apache-2.0
# Every third-party library, found once. All are Debian 12 packages (docs/licensing.md).
# Rooms name the imported targets below in DEPS or PRIVATE_DEPS. An outside project that asks for
# components gets here with their parts alone (onair_parts, onairConfig.cmake); we want all.
if(NOT DEFINED onair_parts)
  set(onair_parts core net rtmp webrtc beauty sdk)
endif()

# libyuv and sonic ship neither a CMake package nor a pkg-config file; usrsctp's defines INET in
# whatever uses it.
function(onair_plain_library name header library)
  if(TARGET ${name}::${name})
    return()  # A second find_package(onair) of the same project.
  endif()
  find_path(${name}_INCLUDE_DIR ${header} REQUIRED)
  find_library(${name}_LIBRARY ${library} REQUIRED)
  add_library(${name}::${name} UNKNOWN IMPORTED)
  set_target_properties(${name}::${name} PROPERTIES
    IMPORTED_LOCATION "${${name}_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${${name}_INCLUDE_DIR}")
endfunction()
# OpenCV by its parts: its CMake package comes only with libopencv-dev, which pulls in
# hundreds of megabytes that nothing here uses.
function(onair_opencv part)
  if(TARGET opencv::${part})
    return()
  endif()
  find_path(opencv_INCLUDE_DIR opencv2/core.hpp PATH_SUFFIXES opencv4 REQUIRED)
  find_library(opencv_${part}_LIBRARY opencv_${part} REQUIRED)
  add_library(opencv::${part} UNKNOWN IMPORTED)
  set_target_properties(opencv::${part} PROPERTIES
    IMPORTED_LOCATION "${opencv_${part}_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${opencv_INCLUDE_DIR}")
endfunction()
find_package(tl-expected REQUIRED)
find_package(Threads REQUIRED)

if("net" IN_LIST onair_parts)
  find_package(Boost 1.81 REQUIRED)
  find_package(nlohmann_json REQUIRED)
  if(ONAIR_WITH_OPENSSL)
    find_package(OpenSSL REQUIRED)
  endif()
endif()
if("webrtc" IN_LIST onair_parts)
  onair_plain_library(usrsctp usrsctp.h usrsctp)
endif()
if("beauty" IN_LIST onair_parts)
  onair_plain_library(yuv libyuv.h yuv)
  foreach(part core imgproc objdetect video)
    onair_opencv(${part})
  endforeach()
endif()
if("sdk" IN_LIST onair_parts)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(x264 REQUIRED IMPORTED_TARGET x264)
  pkg_check_modules(x265 REQUIRED IMPORTED_TARGET x265)
  pkg_check_modules(opus REQUIRED IMPORTED_TARGET opus)
  pkg_check_modules(avcodec REQUIRED IMPORTED_TARGET libavcodec libavutil)
  pkg_check_modules(avformat REQUIRED IMPORTED_TARGET libavformat libavcodec libavutil)
  pkg_check_modules(avdevice REQUIRED IMPORTED_TARGET libavdevice libavformat libavcodec libavutil)
  pkg_check_modules(xcb REQUIRED IMPORTED_TARGET xcb)
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    pkg_check_modules(alsa REQUIRED IMPORTED_TARGET alsa)
  endif()
  pkg_check_modules(swscale REQUIRED IMPORTED_TARGET libswscale libavutil)
  pkg_check_modules(swresample REQUIRED IMPORTED_TARGET libswresample libavutil)
  find_package(SDL2 REQUIRED)
  onair_plain_library(sonic sonic.h sonic)
endif()

if(ONAIR_BUILD_SAMPLES OR ONAIR_BUILD_TESTS)
  find_package(CLI11 REQUIRED)
endif()
if(ONAIR_BUILD_TESTS)
  find_package(Catch2 2 REQUIRED)
  pkg_check_modules(srtp2 REQUIRED IMPORTED_TARGET libsrtp2)
endif()
