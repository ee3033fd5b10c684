// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

namespace onair::apple {

// Marks that code of the app runs on what may be a thread of the SDK's, such as a face detector.
// Who waits there for the SDK's threads may wait for himself.
class AppCall {
 public:
  AppCall() : is_inner_(std::exchange(is_under_way_, true)) {}
  ~AppCall() { is_under_way_ = is_inner_; }
  AppCall(const AppCall&) = delete;
  AppCall& operator=(const AppCall&) = delete;

  static bool IsUnderWay() { return is_under_way_; }

 private:
  static inline thread_local bool is_under_way_ = false;
  const bool is_inner_;
};

}  // namespace onair::apple
