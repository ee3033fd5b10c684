// SPDX-License-Identifier: Apache-2.0
//
// One line for all sources of a session. Its zero is one driver time for audio and video
// alike, so a camera toggle or a source switch cannot move them apart.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/base/result.h"
#include "core/media/encoded_frame.h"
#include "core/media/media_time.h"

namespace onair::capture {

struct SourceLineConfig {
  // A step of a source's pts that differs by more than this from the step of its capture
  // times is a jump, and the source is anchored anew. Range [100 ms, 10 s]. Lower mistakes
  // late readings for jumps; higher lets a jump through as a gap.
  // Source: ours; above a loaded machine's reading pauses, below what a
  // viewer takes for a stall.
  TimeDelta jump = TimeDelta::Millis(500);

  // A track whose pts differ by this much from its capture times, the same way for a whole
  // `drift_window`, has a clock that stopped, is slow or is fast: it is moved. Range
  // [50 ms, 5 s]. Lower moves it for short reading pauses; higher is seen as lips out of sync.
  // Source: ours; twice the A/V offset that viewers notice (ITU-R BT.1359-1: 45..125 ms).
  TimeDelta drift = TimeDelta::Millis(200);
  TimeDelta drift_window = TimeDelta::Seconds(2);  // Range [100 ms, 60 s].

  // Sound follows the sound before it without a seam while its timestamps agree this well.
  // Range [0, 100 ms]. Lower hears the jitter of device timestamps; higher lets sound slip.
  // Source: ours; half of what BT.1359-1 calls detectable (45 ms early), rounded up.
  TimeDelta audio_slack = TimeDelta::Millis(25);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// Which tracks a new source brings.
enum class SourceTracks { kVideo = 1, kAudio = 2, kBoth = 3 };

// One item as its source numbers it.
struct SourceItem {
  TrackKind track;
  MediaTime pts;       // On the source's own line.
  TimeDelta duration;  // Of an audio block; of a picture at its nominal rate.
  Timestamp captured_at;
};

enum class LineChange {
  kNone = 1,      // As the source said.
  kAnchored = 2,  // First item of a source.
  kNudged = 3,    // Moved by at most a frame to keep the order.
  kRepaired = 4,  // The source's clock jumped or stopped; anchored anew.
  kDropped = 5,   // It lies before what was already given: do not use the item.
};

struct LinePlace {
  MediaTime at;  // On the session's line; meaningless when dropped.
  LineChange change;
};

// Counted since construction.
struct SourceLineStats {
  std::int64_t repaired = 0;
  std::int64_t nudged = 0;
  std::int64_t dropped = 0;
};

// Maps every source's pts to the session line. Places of one video track rise by at least
// 1 ms (the step of RTMP timestamps), those of one audio track never overlap. A source stands
// where its first item was captured, so what no source covers is a real hole: repetition and
// silence fill it, and tell so by OnFilled(). pure decider.
class SourceLine {
 public:
  // `origin` is the driver time that becomes MediaTime zero.
  SourceLine(const SourceLineConfig& config, Timestamp origin);

  // The next item of these tracks belongs to a new source. Tracks of one call share their
  // start: the first item of either places both.
  void StartSource(SourceTracks tracks);

  [[nodiscard]] LinePlace Place(const SourceItem& item);

  // Something else than the source was put on the line up to `end`: silence, a repetition.
  void OnFilled(TrackKind track, MediaTime end);

  // Where driver time stands on the line.
  MediaTime At(Timestamp at) const { return MediaTime::Zero() + (at - origin_); }
  const SourceLineStats& stats() const { return stats_; }

 private:
  struct Last {
    SourceItem item;
    MediaTime at;
  };
  struct Track {
    std::optional<TimeDelta> offset;  // Place = pts + offset.
    std::optional<Last> last;         // Of the present source.
    std::optional<MediaTime> end;     // Video: the last place. Audio: where its sound ends.
    bool was_filled = false;          // By something else than the source.
    std::optional<Timestamp> adrift_since;
    TimeDelta least_drift = TimeDelta::Zero();  // Smallest in size since then.
  };

  Track& TrackOf(TrackKind kind) { return tracks_[kind == TrackKind::kVideo ? 0 : 1]; }
  void Anchor(Track& track, const SourceItem& item);
  bool HasJumped(const Track& track, const SourceItem& item) const;
  void RepairJump(Track& track, const SourceItem& item);
  bool IsAdrift(Track& track, const SourceItem& item) const;
  void MoveTo(Track& track, TimeDelta offset);
  LinePlace Fit(Track& track, const SourceItem& item, LineChange change);
  std::optional<MediaTime> FitVideo(const Track& track, const SourceItem& item, MediaTime at) const;
  std::optional<MediaTime> FitAudio(const Track& track, MediaTime at) const;

  SourceLineConfig config_;
  Timestamp origin_;
  std::array<Track, 2> tracks_;  // Video, audio.
  bool is_shared_ = false;       // Both tracks belong to one source.
  SourceLineStats stats_;
};

}  // namespace onair::capture
