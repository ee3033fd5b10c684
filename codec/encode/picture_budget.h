// SPDX-License-Identifier: Apache-2.0
//
// What the next picture may take, for encoders that can be told either a quantiser or a size and
// find the quantiser for it themselves. Private to the room.
#pragma once

#include <optional>

#include "codec/encode/rate_control.h"

namespace onair::codec {

// Pure, single-owner. Pictures get a steady quantiser, as pictures of steady size would be poor
// where much happens and wasteful where nothing does: they cost 10 % of the rate (BD, four clips).
// Key frames are the exception: one that would not fit the VBV gets a size instead.
class PictureBudget {
 public:
  // `rate` > 0, `vbv` > 0 s: what a key frame may fill, as a span at the rate.
  PictureBudget(DataRate rate, TimeDelta vbv, PictureSize size)
      : control_(rate, size, vbv), vbv_(vbv) {}

  // > 0. Holds from the next picture on.
  void SetRate(DataRate rate) { control_.SetRate(rate); }
  DataRate rate() const { return control_.rate(); }
  // Most of each picture from the next one on, > 0; empty: as the rate lets it.
  void SetFrameLimit(std::optional<DataSize> limit) { frame_limit_ = limit; }

  struct Wish {
    std::optional<int> quantizer;  // Before offsets; empty: what `bits` come to.
    double bits;
  };
  // For the next picture of `kind` when `frame_rate` pictures are encoded per second and the next
  // key frame after it comes `to_key` later.
  [[nodiscard]] Wish Next(FrameKind kind, double frame_rate, TimeDelta to_key) const;

  // What a picture that is no key frame would get, before it is rounded.
  [[nodiscard]] double SteadyQuantizer(double frame_rate, TimeDelta to_key) const {
    return control_.NextCrf(frame_rate, to_key);
  }

  // What the picture took, and the quantiser that it got.
  void OnPicture(FrameKind kind, DataSize size, double quantizer, double frame_rate);

 private:
  Wish Unlimited(FrameKind kind, double frame_rate, TimeDelta to_key) const;

  RateControl control_;
  TimeDelta vbv_;
  std::optional<DataSize> frame_limit_;
};

}  // namespace onair::codec
