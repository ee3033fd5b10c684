// SPDX-License-Identifier: Apache-2.0
//
// Which quality the next picture gets, so that the rate is the wanted one within a second of
// any step and exact in the long run. Private to the room.
//
// x264's own bitrate mode remembers the old rate for a second or two, and no setting shortens
// that (x264 164 encoder/ratecontrol.c cbr_decay). So x264 runs at constant quality, with its
// VBV as the hard limit, and the quality comes from here: a picture of CRF c takes about
// 2^(level - c / 6) bits, where `level` says how hard the recent pictures were to encode. It
// does not depend on the rate, so a new rate holds from the next picture on. Pictures that nothing
// refers to (B pictures) take a share of that; how much, and how many they are, is learnt too.
#pragma once

#include <cstdint>
#include <optional>

#include "core/media/encoded_frame.h"
#include "core/media/video_frame.h"
#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::codec {

// Pure, single-owner.
class RateControl {
 public:
  // `rate` > 0. What is not spent is kept up to `vbv`: more would be a burst.
  RateControl(DataRate rate, PictureSize size, TimeDelta vbv);

  // > 0. Takes effect with the next picture.
  void SetRate(DataRate rate);
  DataRate rate() const { return rate_; }

  // x264's CRF for the next picture when `frame_rate` pictures are encoded per second and the
  // next key frame after it comes `to_key` later.
  [[nodiscard]] double NextCrf(double frame_rate, TimeDelta to_key) const;

  // The least CRF at which a picture of `kind` is expected to take no more than `most` > 0. Nothing
  // for key frames before the first.
  [[nodiscard]] std::optional<double> CrfWithin(FrameKind kind, DataSize most) const;

  // What the picture took, and the CRF that it really got: the VBV may have raised it.
  void OnPicture(FrameKind kind, DataSize size, double crf, double frame_rate);

 private:
  double BitsAt(double frame_rate) const;
  void Lend();
  void Learn(double surprise);
  void LearnDroppable(double surprise);
  double MeanLevel() const;

  DataRate rate_;
  double most_saved_s_;
  double level_;                     // log2 of bits at CRF 0, of pictures that others refer to.
  std::optional<double> key_level_;  // The same of the last key frame.
  std::int64_t measured_ = 2;        // Pictures in `level_`; the first guess counts as two.
  double droppable_level_;           // Of pictures that none refers to, less `level_`.
  std::int64_t measured_droppable_ = 0;
  double droppable_share_ = 0;  // Of the pictures that are not key frames.
  std::int64_t counted_ = 0;    // Pictures in that share.
  bool was_odd_ = false;
  double debt_s_ = 0;  // What was spent above the rate, as seconds at the rate,
  double lent_s_ = 0;  // and how much of it is wanted between key frames.
  bool has_gop_ = false;
};

}  // namespace onair::codec
