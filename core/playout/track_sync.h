// SPDX-License-Identifier: Apache-2.0
//
// Sound and pictures that come with clocks of their own, on one line. Sender reports say what the
// sender's wall clock showed at a position of each track; sound stays where it is and pictures
// move: sound that jumps is heard, pictures that shift by a few milliseconds each are not seen.
#pragma once

#include <optional>

#include "core/media/encoded_frame.h"
#include "core/media/media_time.h"

namespace onair::playout {

// At `media` of the track's own line the sender's clock showed `sender`. Its clock need not be
// right, only the same for both tracks.
struct SenderReport {
  MediaTime media;
  UtcTime sender;
};

// Pure, single-owner.
class TrackSync {
 public:
  void OnReport(TrackKind track, const SenderReport& report);

  // The common position of the next frame of a track, in the order in which frames come. Rises
  // where `own` rises: a correction moves pictures by at most half of their step, unless it is
  // more than a second, then at once.
  MediaTime Place(TrackKind track, MediaTime own);

  // What the sender's clock showed at a position of the track's own line; empty before its first
  // report.
  std::optional<UtcTime> SenderTimeOf(TrackKind track, MediaTime own) const;

  // Both tracks have reported.
  bool is_locked() const { return sound_.has_value() && pictures_.has_value(); }
  // How far pictures are moved now.
  TimeDelta offset() const { return offset_; }

  // Another sender: what was reported does not hold. Pictures stay where they are moved to.
  void Reset();

 private:
  TimeDelta WantedOffset() const;

  std::optional<SenderReport> sound_;
  std::optional<SenderReport> pictures_;
  TimeDelta offset_ = TimeDelta::Zero();
  std::optional<MediaTime> last_picture_;  // On its own line.
};

}  // namespace onair::playout
