// SPDX-License-Identifier: Apache-2.0
//
// What the narrow place of a line carries, read off packets that waited there: a picture leaves as
// a short train, and a train faster than the line comes out at the line's own rate. So each picture
// measures the line, whether it is full or not.
//
//   sent      |||||              |||||
//   arrived     | | | | |          | | | | |
//               '-------' busy       '-------'
#pragma once

#include <cstdint>
#include <deque>

#include "core/api/congestion_control.h"

namespace onair::cc {

// Pure.
class ServiceRate {
 public:
  struct Measure {
    double bytes = 0;
    double seconds = 0;  // In which the narrow place was busy with them.
    int packets = 0;
    // How far apart packets left that followed closely upon another, and how far they came out.
    double apart_before = 0;  // Seconds, all together.
    double apart_after = 0;

    double bps() const { return seconds > 0 ? bytes * 8 / seconds : 0; }
  };

  // In order of sending, over all reports; only what arrived. `base`: of an empty line.
  void Add(const PacketFate& packet, TimeDelta base);
  // One that the narrow place carried and the air lost behind it.
  void AddLost(DataSize size);
  // Feedback is missing: what was busy before the next packet is not known.
  void Break() { is_broken_ = true; }

  // Of packets that arrived in the last `window`, up to 500 ms.
  Measure Over(TimeDelta window) const;
  // Of the newest packets that kept the narrow place busy for `busy`, within 500 ms.
  Measure OverBusy(TimeDelta busy) const;
  // All that arrived in the last `window` (50 to 500 ms), or since the first, by time.
  double DeliveredBps(TimeDelta window) const;

 private:
  struct Served {
    Timestamp at;
    std::int64_t bytes;
    std::int64_t served_us = -1;  // Below zero: it did not wait, and tells nothing.
    std::int64_t before_us = 0;
    std::int64_t after_us = 0;
  };
  Measure Sum(TimeDelta window, TimeDelta busy) const;

  std::deque<Served> served_;    // Oldest first; bounded in time and number.
  std::int64_t lost_bytes_ = 0;  // Since the last that arrived.
  bool is_broken_ = false;
  Timestamp last_sent_ = Timestamp::MinusInfinity();
  Timestamp last_arrived_ = Timestamp::MinusInfinity();
};

}  // namespace onair::cc
