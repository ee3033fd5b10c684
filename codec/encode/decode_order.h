// SPDX-License-Identifier: Apache-2.0
//
// Decoding times for pictures that an encoder gives in another order than it took them.
// Private to the room.
#pragma once

#include <algorithm>
#include <deque>
#include <optional>

#include "core/media/media_time.h"

namespace onair::codec {

// For streams in which each picture is decoded at most one place before its turn (B pictures
// that nothing refers to). dts rises, never passes pts, and the first picture has none to wait
// for: its dts is its pts. Pure, single-owner.
class DecodeOrder {
 public:
  // Each picture taken in, in order of display.
  void OnTaken(MediaTime pts) { taken_.push_back(pts); }

  // The dts of the next picture given out. As many are given as were taken.
  MediaTime OnGiven(MediaTime pts) {
    // One place behind the order of display: the k-th picture given may be decoded when the one
    // before the k-th taken is shown.
    const MediaTime own = taken_.empty() ? pts : taken_.front();
    if (!taken_.empty()) taken_.pop_front();
    MediaTime dts = before_.value_or(own);
    // The second place has the first one's time: half way to its own.
    if (last_ && dts <= *last_) dts = *last_ + (std::max(own, *last_) - *last_) / 2;
    before_ = own;
    last_ = std::min(dts, pts);
    return *last_;
  }

  // Another encoder begins; what was taken does not come. dts goes on rising.
  void Restart() {
    taken_.clear();
    before_.reset();
  }

 private:
  std::deque<MediaTime> taken_;  // At most what the encoder holds.
  std::optional<MediaTime> before_;
  std::optional<MediaTime> last_;
};

}  // namespace onair::codec
