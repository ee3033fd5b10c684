// SPDX-License-Identifier: Apache-2.0
//
// The quantiser of each picture for an encoder that codes with just the one it is told, and what to
// do where that came out too large. Private to the room.
#pragma once

#include <optional>

#include "codec/encode/rate_control.h"

namespace onair::codec {

// Pure, single-owner.
class PictureQuantizer {
 public:
  // `rate` > 0, `vbv` > 0 s: what one picture may fill, as a span at the rate.
  PictureQuantizer(DataRate rate, TimeDelta vbv, PictureSize size)
      : control_(rate, size, vbv), vbv_(vbv) {}

  // > 0. Holds from the next picture on.
  void SetRate(DataRate rate) { control_.SetRate(rate); }
  // Most of each picture from the next one on, > 0; empty: as the rate lets it.
  void SetFrameLimit(std::optional<DataSize> limit) { frame_limit_ = limit; }

  // For the next picture of `kind` when `frame_rate` pictures are encoded per second and the next
  // key frame after it comes `to_key` later. [8, 51].
  [[nodiscard]] int Next(FrameKind kind, double frame_rate, TimeDelta to_key) const;

  // A picture of `kind` that `quantizer` made `size`: the coarser one with which it is to be coded
  // anew, as a key frame, because it is more than may leave at once. Empty: it goes as it is.
  [[nodiscard]] std::optional<int> Again(FrameKind kind, DataSize size, int quantizer) const;

  // What the picture took, and the quantiser that it got.
  void OnPicture(FrameKind kind, DataSize size, int quantizer, double frame_rate);

 private:
  // The VBV, or the limit where that is less.
  DataSize Most() const;

  RateControl control_;
  TimeDelta vbv_;
  std::optional<DataSize> frame_limit_;
  std::optional<int> last_;  // Quantiser of the last picture.
};

}  // namespace onair::codec
