// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>

#include "core/machine/machine.h"

namespace onair::edge {

// A machine whose driver's socket news are also told to somebody else: media that waits for
// room in the socket goes on when there is some.
template <typename M>
class Tapped {
 public:
  using Event = typename M::Event;

  Tapped(M machine, std::function<void(DataSize unsent, Timestamp now)> on_unsent)
      : machine_(std::move(machine)), on_unsent_(std::move(on_unsent)) {}

  M* operator->() { return &machine_; }
  const M* operator->() const { return &machine_; }

  void HandleBytes(ByteView in, Timestamp now) { machine_.HandleBytes(in, now); }
  void HandleUnsent(DataSize unsent, Timestamp now) {
    machine_.HandleUnsent(unsent, now);
    on_unsent_(unsent, now);
  }
  void HandleTimeout(Timestamp now) { machine_.HandleTimeout(now); }
  void HandleEnd(Timestamp now) {
    if constexpr (requires { machine_.HandleEnd(now); }) machine_.HandleEnd(now);
  }
  Output<Event> Poll() { return machine_.Poll(); }

 private:
  M machine_;
  std::function<void(DataSize, Timestamp)> on_unsent_;
};

}  // namespace onair::edge
