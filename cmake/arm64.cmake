# SPDX-License-Identifier: Apache-2.0
#
# Builds for 64-bit ARM Linux on any other machine: clang and lld as they are, and the sysroot that
# cmake/make-sysroot unpacks. CTest then runs programs under qemu-user by itself; no binfmt_misc.
# -DONAIR_SYSROOT=FOLDER: another sysroot than build/sysroot-arm64, a device's own for one.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)

set(ONAIR_SYSROOT "${CMAKE_CURRENT_LIST_DIR}/../build/sysroot-arm64" CACHE PATH "What programs for ARM64 link")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES ONAIR_SYSROOT)
file(REAL_PATH "${ONAIR_SYSROOT}" CMAKE_SYSROOT)
if(NOT EXISTS "${CMAKE_SYSROOT}/usr/lib/aarch64-linux-gnu/libc.so")
  message(FATAL_ERROR "There is no ARM64 sysroot in ${CMAKE_SYSROOT}: run cmake/make-sysroot first")
endif()

set(CMAKE_C_COMPILER clang)
set(CMAKE_CXX_COMPILER clang++)
set(CMAKE_C_COMPILER_TARGET aarch64-linux-gnu)
set(CMAKE_CXX_COMPILER_TARGET aarch64-linux-gnu)
set(CMAKE_C_COMPILER_EXTERNAL_TOOLCHAIN "${CMAKE_SYSROOT}/usr")  # Not a cross gcc of the host.
set(CMAKE_CXX_COMPILER_EXTERNAL_TOOLCHAIN "${CMAKE_SYSROOT}/usr")
foreach(kind EXE SHARED MODULE)
  set(CMAKE_${kind}_LINKER_FLAGS_INIT -fuse-ld=lld)
endforeach()

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} "${CMAKE_SYSROOT}")
set(ENV{PKG_CONFIG_LIBDIR} "${CMAKE_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${CMAKE_SYSROOT}/usr/share/pkgconfig")

find_program(ONAIR_QEMU_ARM64 NAMES qemu-aarch64 qemu-aarch64-static)
if(ONAIR_QEMU_ARM64)
  set(CMAKE_CROSSCOMPILING_EMULATOR "${ONAIR_QEMU_ARM64};-L;${CMAKE_SYSROOT}")
endif()
