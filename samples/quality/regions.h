// SPDX-License-Identifier: Apache-2.0
//
// Which pixel belongs to which part of a picture: the faces, a ring around them, the rest.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/media/face.h"
#include "core/media/video_frame.h"

namespace onair::samples {

enum class Region { kFace = 0, kRing = 1, kBackground = 2, kAll = 3 };
inline constexpr std::size_t kRegions = 4;

// One byte per pixel, row by row.
class RegionMask {
 public:
  // What a pixel is. The ring is part of the background: both are what ROI takes from.
  enum Part : std::uint8_t { kFar = 0, kNear = 1, kFace = 2 };

  // A pixel is of a box when its middle is. The ring reaches half a face's width further.
  RegionMask(PictureSize size, std::span<const FaceBox> faces);

  std::uint8_t At(int x, int y) const {
    return parts_[static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width) +
                  static_cast<std::size_t>(x)];
  }
  PictureSize size() const { return size_; }

 private:
  void Fill(double x0, double y0, double x1, double y1, Part part);

  PictureSize size_;
  std::vector<std::uint8_t> parts_;
};

// Sums over the parts, read as regions.
struct RegionSums {
  std::array<double, 3> sum{};  // By RegionMask::Part.
  std::array<double, 3> count{};

  void Add(std::uint8_t part, double value, double items = 1) {
    sum[part] += value;
    count[part] += items;
  }
  double sum_of(Region region) const { return Of(sum, region); }
  double count_of(Region region) const { return Of(count, region); }

 private:
  static double Of(const std::array<double, 3>& v, Region region) {
    switch (region) {
      case Region::kFace:
        return v[RegionMask::kFace];
      case Region::kRing:
        return v[RegionMask::kNear];
      case Region::kBackground:
        return v[RegionMask::kFar] + v[RegionMask::kNear];
      case Region::kAll:
        return v[RegionMask::kFar] + v[RegionMask::kNear] + v[RegionMask::kFace];
    }
    return 0;
  }
};

}  // namespace onair::samples
