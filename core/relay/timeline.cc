// SPDX-License-Identifier: Apache-2.0
#include "core/relay/timeline.h"

#include <algorithm>

namespace onair::relay {

void Timeline::Place(EncodedFrame& frame, Timestamp now) {
  Track& track = tracks_[frame.track() == TrackKind::kVideo ? 0 : 1];
  const MediaTime in = frame.dts;
  if (has_begun_ && (is_restarted_ || IsJump(track, in, now))) Join(in, track.step);
  if (track.last_in && in > *track.last_in) {
    track.step = std::clamp(in - *track.last_in, TimeDelta::Millis(1), TimeDelta::Millis(100));
  }
  MediaTime out = in + offset_;
  if (track.last_out) out = std::max(out, *track.last_out);

  const TimeDelta reorder = std::max(frame.pts - frame.dts, TimeDelta::Zero());
  frame.dts = out;
  frame.pts = out + reorder;
  track.last_in = in;
  track.last_out = out;
  track.last_at = now;
  head_ = has_begun_ ? std::max(head_, out) : out;
  has_begun_ = true;
  is_restarted_ = false;
}

bool Timeline::IsJump(const Track& track, MediaTime in, Timestamp now) const {
  if (!track.last_in) return false;
  const TimeDelta step = in - *track.last_in;
  return step < -kBackStep || step > (now - track.last_at) + kAheadStep;
}

void Timeline::Join(MediaTime in, TimeDelta step) {
  offset_ = (head_ + step) - in;
  for (Track& track : tracks_) track.last_in.reset();
  ++joins_;
}

}  // namespace onair::relay
