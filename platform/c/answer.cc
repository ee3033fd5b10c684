// SPDX-License-Identifier: Apache-2.0
#include "platform/c/answer.h"

#include <utility>

namespace onair::c {
namespace {

struct LastError {
  Error error{ErrorCode::kInternal, {}, 0};
  std::string text;
  onair_error view = NoError();
};

LastError& Last() {
  thread_local LastError last;
  return last;
}

// Without memory for texts.
onair_code RememberBare(onair_code code, const char* name) {
  Last().view = {sizeof(onair_error), code, 0, "", name};
  return code;
}

// The row of a code, or null for a number that is none.
const ErrorInfo* InfoOf(onair_code code) {
  const ErrorInfo& info = Describe(static_cast<ErrorCode>(code));
  return static_cast<onair_code>(info.code) == code ? &info : nullptr;
}

}  // namespace

onair_code Remember(const Error& error) noexcept {
  try {
    LastError& last = Last();
    last.error = error;
    last.text = ToString(error);
    last.view = {sizeof(onair_error), CodeOf(error.code), error.native_code,
                 last.error.detail.c_str(), last.text.c_str()};
    return last.view.code;
  } catch (...) {
    return RememberOutOfMemory();
  }
}

onair_code RememberOutOfMemory() noexcept {
  return RememberBare(ONAIR_ERROR_OUT_OF_MEMORY, "memory ran out [internal.memory]");
}

onair_code RememberFault() noexcept {
  return RememberBare(ONAIR_ERROR_INTERNAL, "a fault in this library [internal]");
}

ErrorText::ErrorText(const Error& error) : error_(error), text_(ToString(error)) {}

onair_error ErrorText::view() const {
  return {sizeof(onair_error), CodeOf(error_.code), error_.native_code, error_.detail.c_str(),
          text_.c_str()};
}

onair_error NoError() {
  return {sizeof(onair_error), ONAIR_OK, 0, "", ""};
}

}  // namespace onair::c

using onair::ErrorCode;
using onair::ErrorInfo;

const char* onair_code_name(onair_code code) {
  if (code == ONAIR_OK) return "ok";
  // Views into literals, which end with a zero byte.
  return onair::Describe(static_cast<ErrorCode>(code)).name.data();
}

const char* onair_code_meaning(onair_code code) {
  if (code == ONAIR_OK) return "nothing is wrong";
  return onair::Describe(static_cast<ErrorCode>(code)).meaning.data();
}

const char* onair_code_action(onair_code code) {
  if (code == ONAIR_OK) return "nothing";
  return onair::Describe(static_cast<ErrorCode>(code)).action.data();
}

int onair_code_is_retryable(onair_code code) {
  const ErrorInfo* info = onair::c::InfoOf(code);
  return info != nullptr && info->retryable == onair::Retryable::kYes ? 1 : 0;
}

const onair_error* onair_last_error(void) {
  return &onair::c::Last().view;
}
