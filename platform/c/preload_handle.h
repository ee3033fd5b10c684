// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "onair/preload.h"
#include "platform/sdk/preload_pool.h"

struct onair_preload_pool {
  std::shared_ptr<onair::PreloadPool> pool;  // Players that took rooms share it.
};
