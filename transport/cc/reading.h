// SPDX-License-Identifier: Apache-2.0
//
// Reports read with suspicion: what controllers count with is in order and bounded, whatever a
// driver or a system told.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/api/congestion_control.h"
#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::cc {

// The time of reports, never decreasing. Pure.
class ReportClock {
 public:
  // Far from the ends, so that a deadline after it is still finite.
  static constexpr Timestamp kLatest = Timestamp::Micros(std::int64_t{1} << 62);

  Timestamp Read(Timestamp at) {
    const bool is_sane = at <= kLatest && at.us() >= -kLatest.us();
    if (is_sane && (is_first_ || at > now_)) now_ = at;
    is_first_ = false;
    return now_;
  }

 private:
  Timestamp now_ = Timestamp::Zero();
  bool is_first_ = true;
};

// Growth of a counter between reports. Pure.
class GrowthMeter {
 public:
  // In [0, kMost]; 0 the first time and when the counter fell.
  std::int64_t Read(std::int64_t value) {
    value = std::max<std::int64_t>(value, 0);
    const std::int64_t growth = is_first_ ? 0 : value - last_;
    last_ = value;
    is_first_ = false;
    return std::clamp<std::int64_t>(growth, 0, kMost);
  }
  DataSize Read(DataSize value) { return DataSize::Bytes(Read(value.bytes())); }

  // 1 TB: no line carries so much between two reports, and sums of it do not overflow soon.
  static constexpr std::int64_t kMost = 1'000'000'000'000;

 private:
  std::int64_t last_ = 0;
  bool is_first_ = true;
};

// What an honest driver can tell of a datagram: clocks within 30000 years, a size as they have. The
// rest is left out.
inline bool IsCredible(const PacketFate& packet) {
  constexpr std::int64_t kMostMicros = std::int64_t{1} << 60;
  const auto is_near = [](Timestamp at) {
    return at.us() >= -kMostMicros && at.us() <= kMostMicros;
  };
  return is_near(packet.sent_at) && (!packet.arrived_at || is_near(*packet.arrived_at)) &&
         packet.size >= DataSize::Zero() && packet.size <= DataSize::Bytes(65'535);
}

inline DataRate Within(const ControllerConfig& limits, DataRate rate) {
  return std::clamp(rate, limits.min_rate, limits.max_rate);
}

// A decision of rules that know a target only: no pacing, window, probe or repair.
inline CongestionDecision TargetOnly(DataRate target, Cause cause, Timestamp decide_again_at,
                                     const char* reason) {
  return {.target_rate = target,
          .pacing_rate = {},
          .congestion_window = {},
          .probe = {},
          .repair = {},
          .cause = cause,
          .decide_again_at = decide_again_at,
          .reason = reason};
}

}  // namespace onair::cc
