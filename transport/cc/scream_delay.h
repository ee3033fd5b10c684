// SPDX-License-Identifier: Apache-2.0
//
// Of `scream`: how long packets wait in the network, smoothed so that it falls at once and rises
// slowly, and how much that varies.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "core/units/time.h"

namespace onair::cc {

// Pure. Times do not decrease. Seconds within.
class ScreamDelay {
 public:
  // The delay of the last packet of a feedback and the least of its packets, by clocks that may be
  // apart.
  void OnFeedback(TimeDelta last, TimeDelta least, TimeDelta round_trip, Timestamp now);

  double average() const { return average_; }      // Seconds.
  double deviation() const { return deviation_; }  // Of the target's order, without unit.
  TimeDelta round_trip() const { return round_trip_; }
  // The shorter of two smoothings of it.
  TimeDelta quick_round_trip() const;
  // Something waits all the time: the least delay known may be wrong. For a moment less is sent, so
  // that it is seen anew.
  bool is_renewing(Timestamp now) const;

  static constexpr double kTarget = 0.06;  // Seconds.

 private:
  void TrackBase(TimeDelta delay, Timestamp now);
  void TrackRoundTrip(TimeDelta round_trip, Timestamp now);
  void Smooth(double queue, Timestamp now);
  void WatchStanding(double queue, Timestamp now);
  TimeDelta base() const;

  static constexpr std::size_t kStretches = 50;
  std::array<std::optional<TimeDelta>, kStretches> least_;  // Of 10 s each, and the present.
  std::size_t stretch_ = 0;
  std::optional<Timestamp> stretch_began_;

  TimeDelta round_trip_ = TimeDelta::Millis(50);
  TimeDelta short_round_trip_ = TimeDelta::Millis(50);
  Timestamp round_trip_at_ = Timestamp::MinusInfinity();

  double average_ = 0;
  double deviation_ = 0;
  Timestamp smoothed_at_ = Timestamp::MinusInfinity();

  double least_queue_ = 0;  // Over about 10 s.
  std::optional<double> least_in_step_;
  Timestamp step_began_ = Timestamp::MinusInfinity();
  std::optional<Timestamp> renewing_since_;
  Timestamp renewed_at_ = Timestamp::MinusInfinity();
};

}  // namespace onair::cc
