// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/twin/network_trace.h"

namespace onair::samples {

// What a link could have carried up to each moment, known beforehand: what measures are held
// against. Begins at time zero and repeats as its trace does. Pure value.
class CapacityLine {
 public:
  explicit CapacityLine(const twin::NetworkTrace& trace);

  // Bytes that could have left in [from, to).
  double BytesBetween(Timestamp from, Timestamp to) const { return BytesBy(to) - BytesBy(from); }
  // The mean over [at, at + window), in kbit/s.
  double KbpsOver(Timestamp at, TimeDelta window) const;
  // When `size` would have left, if it begins at `from`. Infinity: never.
  Timestamp FinishOf(DataSize size, Timestamp from) const;
  DataRate mean() const;

 private:
  struct Point {
    std::int64_t us;
    double bytes;  // Up to here; grows evenly to the next point.
  };
  void Add(const twin::RateTrace& trace);
  void Add(const twin::OpportunityTrace& trace);
  double BytesBy(Timestamp at) const;

  std::vector<Point> points_;  // Of one period; the first is at zero, the last at its end.
};

}  // namespace onair::samples
