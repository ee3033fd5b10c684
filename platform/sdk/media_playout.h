// SPDX-License-Identifier: Apache-2.0
//
// When each frame of a file or playlist is decoded and shown: start, pause, seek, loop, refill,
// end. Pure: time comes in, events go out.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <variant>

#include "core/session/play.h"
#include "platform/devices/media_reader.h"
#include "platform/sdk/media_place.h"
#include "platform/sdk/play_session.h"

namespace onair {

// Single-owner.
//
// Frames come of a reader in passes: Seek() and a loop begin another, what still comes of an older
// one is dropped. The line stands (ClockMap far ahead) while nothing moves: paused, refilling, or
// until the picture of the place that was sought is out of the decoder.
class MediaPlayout {
 public:
  using Play = session::Play;
  using Pass = std::uint64_t;

  // The reader is to go on from the key frame before `position`.
  struct ReadFrom {
    TimeDelta position;
    Pass pass;
  };
  using Event =
      std::variant<Play::TracksChanged, Play::DecodeFrame, Play::LineChanged, Play::FlushDecoders,
                   Play::StateChanged, PlaySession::PictureForm, PlaySession::ShowFrom,
                   PlaySession::Drain, PlaySession::Sought, ReadFrom>;

  explicit MediaPlayout(Timestamp now);

  void HandleOpened(const devices::MediaInfo& info, Timestamp now);
  void HandleItem(Pass pass, devices::MediaReader::Item item, Timestamp now);
  void HandleEnd(Pass pass, Timestamp now);
  // Before HandleOpened(): cannot be opened. After: what was read is played, then it is over.
  void HandleFailed(Pass pass, const Error& error, Timestamp now);
  // The reader could not go where ReadFrom said, and goes on where it was.
  void HandleSeekFailed(Pass pass, const Error& error, Timestamp now);
  // The picture of ShowFrom came out of the decoder.
  void HandlePicture(Timestamp now);
  void HandleAudioLead(TimeDelta lead) { lead_ = lead; }
  void HandleTimeout(Timestamp now);

  void Pause(Timestamp now);
  void Resume(Timestamp now);
  void Seek(TimeDelta position, Timestamp now);
  void SetRepeat(Repeat repeat) { repeat_ = repeat; }
  void Stop(Timestamp now);

  // What is to be done; empty: nothing before wake_at().
  std::optional<Event> Poll();
  Timestamp wake_at() const { return wake_at_; }

  // Whether more is to be read ahead.
  bool wants_more() const;
  PlaySessionStats stats(Timestamp now) const;
  MediaPlace place(Timestamp now) const;

 private:
  enum class Phase {
    kOpening = 1,
    kFilling = 2,   // Waits for frames.
    kStanding = 3,  // Waits for the picture of a place.
    kRunning = 4,   // By the line, or paused on it.
    kOver = 5,      // Played to the end; a seek goes on from there.
    kClosed = 6,
  };
  struct Waiting {
    EncodedFrame frame;
    std::optional<StreamTracks> tracks;  // That begin with it.
  };
  struct Lane {
    bool is_there = false;
    std::deque<Waiting> frames;
  };

  Lane& LaneOf(TrackKind kind) { return kind == TrackKind::kVideo ? video_ : audio_; }
  void Advance(Timestamp now);
  void AdvanceFilling(Timestamp now);
  void AdvanceStanding(Timestamp now);
  void AdvanceRunning(Timestamp now);
  void Run(Timestamp now);
  void Finish(Timestamp now);
  void BeginPass(TimeDelta position, Timestamp now);
  void BeginLoop();
  bool HasEnough() const;
  bool IsEmpty() const { return video_.frames.empty() && audio_.frames.empty(); }
  void Release(Lane& lane, Timestamp render_at);
  bool ReleaseDue(Lane& lane, TimeDelta ahead, Timestamp now);
  void SetLine(const ClockMap& line);
  void Stand(MediaTime at, Timestamp now);
  void Enter(PlayState state, std::optional<Error> error, Timestamp now);
  void Wake(Timestamp at);
  MediaTime MediaNow(Timestamp now) const;
  TimeDelta PositionOf(MediaTime media) const;
  static TimeDelta Span(const EncodedFrame& frame);
  static TimeDelta SpanOf(const Lane& lane);

  std::deque<Event> out_;
  Timestamp wake_at_ = Timestamp::PlusInfinity();
  Phase phase_ = Phase::kOpening;
  bool is_paused_ = false;
  Repeat repeat_ = Repeat::kOnce;
  std::optional<devices::MediaInfo> info_;
  Pass pass_ = 1;
  Lane video_;
  Lane audio_;
  std::int64_t bytes_ = 0;  // In both.
  std::optional<StreamTracks> tracks_due_;
  std::optional<ClockMap> line_;
  MediaTime stands_at_ = MediaTime::Zero();  // While the line stands.
  bool is_standing_ = true;
  TimeDelta lead_ = TimeDelta::Zero();

  // Of the present pass.
  bool begins_anywhere_ = true;  // The place is that of its first frame.
  bool has_frames_ = false;
  bool is_at_end_ = false;
  bool is_drained_ = false;
  std::optional<Error> failure_;
  MediaTime read_end_ = MediaTime::Zero();      // Of what was read.
  MediaTime released_end_ = MediaTime::Zero();  // Of what went to the decoders.
  TimeDelta loop_offset_ = TimeDelta::Zero();
  TimeDelta offset_before_ = TimeDelta::Zero();

  // Of the place that is waited for.
  MediaTime place_ = MediaTime::Zero();
  bool wants_place_ = true;  // Rather than going on behind a stall.
  bool is_sought_ = false;   // The app asked for it.
  int behind_place_ = 0;     // Video released at or behind it.
  Timestamp gives_up_at_ = Timestamp::PlusInfinity();
  Timestamp next_try_ = Timestamp::PlusInfinity();
  std::optional<Timestamp> stalled_since_;

  PlaySessionStats stats_;
};

}  // namespace onair
