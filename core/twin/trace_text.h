// SPDX-License-Identifier: Apache-2.0
//
// Readers of the public trace formats. Any text gives a trace or kInvalidConfig whose detail
// names the line. At most 64 MiB and 4 million rows.
#pragma once

#include <string_view>

#include "core/twin/network_trace.h"

namespace onair::twin {

// mahimahi: one number per line, the millisecond at which a 1500-byte packet may leave.
Result<OpportunityTrace> ParseMahimahi(std::string_view text);

// Two or four columns parted by spaces or tabs: seconds, Mbit/s, and round trip in ms (a unit
// "ms" may follow), share lost. Times need not begin at zero; of two rows of one
// time the later holds. The last row lasts as long as the one before it, or a second.
Result<RateTrace> ParseRates(std::string_view text);

// AlphaRTC's JSON: uplink.trace_pattern, an array of objects with duration (ms), capacity
// (kbit/s), and loss (share), rtt (ms), jitter (ms).
Result<RateTrace> ParseAlphaRtc(std::string_view text);

// Any of the three, told by their beginnings.
Result<NetworkTrace> ParseTrace(std::string_view text);

}  // namespace onair::twin
