// SPDX-License-Identifier: Apache-2.0
//
// How calls answer: a value or an Error (docs/decisions/0002). Thin must-use skin over
// tl::expected, so that std::expected can replace it.
//
//   Result<int> Parse(...) { if (bad) return Fail(ErrorCode::kInvalidUrl, "no host"); return 7; }
//   if (auto port = Parse(...); !port) return Forward(port);
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "core/base/error_code.h"

namespace onair {

// Why something failed. A plain value; what to do about it stands in the table of codes.
struct Error {
  ErrorCode code;       // Its meaning: Describe() in error_code.h.
  std::string detail;   // Names what was wrong: a field, a host, a file. Never a secret.
  int native_code = 0;  // errno, HTTP status or the library's own number; 0 when there is none.

  bool operator==(const Error&) const = default;
};

// "<detail>: <meaning> [<name>]", the one line that programs print.
std::string ToString(const Error& error);

// A value or why there is none; must be looked at.
template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  // What it is beneath: has_value(), value(), error(), `*` and `->`.
  using Base = tl::expected<T, Error>;
  using Base::Base;
  // From what tl::expected's own functions give.
  Result(Base base) : Base(std::move(base)) {}  // NOLINT(google-explicit-constructor)
};

// Of calls that answer nothing but whether they failed.
using Status = Result<void>;

// What a function returns that fails; any Result or Status takes it.
[[nodiscard]] inline tl::unexpected<Error> Fail(ErrorCode code, std::string detail,
                                                int native_code = 0) {
  return tl::unexpected<Error>(Error{code, std::move(detail), native_code});
}
// The same for an error that is there already.
[[nodiscard]] inline tl::unexpected<Error> Fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

// Hands the error of one result on as another's.
template <typename T>
[[nodiscard]] tl::unexpected<Error> Forward(const Result<T>& failed) {
  return tl::unexpected<Error>(failed.error());
}

}  // namespace onair
