// SPDX-License-Identifier: Apache-2.0
//
// What a line carries now, from what its narrow place did with the last pictures. Follows the line
// down and up within a feedback, and where nothing was measured grows as far as that is safe.
#pragma once

#include <optional>

#include "core/api/congestion_control.h"
#include "transport/cc/line_swing.h"
#include "transport/cc/service_rate.h"

namespace onair::cc {

// Pure. Rates in bit/s, of all that is sent.
class LineEstimate {
 public:
  // What a report showed of the queue: the least, the most and the newest wait of its packets.
  struct Queue {
    TimeDelta least = TimeDelta::Zero();
    TimeDelta most = TimeDelta::Zero();
    TimeDelta newest = TimeDelta::Zero();
  };
  struct Finding {
    Cause cause;
    const char* reason;
  };
  enum class Growth { kAllowed = 1, kHeld };

  // `growth`: a second's, where nothing is measured; usually a line found at a tenth is full after
  // 2 s, and probes are there to be faster.
  explicit LineEstimate(double bps, double growth = 1.5) : growth_(growth), bps_(bps) {}

  // After each report with arrivals.
  Finding Take(const ServiceRate& service, const Queue& queue, Growth growth, Timestamp now);
  // The rate that somebody else found.
  void Set(double bps) { bps_ = bps; }
  void Clamp(double least_bps, double most_bps);

  double bps() const { return bps_; }
  // Pictures measure it; else it grows until they do.
  bool is_measured() const { return carried_.has_value(); }
  // What they measured last, which may be above bps().
  std::optional<double> carried_bps() const { return carried_; }
  // How little of what was measured will hold: LineSwing.
  double caution() const { return swing_.caution(); }
  // A wait that a line which is not full may show: of two packets, and of radio's turns.
  TimeDelta FreeWait() const { return FreeWaitAt(bps_); }
  static TimeDelta FreeWaitAt(double bps);

 private:
  Finding Follow(const ServiceRate::Measure& measure, double carried, const Queue& queue,
                 double seconds);

  double growth_;
  double bps_;
  double most_ = 0;  // Lately measured.
  LineSwing swing_;
  double unmeasured_s_ = 0;  // Since it was told to swing_ what was carried.
  std::optional<double> carried_;
  Timestamp taken_at_ = Timestamp::MinusInfinity();
};

}  // namespace onair::cc
