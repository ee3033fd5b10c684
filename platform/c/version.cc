// SPDX-License-Identifier: Apache-2.0
#include "onair/version.h"

#include "onair/base.h"
#include "platform/runtime/clock.h"

uint32_t onair_version(void) {
  return ONAIR_VERSION;
}

const char* onair_version_string(void) {
  return ONAIR_VERSION_STRING;
}

int64_t onair_now_us(void) {
  return onair::runtime::Now().us();
}
