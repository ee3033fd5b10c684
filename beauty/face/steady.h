// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace onair::beauty {

// Numbers that belong together (a box, landmarks) as they may be shown: perfectly still until
// the measured ones leave a band around them, then gliding after them, the faster the farther
// they are, until they have arrived. The idea is the 1-euro filter's, with a stop. pure.
template <std::size_t kCount>
class Steady {
 public:
  using Values = std::array<float, kCount>;

  // `band`: how far a measure may stray before anything moves. In the values' unit; > 0.
  const Values& Step(const Values& measured, float band) {
    if (!started_) shown_ = measured;
    started_ = true;
    const float off = Distance(measured);
    if (off > band) gliding_ = true;
    // Source: ours; face_bench, 2026-11-21: at 0.3 noise falls to two fifths, and a face that
    // crosses the picture in two seconds lags by less than a tenth of its width.
    constexpr float kLeastStep = 0.3F;
    constexpr float kStepPerBand = 0.15F;
    constexpr float kArrived = 0.25F;
    if (!gliding_) return shown_;
    const float step = std::min(1.0F, kLeastStep + kStepPerBand * off / band);
    for (std::size_t i = 0; i < kCount; ++i) shown_[i] += step * (measured[i] - shown_[i]);
    if (Distance(measured) < kArrived * band) gliding_ = false;
    return shown_;
  }

  const Values& shown() const { return shown_; }
  void Restart() { started_ = gliding_ = false; }

  // After a change of the picture's resolution.
  void Rescale(float factor) {
    for (float& value : shown_) value *= factor;
  }

 private:
  float Distance(const Values& measured) const {
    float most = 0;
    for (std::size_t i = 0; i < kCount; ++i) {
      most = std::max(most, std::abs(measured[i] - shown_[i]));
    }
    return most;
  }

  Values shown_{};
  bool started_ = false;
  bool gliding_ = false;
};

}  // namespace onair::beauty
