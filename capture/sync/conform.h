// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/media/video_frame.h"

namespace onair::capture {

// How a picture of another shape meets the wanted size.
enum class FitMode {
  kFill = 1,  // Covers it; what stands out is cut off evenly.
  kFit = 2,   // Lies inside it; the rest is black.
};

// Where pixels go: `source` of the upright picture lands on `target` of the output.
struct ConformPlan {
  struct Area {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    bool operator==(const Area&) const = default;
  };
  Area source;
  Area target;
  bool operator==(const ConformPlan&) const = default;
};

// Offsets are even, so that chroma keeps its place.
ConformPlan PlanConform(PictureSize upright, PictureSize wanted, FitMode mode);

// Brings pictures to the encoder's exact size: upright, I420. A picture that already fits
// passes with its own pixels; others cost one turn (if any) and one scaling. Times stay, ROI
// rectangles move along. pure, single-owner.
class Conform {
 public:
  Conform(PictureSize wanted, FitMode mode) : wanted_(wanted), mode_(mode) {}

  // kInvalidConfig for a wanted size that no picture has; kOutOfMemory.
  Result<VideoFrame> Apply(VideoFrame frame);

  PictureSize wanted() const { return wanted_; }

 private:
  std::array<Plane, 3> Scratch(PictureSize size);

  PictureSize wanted_;
  FitMode mode_;
  std::vector<std::uint8_t> scratch_;  // The upright I420 picture between turn and scaling.
};

}  // namespace onair::capture
