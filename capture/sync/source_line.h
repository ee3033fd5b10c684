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
  // Source: ours; above the longest reading pause seen with a loaded machine, below what a
  // viewer takes for a stall.
  TimeDelta jump = TimeDelta::Millis(500);

  // A source whose pts run this far behind its capture times for a whole `lag_window` has a
  // clock that stopped or is slow: it moves up. Range [50 ms, 5 s].
  // Source: ours; twice the A/V offset that viewers notice (ITU-R BT.1359-1: 45..125 ms).
  TimeDelta lag = TimeDelta::Millis(200);
  TimeDelta lag_window = TimeDelta::Seconds(2);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// Which tracks a new source brings.
enum class SourceTracks { kVideo = 1, kAudio = 2, kBoth = 3 };

// One item as its source numbers it.
struct SourceItem {
  TrackKind track;
  MediaTime pts;           // On the source's own line.
  TimeDelta duration;      // Of an audio block; of a picture at its nominal rate.
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
  MediaTime at;       // On the session's line; meaningless when dropped.
  LineChange change;
};

// Counted since construction.
struct SourceLineStats {
  std::int64_t repaired = 0;
  std::int64_t nudged = 0;
  std::int64_t dropped = 0;
};

// Maps every source's pts to the session line. Given places rise by at least 1 ms per video
// track (the step of RTMP timestamps) and never overlap per audio track. pure decider.
class SourceLine {
 public:
  // `origin` is the driver time that becomes MediaTime zero.
  SourceLine(const SourceLineConfig& config, Timestamp origin);

  // The next item of these tracks belongs to a new source. Tracks of one call share their
  // anchor: the first item of either places both.
  void StartSource(SourceTracks tracks);

  [[nodiscard]] LinePlace Place(const SourceItem& item);

  // Something else than the source was put on the line up to `end`: silence, a repetition.
  void OnFilled(TrackKind track, MediaTime end);

  // Where driver time stands on the line.
  MediaTime At(Timestamp at) const { return MediaTime::Zero() + (at - origin_); }
  const SourceLineStats& stats() const { return stats_; }

 private:
  struct Last {
    MediaTime pts;
    Timestamp captured_at;
    TimeDelta duration;
  };
  struct Track {
    std::size_t anchor = 0;        // Index into anchors_.
    std::optional<Last> last;      // Of the present source.
    std::optional<MediaTime> end;  // What is given lies before.
  };
  struct Anchor {
    std::optional<TimeDelta> offset;  // Line position = pts + offset.
    std::optional<Timestamp> lag_since;
    TimeDelta least_lag = TimeDelta::Zero();
  };

  bool HasJumped(const Track& track, const SourceItem& item) const;
  bool IsLagging(Anchor& anchor, const SourceItem& item) const;
  void AnchorAnew(Track& track, Anchor& anchor, const SourceItem& item);
  LinePlace Fit(Track& track, const SourceItem& item, MediaTime at, LineChange change);

  SourceLineConfig config_;
  Timestamp origin_;
  std::array<Track, 2> tracks_;    // Video, audio.
  std::array<Anchor, 2> anchors_;  // Both tracks may share the first.
  SourceLineStats stats_;
};

}  // namespace onair::capture
