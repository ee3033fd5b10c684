// SPDX-License-Identifier: Apache-2.0
//
// Exceptions of C++ must not meet a frame of Objective-C, where some runtimes end the process.
// What can throw is called from .cc files alone, inside Guarded().
#pragma once

#include <new>
#include <utility>

#include "core/base/result.h"

namespace onair::apple {

// The answer of `body`, or kInternal for what it threw.
template <typename Body>
auto Guarded(Body&& body) noexcept -> decltype(body()) {
  try {
    return std::forward<Body>(body)();
  } catch (const std::bad_alloc&) {
    return Fail(ErrorCode::kInternal, "memory");
  } catch (...) {
    return Fail(ErrorCode::kInternal, "");
  }
}

// For calls without an answer: what memory does not suffice for is let go.
template <typename Body>
void Try(Body&& body) noexcept {
  (void)Guarded([&]() -> Status {
    body();
    return {};
  });
}

// The argument or field `name` is wrong.
[[nodiscard]] inline tl::unexpected<Error> Refuse(const char* name) {
  return Fail(ErrorCode::kInvalidConfig, name);
}

}  // namespace onair::apple
