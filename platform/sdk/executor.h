// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "platform/runtime/loop.h"

namespace onair {

// The app's way to run a task on a thread of its choice (its main loop, a queue). Called from
// this library's threads; must not block. `[](auto task) { task(); }` runs events in place, on
// the library's own thread: such a listener must return at once and must not destroy the
// object that called it.
using runtime::Executor;

}  // namespace onair
