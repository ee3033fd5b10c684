// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/record_line.h"

#include <algorithm>

namespace onair::devices {

std::optional<RecordLine::Times> RecordLine::Place(const EncodedFrame& frame) {
  if (!origin_) {
    if (waits_for_key_ && !frame.is_key()) return std::nullopt;
    origin_ = frame.dts;
  }
  if (frame.dts < *origin_) return std::nullopt;
  auto& last = frame.track() == TrackKind::kAudio ? last_audio_ : last_video_;
  Times times{frame.pts - *origin_, frame.dts - *origin_};
  if (last && times.dts <= *last) times.dts = *last + TimeDelta::Millis(1);
  times.pts = std::max(times.pts, times.dts);
  last = times.dts;
  end_ = std::max(end_, times.pts);
  return times;
}

}  // namespace onair::devices
