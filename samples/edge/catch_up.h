// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>

#include "core/media/encoded_frame.h"

namespace onair::edge {

// Times of a viewer who begins at a key frame of a while ago and shall be live at once. Players
// over RTP show pictures at the distances that their times have, and what comes later than its
// time makes them wait for all that follows. So each picture from before the live edge gets the
// time at which it leaves: it is shown when it comes, none seems late, and the first that is not
// late by itself has its own time again, as all after it. Sound of before is left out: it would
// come late. Pure; the viewer's times never fall.
class CatchUp {
 public:
  // Later than this is late. Source: ours; the jitter of a quiet Wi-Fi.
  static constexpr TimeDelta kLate = TimeDelta::Millis(10);
  // Sound from before the edge that is still of use: players put it in order behind their own wait.
  // Source: ours; two frames of Opus.
  static constexpr TimeDelta kSoundBefore = TimeDelta::Millis(40);
  // Longest that sound waits for the pictures. Source: ours; a group of 2 s on a line of twice its
  // rate.
  static constexpr TimeDelta kSoundWait = TimeDelta::Seconds(1);
  // Least between two pictures; 90 ticks of their clock.
  static constexpr TimeDelta kLeastStep = TimeDelta::Millis(1);

  // The next frame stands at `first`; the live edge, where frames come in at `now`, is `behind`
  // later. Again: after a jump.
  void Begin(MediaTime first, TimeDelta behind, Timestamp now) {
    edge_ = first + behind;
    edge_at_ = now;
    is_behind_ = true;
    sound_from_ = sound_from_ ? Timestamp::MinusInfinity() : now + kSoundWait;
  }

  // Its first and its last byte. How long a picture takes by itself does not make it late.
  struct Leaving {
    Timestamp from;
    Timestamp to;
  };

  // When the frame is shown on the viewer's line; nothing: it is left out.
  std::optional<MediaTime> Place(TrackKind track, MediaTime pts, const Leaving& leaving) {
    if (track == TrackKind::kAudio) {
      const bool is_waiting = is_behind_ && last_picture_ && leaving.from < *sound_from_;
      const bool is_late = pts < edge_ - kSoundBefore || is_waiting;
      if (is_late || (last_sound_ && pts <= *last_sound_)) return std::nullopt;
      last_sound_ = pts;
      return pts;
    }
    is_behind_ = is_behind_ && pts + kLate < LiveAt(leaving.from);
    if (is_behind_) pts = LiveAt(leaving.to);
    if (last_picture_) pts = std::max(pts, *last_picture_ + kLeastStep);
    last_picture_ = pts;
    return pts;
  }

  bool is_behind() const { return is_behind_; }

 private:
  MediaTime LiveAt(Timestamp at) const { return edge_ + (at - edge_at_); }

  MediaTime edge_ = MediaTime::Micros(0);
  Timestamp edge_at_ = Timestamp::Zero();
  bool is_behind_ = false;
  std::optional<Timestamp> sound_from_;  // At the latest.
  std::optional<MediaTime> last_picture_;
  std::optional<MediaTime> last_sound_;
};

}  // namespace onair::edge
