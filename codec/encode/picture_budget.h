// SPDX-License-Identifier: Apache-2.0
//
// How many bits the next picture may take. Private to the room; for encoders that can be told a
// size and find the quantiser themselves.
#pragma once

#include "core/media/encoded_frame.h"
#include "core/units/data.h"

namespace onair::codec {

// Pure, single-owner. A leaky bucket: what a picture took above its share of the rate is a debt
// that the following pictures pay back within the VBV's span. The rate has no memory, so a new
// one holds from the next picture on.
class PictureBudget {
 public:
  // `rate` > 0, `vbv` > 0 s: the most that may be owed, as a span at the rate.
  PictureBudget(DataRate rate, TimeDelta vbv) : rate_(rate), vbv_(vbv) {}

  // > 0.
  void SetRate(DataRate rate);
  DataRate rate() const { return rate_; }

  // Bits for the next picture of `kind` when `frame_rate` pictures are encoded per second.
  [[nodiscard]] double NextBits(FrameKind kind, double frame_rate) const;

  // What the picture took.
  void OnPicture(DataSize size, double frame_rate);

 private:
  double Share(double frame_rate) const;

  DataRate rate_;
  TimeDelta vbv_;
  double debt_bits_ = 0;
};

}  // namespace onair::codec
