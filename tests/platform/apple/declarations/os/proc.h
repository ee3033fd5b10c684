// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stddef.h>

extern "C" {
size_t os_proc_available_memory(void);
}
