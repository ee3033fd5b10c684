// SPDX-License-Identifier: Apache-2.0
#include "core/base/error_code.h"

namespace onair {
namespace {

constexpr ErrorInfo kTable[] = {
#define ONAIR_ERROR_ROW(name, number, text, retry, meaning, action) \
  {ErrorCode::name, text, Retryable::retry, meaning, action},
    ONAIR_ERROR_CODES(ONAIR_ERROR_ROW)
#undef ONAIR_ERROR_ROW
};

}  // namespace

const ErrorInfo& Describe(ErrorCode code) {
  for (const ErrorInfo& row : kTable) {
    if (row.code == code) return row;
  }
  return Describe(ErrorCode::kInternal);
}

}  // namespace onair
