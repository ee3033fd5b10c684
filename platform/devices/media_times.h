// SPDX-License-Identifier: Apache-2.0
//
// Times of a container's packets, with what is missing filled in and the jumps of live playlists
// taken out. Pure; private to this room.
#pragma once

#include <cstdint>
#include <optional>

#include "core/media/media_time.h"

namespace onair::devices {

// What the tracks of one stream share: the newest correction, which the track that jumps second
// takes over from the first, so that sound and picture stay together.
struct MediaSeam {
  TimeDelta offset = TimeDelta::Zero();
  std::int64_t jumps = 0;
};

// One track. Single-owner.
class MediaTimes {
 public:
  struct Times {
    MediaTime pts;
    MediaTime dts;  // <= pts.
  };

  // Empty stamps are not told by the container; `span` is the packet's, zero where unknown. With
  // a seam, a time that leaps (back by more than 1 s, ahead by more than 10 s) goes on behind the
  // packet before.
  Times Place(std::optional<std::int64_t> pts_us, std::optional<std::int64_t> dts_us,
              TimeDelta span, MediaSeam* seam);

 private:
  bool Leaps(MediaTime dts) const;

  std::optional<MediaTime> last_dts_;
  TimeDelta last_span_ = TimeDelta::Millis(33);
  TimeDelta offset_ = TimeDelta::Zero();
};

}  // namespace onair::devices
