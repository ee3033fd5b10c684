/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ONAIR_VERSION_H
#define ONAIR_VERSION_H

/* What these headers belong to; CMake refuses to configure where they differ from the project.
 * onair_version() tells what the program really runs with. */
#define ONAIR_VERSION_MAJOR 0
#define ONAIR_VERSION_MINOR 1
#define ONAIR_VERSION_PATCH 0
#define ONAIR_VERSION_STRING "0.1.0"

/* One number for comparisons: 0x00MMmmpp. */
#define ONAIR_VERSION \
  ((ONAIR_VERSION_MAJOR << 16) | (ONAIR_VERSION_MINOR << 8) | ONAIR_VERSION_PATCH)

#endif
