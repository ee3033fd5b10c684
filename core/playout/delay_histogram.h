// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include "core/units/time.h"

namespace onair::playout {

// Delays with fading memory, for quantiles. Pure; fixed memory.
// Follows NetEq's histogram (libwebrtc modules/audio_coding/neteq/histogram.cc): older
// entries lose weight by the forget factor, which starts low so that the first seconds count.
class DelayHistogram {
 public:
  // Half a bucket, on average, is delay that every viewer pays for nothing.
  // Source: ours; a quarter of libwebrtc NetEq's kBucketSizeMs (delay_manager.cc), whose unit
  // is a packet of 20 ms.
  static constexpr TimeDelta kBucket = TimeDelta::Millis(5);
  // Delays above kBuckets * kBucket = 5 s share the last bucket: no live target is longer.
  static constexpr std::size_t kBuckets = 1000;

  // What older entries keep of their weight with each new one, in the long run.
  // Source: libwebrtc NetEq, delay_manager.h: forget_factor.
  static constexpr double kForget = 0.983;

  explicit DelayHistogram(double forget = kForget) : forget_(forget) {}

  void Add(TimeDelta delay);

  // The upper edge of the bucket below which `share` [0, 1] of the weight lies; zero while
  // empty.
  TimeDelta Quantile(double share) const;

  void Clear();

 private:
  double forget_;
  std::array<double, kBuckets> weights_{};
  int added_ = 0;
};

}  // namespace onair::playout
