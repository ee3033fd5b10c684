// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>

#include "core/media/encoded_frame.h"

namespace onair::edge {

// Times of a viewer who begins at a key frame of a while ago and shall be live at once. Players
// over RTP show pictures at the distances that their times have, so those before the live edge are
// drawn together to the last kSpan before it: the first is shown at once, the others run by as
// fast as they come. Sound of that time is left out. From the edge on times stay as they are.
// Pure; the viewer's times never fall.
class CatchUp {
 public:
  // Source: ours; a picture's patience on top of the network's delay, and three frames at 30 fps.
  static constexpr TimeDelta kSpan = TimeDelta::Millis(100);
  // Least between two pictures; 90 ticks of their clock.
  static constexpr TimeDelta kLeastStep = TimeDelta::Millis(1);

  // The next frame stands at `first`, the live edge is `behind` later. Again: after a jump.
  void Begin(MediaTime first, TimeDelta behind) {
    edge_ = first + behind;
    behind_ = std::max(behind, kSpan);
  }

  // When the frame is shown on the viewer's line; nothing: it is left out.
  std::optional<MediaTime> Place(TrackKind track, MediaTime pts) {
    if (track == TrackKind::kAudio) {
      if (pts < edge_ - kSpan || (last_sound_ && pts <= *last_sound_)) return std::nullopt;
      last_sound_ = pts;
      return pts;
    }
    if (pts < edge_) {
      const double share = (edge_ - pts).seconds_f() / behind_.seconds_f();
      pts = edge_ - TimeDelta::SecondsF(kSpan.seconds_f() * share);
    }
    if (last_picture_) pts = std::max(pts, *last_picture_ + kLeastStep);
    last_picture_ = pts;
    return pts;
  }

  MediaTime edge() const { return edge_; }

 private:
  MediaTime edge_ = MediaTime::Micros(0);
  TimeDelta behind_ = kSpan;
  std::optional<MediaTime> last_picture_;
  std::optional<MediaTime> last_sound_;
};

}  // namespace onair::edge
