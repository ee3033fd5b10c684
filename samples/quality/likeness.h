// SPDX-License-Identifier: Apache-2.0
//
// How like the original a decoded picture is, by region: luma PSNR and SSIM.
#pragma once

#include <array>
#include <optional>

#include "core/media/video_frame.h"
#include "samples/quality/regions.h"

namespace onair::samples {

// Squared differences of luma. Both pictures and the mask have one size.
RegionSums SquaredErrors(const Picture& a, const Picture& b, const RegionMask& mask);

// Structural similarity of luma in windows of 8x8 pixels, 4 apart, as x264 measures it; a window
// belongs to the part its middle lies in. Source: Wang et al. 2004, K1 = 0.01, K2 = 0.03.
RegionSums Similarities(const Picture& a, const Picture& b, const RegionMask& mask);

// dB of a mean squared error over 8 bits; 100 for none.
double PsnrOf(double mean_squared_error);
// dB of a similarity: -10 log10(1 - ssim); 100 for 1.
double SsimDb(double ssim);

// Means over pictures; a picture without the region does not count.
class Likeness {
 public:
  void Add(const Picture& decoded, const Picture& original, const RegionMask& mask);

  // Empty where no picture had the region.
  std::optional<double> psnr(Region region) const { return MeanOf(psnr_, region); }
  std::optional<double> ssim(Region region) const { return MeanOf(ssim_, region); }

 private:
  struct Mean {
    double sum = 0;
    int count = 0;
  };
  using Means = std::array<Mean, kRegions>;
  static std::optional<double> MeanOf(const Means& means, Region region);

  Means psnr_;
  Means ssim_;
};

}  // namespace onair::samples
