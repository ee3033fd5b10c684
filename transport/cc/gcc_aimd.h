// SPDX-License-Identifier: Apache-2.0
//
// Of `gcc`: the rate that delay allows. Multiplied up while nothing is known, added up near where
// the line was full, down to a share of what is acknowledged.
#pragma once

#include <optional>

#include "core/units/data.h"
#include "core/units/time.h"
#include "transport/cc/gcc_trendline.h"

namespace onair::cc {

// Where the line was full the last times. Pure.
class GccCapacity {
 public:
  void OnOveruse(DataRate acked);
  void Reset() { kbps_.reset(); }

  std::optional<DataRate> estimate() const;
  bool IsAbove(DataRate rate) const;  // By more than chance.
  bool IsBelow(DataRate rate) const;

 private:
  double Spread() const;  // Three standard deviations, kbit/s.

  std::optional<double> kbps_;
  double deviation_ = 0.4;  // Variance over the mean, kbit/s.
};

// Pure.
class GccAimd {
 public:
  struct Limits {
    DataRate least, start, most;
    // GccParameters.
    double decrease = 0.85;
    double proven = 1.5;
  };
  explicit GccAimd(const Limits& limits) : limits_(limits), rate_(limits.start) {}

  void SetRtt(TimeDelta rtt) { rtt_ = rtt; }
  // On each feedback, but when IsEarly() says so of overuse. `acked` absent: as before.
  void Update(GccLineUse use, std::optional<DataRate> acked, Timestamp now);
  // What a probe has shown, or half when nothing was acknowledged yet.
  void Set(DataRate rate, Timestamp now);

  DataRate rate() const { return rate_; }
  // Overuse: the last step may not have had its effect yet.
  bool IsEarly(DataRate acked, Timestamp now) const;

 private:
  enum class State { kHold = 1, kUp = 2 };

  void Raise(DataRate acked, Timestamp now);
  void Lower(DataRate acked, Timestamp now);
  DataRate AddedOver(double seconds) const;
  DataRate MultipliedOver(double seconds) const;

  const Limits limits_;
  DataRate rate_;
  State state_ = State::kHold;
  GccCapacity capacity_;
  std::optional<DataRate> acked_;
  TimeDelta rtt_ = TimeDelta::Millis(200);  // Source: libwebrtc aimd_rate_control.cc kDefaultRtt
  std::optional<Timestamp> changed_at_;
};

}  // namespace onair::cc
