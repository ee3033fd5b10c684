// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "core/media/encoded_frame.h"
#include "core/media/media_time.h"

namespace onair::session {

// How far a playout is, in positions on its line.
struct PlayoutPosition {
  std::optional<MediaTime> video_arrived;        // The furthest pts.
  std::optional<MediaTime> video_decoding;       // The furthest dts that arrived.
  std::optional<MediaTime> video_released;       // The furthest pts that went to the decoder.
  std::optional<MediaTime> sound_arrived;        // The furthest dts.
  TimeDelta video_interval = TimeDelta::Zero();  // Between the last two dts.
  TimeDelta sound_interval = TimeDelta::Zero();
  bool is_reordered = false;                  // Some dts was not the pts.
  TimeDelta video_ahead = TimeDelta::Zero();  // Pictures are released this long before their time.
  TimeDelta delay = TimeDelta::Zero();        // Of the line, behind the fastest path.
  TimeDelta sound_ahead = TimeDelta::Zero();  // Sound must have come this long before its time.
  std::optional<MediaTime> sound_needed;      // What must have come by now.

  // Positions that differ by less are one picture's: clocks are told in whole milliseconds, and
  // stamps are not exact.
  TimeDelta same() const {
    return std::clamp(video_interval.Scaled(1.0 / 3), TimeDelta::Millis(1), TimeDelta::Millis(15));
  }
};

// Where the media of another connection goes on.
struct Joint {
  TimeDelta shift = TimeDelta::Zero();  // From its positions to those of the line.
  std::optional<MediaTime> key;         // Its first picture, on the line; empty: it has none.
  // Its pictures up to here were shown, by when they were captured; empty: none, or nothing tells.
  std::optional<MediaTime> shown_until;
};

// What was held of a session beside another one, as it came: from the joint on.
struct HeldMedia {
  Joint joint;
  StreamTracks tracks;
  std::vector<EncodedFrame> frames;
};

}  // namespace onair::session
