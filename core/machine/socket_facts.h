// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "core/units/data.h"
#include "core/units/time.h"

namespace onair {

// What a system knows of a TCP connection at one moment. What it does not tell is absent, never
// zero. Counters start with the connection and do not fall.
struct SocketFacts {
  std::optional<DataSize> unsent = {};             // Taken from us and not yet on the wire.
  std::optional<DataSize> unacked = {};            // On the wire and not confirmed.
  std::optional<DataSize> bytes_acked = {};        // Counter.
  std::optional<TimeDelta> rtt = {};               // Smoothed.
  std::optional<TimeDelta> min_rtt = {};           // Of the system's window, 300 s on Linux.
  std::optional<DataRate> delivery_rate = {};      // The system's latest sample.
  bool is_delivery_application_limited = false;    // That sample had not enough to send.
  std::optional<std::int64_t> segments_sent = {};  // Counter: with data, these included:
  std::optional<std::int64_t> segments_retransmitted = {};  // Counter.
};

}  // namespace onair
