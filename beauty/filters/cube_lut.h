// SPDX-License-Identifier: Apache-2.0
//
// Colour tables as grading programs write them: the .cube text format.
// Follows: Adobe "Cube LUT Specification" 1.0, 3D part.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace onair::beauty {

// Red, green, blue; [0, 1] is black to full.
using Rgb = std::array<float, 3>;

// An immutable table from RGB to RGB. Value.
class CubeLut {
 public:
  static constexpr int kMaxSize = 65;  // Nodes a side; what grading programs write at most.
  // Longest text, in bytes: a table of 65 nodes a side has about 8 MiB.
  static constexpr std::size_t kMaxTextBytes = std::size_t{32} << 20;

  // Any text gives a table or an error; native_code is the line (from 1), 0 for the whole file.
  // kInvalidConfig: malformed, truncated or not finite; kUnsupported: a 1D table; kLimit: more
  // than kMaxSize nodes or kMaxTextBytes.
  static Result<CubeLut> Parse(std::string_view text);

  int size() const { return size_; }  // Nodes a side, 2..kMaxSize.

  // By tetrahedral interpolation; colours outside the table's domain count as its border.
  Rgb At(const Rgb& colour) const;

 private:
  CubeLut() = default;
  const Rgb& Node(int red, int green, int blue) const;

  int size_ = 0;  // 2..kMaxSize
  Rgb domain_min_{0, 0, 0};
  Rgb domain_max_{1, 1, 1};
  std::vector<Rgb> nodes_;  // Red changes fastest.
};

}  // namespace onair::beauty
