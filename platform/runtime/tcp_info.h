// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::runtime {

// What the kernel knows about a connection; empty where this system does not tell.
struct TcpInfo {
  std::optional<TimeDelta> rtt;  // Smoothed.
  std::optional<TimeDelta> rtt_min;
  std::optional<DataSize> unsent;   // Taken from us, not yet on the wire.
  std::optional<DataSize> unacked;  // Taken from us, not yet confirmed; includes unsent.
  std::optional<std::int64_t> segments_retransmitted;
  std::optional<DataRate> delivery_rate;
};

}  // namespace onair::runtime
