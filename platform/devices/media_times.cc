// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/media_times.h"

#include <algorithm>

namespace onair::devices {
namespace {

// Source: ours; segments of a playlist are 2 to 10 s, and what is missing between two is a wait,
// not another line of time.
constexpr TimeDelta kMostBack = TimeDelta::Seconds(1);
constexpr TimeDelta kMostAhead = TimeDelta::Seconds(10);

}  // namespace

bool MediaTimes::Leaps(MediaTime dts) const {
  if (!last_dts_) return false;
  return dts < *last_dts_ - kMostBack || dts > *last_dts_ + kMostAhead;
}

MediaTimes::Times MediaTimes::Place(std::optional<std::int64_t> pts_us,
                                    std::optional<std::int64_t> dts_us, TimeDelta span,
                                    MediaSeam* seam) {
  const MediaTime next = last_dts_ ? *last_dts_ + last_span_ : MediaTime::Zero();
  const MediaTime said = dts_us   ? MediaTime::Micros(*dts_us)
                         : pts_us ? MediaTime::Micros(*pts_us)
                                  : next - offset_;
  if (seam != nullptr && Leaps(said + offset_)) {
    offset_ = seam->offset;
    if (Leaps(said + offset_)) {
      offset_ = next - said;
      seam->offset = offset_;
      ++seam->jumps;
    }
  }
  const MediaTime dts = said + offset_;
  const MediaTime pts = pts_us ? MediaTime::Micros(*pts_us) + offset_ : dts;
  // Guessed ones, as of Matroska, may fall a little: what is decoded later is not due earlier.
  const bool has_fallen = last_dts_ && dts < *last_dts_ && dts > *last_dts_ - kMostBack;
  const Times times{pts, std::min(pts, has_fallen ? *last_dts_ : dts)};
  last_dts_ = times.dts;
  if (span > TimeDelta::Zero()) last_span_ = span;
  return times;
}

}  // namespace onair::devices
