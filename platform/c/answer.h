// SPDX-License-Identifier: Apache-2.0
//
// How C++ answers become C answers: every function of the interface is one Guarded() call.
#pragma once

#include <new>
#include <optional>

#include "core/base/result.h"
#include "onair/base.h"

namespace onair::c {

// Both have the same numbers: tests/tools/error_table.py makes one from the other.
constexpr onair_code CodeOf(ErrorCode code) {
  return static_cast<onair_code>(code);
}

// Keeps `error` for onair_last_error() on this thread, and answers its code.
onair_code Remember(const Error& error) noexcept;
onair_code RememberOutOfMemory() noexcept;
onair_code RememberFault() noexcept;

// An error as part of an event: texts live as long as this object.
class ErrorText {
 public:
  explicit ErrorText(const Error& error);
  onair_error view() const;

 private:
  Error error_;
  std::string text_;
};
// No error: ONAIR_OK and empty texts.
onair_error NoError();

// The error of an event, which goes where the event goes.
class EventError {
 public:
  EventError() = default;
  EventError(const EventError&) = delete;  // An event points to it.
  EventError& operator=(const EventError&) = delete;

  void Set(const std::optional<Error>& error) {
    if (!error) return;
    text_.emplace(*error);
    view_ = text_->view();
  }
  const onair_error* view() const { return &view_; }

 private:
  std::optional<ErrorText> text_;
  onair_error view_ = NoError();
};

// Runs `body`, which answers Status; nothing thrown gets out.
template <typename Body>
onair_code Guarded(Body&& body) noexcept {
  try {
    const Status status = body();
    return status ? static_cast<onair_code>(ONAIR_OK) : Remember(status.error());
  } catch (const std::bad_alloc&) {
    return RememberOutOfMemory();
  } catch (...) {
    return RememberFault();
  }
}

// The field or argument `name` is wrong.
[[nodiscard]] inline tl::unexpected<Error> Refuse(const char* name) {
  return Fail(ErrorCode::kInvalidConfig, name);
}

}  // namespace onair::c
