// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <jni.h>

#include <memory>

#include "platform/sdk/preload_pool.h"

namespace onair::jni {

// The pool of a PreloadPool in Java. kInvalidState: closed.
Result<std::shared_ptr<PreloadPool>> PoolOf(jlong handle);

}  // namespace onair::jni
