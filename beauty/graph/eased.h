// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

namespace onair::beauty {

// A number that walks to its goal in even steps, one per picture, and arrives exactly. Value.
class Eased {
 public:
  // A whole range of 1 takes ten pictures: a third of a second at 30 fps.
  // Source: ours; the shortest that does not read as a jump, looked at on clips.
  static constexpr float kStep = 0.1F;

  void SetGoal(float goal) { goal_ = goal; }
  void Arrive() { value_ = goal_; }
  void Step(float most = kStep) {
    value_ = value_ < goal_ ? std::min(value_ + most, goal_) : std::max(value_ - most, goal_);
  }

  float value() const { return value_; }
  float goal() const { return goal_; }

 private:
  float value_ = 0;
  float goal_ = 0;
};

}  // namespace onair::beauty
