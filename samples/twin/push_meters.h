// SPDX-License-Identifier: Apache-2.0
//
// What a run is judged by, each as a small pure class.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::samples {

// Numbers of which quantiles are wanted.
class Distribution {
 public:
  void Add(double value);
  void Add(const Distribution& other);

  bool empty() const { return values_.empty(); }
  // Empty while nothing was added. `share` in [0, 1]: nearest rank.
  std::optional<double> At(double share) const;
  std::optional<double> Mean() const;
  std::optional<double> Max() const { return At(1); }

 private:
  mutable std::vector<double> values_;
  mutable bool is_sorted_ = true;
};

// How long a viewer sees a picture that stands. The viewer shows a picture `playout_delay` after
// its capture, or when it comes if that is later; of a gap between two pictures what exceeds
// kLongestGap is frozen. An encoder that skips pictures freezes the viewer like a line that
// stands.
class FreezeMeter {
 public:
  // Source: transport facts, "freeze: display gap > 150 ms".
  static constexpr TimeDelta kLongestGap = TimeDelta::Millis(150);

  explicit FreezeMeter(TimeDelta playout_delay) : playout_delay_(playout_delay) {}

  // A picture that can be decoded; in order.
  void Take(Timestamp captured_at, Timestamp arrived);
  // Between these the publisher meant to send nothing: no freeze.
  void Excuse(Timestamp from, Timestamp to);
  // The last picture was captured then, and it is `now`.
  void Finish(Timestamp captured_until, Timestamp now);

  TimeDelta frozen() const { return frozen_; }
  TimeDelta longest_gap() const { return longest_gap_; }
  TimeDelta watched() const { return watched_; }  // Since the first picture, less excuses.
  // Zero before anything was watched.
  double percent() const;

 private:
  void GoOnTo(Timestamp shown);

  TimeDelta playout_delay_;
  std::optional<Timestamp> last_shown_;
  TimeDelta frozen_ = TimeDelta::Zero();
  TimeDelta longest_gap_ = TimeDelta::Zero();
  TimeDelta watched_ = TimeDelta::Zero();
};

// What was delivered over what could have been.
class UseMeter {
 public:
  // A span of time in which `could` was the least of capacity and highest media rate.
  void Offer(double could_bytes) { offered_ += could_bytes; }
  void Deliver(std::int64_t bytes) { delivered_ += static_cast<double>(bytes); }

  double delivered() const { return delivered_; }
  // Empty where nothing could be delivered.
  std::optional<double> share() const;

 private:
  double offered_ = 0;
  double delivered_ = 0;
};

// How fast a rate follows one step of a capacity. Given samples in order, of which only those
// from the step on count, up to the next one.
class StepMeter {
 public:
  // Source: transport facts section 7: over TCP, where our own queue and the socket's count too.
  static constexpr double kShortQueueMs = 100;
  struct Step {
    Timestamp at;
    double before_kbps;
    double after_kbps;  // Both: what media could use.
    double short_queue_ms = kShortQueueMs;
  };
  struct Sample {
    Timestamp at;
    double rate_kbps;  // Asked of the encoder, sound included.
    double queue_ms;
  };
  // Source: transport facts section 7: capacity again used.
  static constexpr double kUsed = 0.9;
  // A queue that stays short for this long is short. Source: ours; longer than the time that
  // one key frame makes it long for.
  static constexpr TimeDelta kHold = TimeDelta::Millis(500);

  explicit StepMeter(const Step& step) : step_(step) {}

  void Take(const Sample& sample);

  const Step& step() const { return step_; }
  bool is_fall() const { return step_.after_kbps < step_.before_kbps; }
  // Time since the step; empty: not reached, or not of this kind of step.
  std::optional<TimeDelta> below_capacity() const { return below_; }  // Falls: rate <= capacity.
  // Falls: the last moment of a long queue before kHold of short ones; zero: it never was long.
  std::optional<TimeDelta> short_queue() const;
  std::optional<TimeDelta> used() const { return used_; }  // Rises: 0.9 of the capacity.
  double peak_queue_ms() const { return peak_queue_ms_; }  // Until it is short again.

 private:
  Step step_;
  std::optional<TimeDelta> below_;
  std::optional<TimeDelta> used_;
  std::optional<Timestamp> long_until_;
  std::optional<TimeDelta> short_;
  double peak_queue_ms_ = 0;
};

// R. Jain, "A Quantitative Measure of Fairness", 1984: 1 for equal shares, 1/n for one that has
// all. Empty for fewer than two or nothing to share.
std::optional<double> JainIndex(const std::vector<double>& shares);

}  // namespace onair::samples
