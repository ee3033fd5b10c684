// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>

#include "core/media/encoded_frame.h"
#include "platform/runtime/mutex.h"
#include "platform/sdk/frame_handoff.h"
#include "platform/sdk/publisher_stats.h"

namespace onair {

// Frames that the app coded, on their way to the destinations: checked, and moved from the app's
// line to the session's. thread-safe.
class EncodedIntake {
 public:
  // `tracks`: those that the app codes. `handoff` outlives this.
  EncodedIntake(StreamTracks tracks, FrameHandoff& handoff)
      : tracks_(std::move(tracks)), handoff_(handoff), video_(tracks_.video) {}

  const StreamTracks& tracks() const { return tracks_; }

  // The session's line begins; before that frames are let go.
  void Start(Timestamp origin);

  // kInvalidConfig naming what is wrong with the frame; nothing changed. `new_track`: how to decode
  // it and those behind it; with a key frame only.
  Status Push(EncodedFrame frame, const std::optional<VideoTrack>& new_track);

  // Muted sound and paused pictures and sound are let go and counted; behind a picture that was let
  // go, the others are until the next key frame.
  void SetMuted(bool is_muted);
  void SetPaused(bool is_paused);

  // Fills the part of `stats` that concerns the tracks it has.
  void AddTo(PublisherStats& stats) const;

 private:
  Status Check(const EncodedFrame& frame, const std::optional<VideoTrack>& new_track) const
      ONAIR_REQUIRES(mutex_);
  // Whether it goes on; counts it either way.
  bool IsLetGo(const EncodedFrame& frame) ONAIR_REQUIRES(mutex_);
  void Count(const EncodedFrame& frame) ONAIR_REQUIRES(mutex_);

  const StreamTracks tracks_;
  FrameHandoff& handoff_;
  mutable runtime::Mutex mutex_;
  std::optional<Timestamp> origin_ ONAIR_GUARDED_BY(mutex_);
  bool is_muted_ ONAIR_GUARDED_BY(mutex_) = false;
  bool is_paused_ ONAIR_GUARDED_BY(mutex_) = false;
  bool awaits_key_ ONAIR_GUARDED_BY(mutex_) = false;  // A picture was let go.
  // From the app's line to the session's; fixed by the first frame.
  std::optional<TimeDelta> shift_ ONAIR_GUARDED_BY(mutex_);
  std::optional<MediaTime> last_video_ ONAIR_GUARDED_BY(mutex_);  // dts on the app's line.
  std::optional<MediaTime> last_audio_ ONAIR_GUARDED_BY(mutex_);
  std::optional<VideoTrack> video_ ONAIR_GUARDED_BY(mutex_);  // In force.
  PublisherStats counts_ ONAIR_GUARDED_BY(mutex_);
  std::deque<Timestamp> last_second_ ONAIR_GUARDED_BY(mutex_);
};

}  // namespace onair
