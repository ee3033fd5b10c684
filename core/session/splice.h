// SPDX-License-Identifier: Apache-2.0
//
// Decides when the media of a second connection takes over from the one that plays, and where: at
// a key frame in front of which nothing is missing and behind which nothing was decoded yet. Holds
// what the second one brings until then. The rules: README.md, "The rules of a splice".
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "core/media/encoded_frame.h"
#include "core/session/joint.h"
#include "core/session/splice_alignment.h"
#include "core/units/data.h"

namespace onair::session {

struct SpliceConfig {
  // From the start to the joint; then the present stream stays. Range [1 s, 60 s]. Less gives up
  // streams with long GOPs, more keeps two streams on the line for longer.
  // Source: ours; opening, a GOP of 5 s, and half a second of more delay at a speed of 0.95.
  TimeDelta timeout = TimeDelta::Seconds(15);

  // Bounds of what is held: what comes ahead of the present stream, and its newest GOP.
  TimeDelta held_span = TimeDelta::Seconds(10);
  DataSize held_size = DataSize::Mebibytes(16);
};

// How the present stream does.
enum class Present {
  kPlaying = 1,
  kLost = 2,  // Nothing comes any more, or nothing ever did.
};

struct SpliceDecision {
  enum class Kind { kWait = 1, kJoin = 2, kGiveUp = 3 };
  Kind kind = Kind::kWait;
  const char* reason = "";  // For traces and events.
  // The delay that the present playout needs for a joint in time, once that is known.
  TimeDelta least_delay = TimeDelta::Zero();
  // With kWait: the second stream's server is to be asked for a key frame, where it can be.
  bool asks_for_key = false;
};

// Pure; single-owner. `now` does not decrease.
class Splice {
 public:
  // Key frames asked for in one splice: each costs all who watch that stream quality.
  static constexpr int kMostAsks = 4;

  struct Stats {
    std::int64_t frames_dropped = 0;  // Over the bounds, or before the first key frame.
  };

  Splice(const SpliceConfig& config, Timestamp now);

  // The second stream is opened only now.
  void Restart(Timestamp now) { deadline_ = now + config_.timeout; }

  // The second stream.
  void OnTracks(const StreamTracks& tracks) { tracks_ = tracks; }
  void OnFrame(EncodedFrame frame, Timestamp now);
  void OnStamp(const Stamped& next) { alignment_.OnStamp(next); }
  // Its connection was lost: what comes next may be on another line.
  void OnLost();

  // The present one.
  void OnPresentStamp(const Stamped& present) { alignment_.OnPresentStamp(present); }
  // Its timestamps jumped.
  void OnPresentRestart() { alignment_.OnPresentRestart(); }

  // After each of these, and when decide_at() has come.
  [[nodiscard]] SpliceDecision Decide(const PlayoutPosition& at, Present present, Timestamp now);
  Timestamp decide_at() const { return deadline_; }

  // After kJoin: what is held from the joint on. The splice is over.
  HeldMedia Take();

  Alignment alignment() const { return alignment_.alignment(); }
  DataSize held() const { return size_; }
  TimeDelta held_span() const;
  const Stats& stats() const { return stats_; }

 private:
  using Frames = std::deque<EncodedFrame>;

  SpliceDecision DecideOnSound(const PlayoutPosition& at, Timestamp now);
  SpliceDecision Join(const EncodedFrame& key, const char* reason);
  bool IsSoundInTime(const PlayoutPosition& at, Timestamp now) const;
  SpliceDecision WaitFor(const PlayoutPosition& at, Timestamp now);
  bool AsksForKey(const PlayoutPosition& at, Timestamp now);
  MediaTime Released(const PlayoutPosition& at) const;
  template <typename Wanted>
  const EncodedFrame* LastKey(const Wanted& wanted) const;
  const EncodedFrame* LastKeyUpTo(MediaTime on_line) const;
  const EncodedFrame* LastKeyShown(MediaTime released) const;
  const EncodedFrame* FirstKeyAfter(MediaTime on_line) const;
  void DropPlayed(const PlayoutPosition& at);
  void KeepBounds();
  void DropToSecondKey();
  void DropFront();
  MediaTime OnLine(MediaTime own) const { return own + alignment_.shift(); }

  const SpliceConfig config_;
  Timestamp deadline_;
  StreamTracks tracks_;
  Frames frames_;  // As they came; pictures from a key frame on.
  DataSize size_ = DataSize::Zero();
  bool awaits_key_ = true;
  std::optional<MediaTime> newest_sound_;  // The second stream's furthest, its begin.
  SpliceAlignment alignment_;
  // The most that was needed in this span, and in the one before.
  TimeDelta needed_ = TimeDelta::Zero();
  TimeDelta needed_before_ = TimeDelta::Zero();
  Timestamp span_ends_at_ = Timestamp::MinusInfinity();
  std::optional<MediaTime> joint_;  // The key frame's own pts.
  int asks_ = 0;
  Timestamp ask_at_ = Timestamp::MinusInfinity();  // Not sooner.
  Stats stats_;
};

}  // namespace onair::session
