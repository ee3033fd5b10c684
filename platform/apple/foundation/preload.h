// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONPreloadPool.h>

#include <memory>

#include "platform/sdk/preload_pool.h"

namespace onair::apple {

// Null for nil.
std::shared_ptr<PreloadPool> PoolOf(ONPreloadPool* pool);

}  // namespace onair::apple
