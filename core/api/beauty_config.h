// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"

namespace onair {

// Strength of each effect; may change at any time, the picture follows without a jump.
// 0 leaves the pixels untouched, bit for bit; all range [0, 1].
struct BeautyConfig {
  float smooth = 0;   // Skin, edges and pores kept.
  float whiten = 0;   // Lighter skin tone.
  float ruddy = 0;    // Rosier skin tone.
  float sharpen = 0;  // Details outside flat areas.
  float slim = 0;     // Narrower cheeks and chin; needs faces.
  float eyes = 0;     // Larger eyes; needs faces with landmarks.

  bool operator==(const BeautyConfig&) const = default;

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

}  // namespace onair
