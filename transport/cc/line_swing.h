// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace onair::cc {

// How far a line strays from what it carried: cells that fade, stations that share the air. Where
// it does, a rate that is right now is too high for the pictures that are on their way to it, and
// room has to be left for what it will be. A line that steps once and stands does not swing. Pure.
class LineSwing {
 public:
  // Of time, one look says nothing for more.
  static constexpr double kLongest = 0.5;  // Seconds.
  // What it carried, in bit/s, `seconds` (at most kLongest) after the one before.
  void Add(double carried_bps, double seconds);

  // Mean distance from the half second before, of the lower one. [0, 0.5].
  double share() const { return share_; }
  // 0: it stands; 1: no rate of it holds for long.
  double caution() const;

 private:
  double usual_bps_ = 0;  // Of the last half second. 0: nothing was heard.
  double share_ = 0;
};

}  // namespace onair::cc
