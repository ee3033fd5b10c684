// SPDX-License-Identifier: Apache-2.0
//
// The contract of every protocol in this library. A machine owns no socket,
// thread, clock or random source; its driver owns it and repeats:
//
//   one input  ->  Poll() until it answers Idle  ->  wait for Idle::wake_at
//
// Rules: `now` never decreases (an earlier value counts as the latest seen);
// HandleTimeout() may come early; bytes from a peer never make a call fail,
// they can only produce an event. Not thread-safe.
#pragma once

#include <concepts>
#include <string_view>
#include <variant>

#include "core/base/bytes.h"
#include "core/units/data.h"
#include "core/units/time.h"

namespace onair {

// Write to the bound socket.
struct Transmit {
  Bytes bytes;
};
struct Idle {                                     // Drained.
  Timestamp wake_at = Timestamp::PlusInfinity();  // Infinity: only input wakes it.
  std::string_view timer;                         // Who asked, for traces. Static text.
};
// What Poll() of a machine answers.
template <typename Event>
using Output = std::variant<Idle, Transmit, Event>;

template <typename M>
concept Machine = requires(M m, ByteView in, DataSize unsent, Timestamp now) {
  typename M::Event;
  { m.HandleBytes(in, now) } -> std::same_as<void>;       // All of `in` is taken.
  { m.HandleUnsent(unsent, now) } -> std::same_as<void>;  // Socket backlog.
  { m.HandleTimeout(now) } -> std::same_as<void>;
  { m.Poll() } -> std::same_as<Output<typename M::Event>>;
};

}  // namespace onair
