// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::session {

// What stands between a session and the network: bytes given out, and how many of them the
// socket still holds. Pure.
class SocketBacklog {
 public:
  // A new connection.
  void Reset(Timestamp now) {
    unsent_ = DataSize::Zero();
    given_ = DataSize::Zero();
    progress_at_ = now;
  }
  // The peer's duty to take something begins.
  void WatchFrom(Timestamp now) { progress_at_ = now; }
  void OnGiven(DataSize size) { given_ += size; }
  // `unsent`: the socket's word. `underway`: of what was given, not yet handed to the socket.
  void OnReport(DataSize unsent, DataSize underway, Timestamp now) {
    if (unsent < unsent_ + given_ - underway || unsent_ == DataSize::Zero()) progress_at_ = now;
    unsent_ = std::max(unsent, DataSize::Zero());
    given_ = underway;
  }

  // Most that may be unsent: all that was given since the report counts as untaken.
  DataSize held() const { return unsent_ + given_; }
  DataSize unsent() const { return unsent_; }  // As last reported.
  // The peer took something, or had nothing to take.
  Timestamp progress_at() const { return progress_at_; }

 private:
  DataSize unsent_ = DataSize::Zero();
  DataSize given_ = DataSize::Zero();
  Timestamp progress_at_ = Timestamp::MinusInfinity();
};

}  // namespace onair::session
