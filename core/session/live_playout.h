// SPDX-License-Identifier: Apache-2.0
//
// The media half of a play session: frames that arrive become frames to decode, each with the
// moment it is due. Knows nothing of connections.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <variant>

#include "core/machine/timer_table.h"
#include "core/playout/audio_order.h"
#include "core/playout/live_buffer.h"
#include "core/playout/play_line.h"
#include "core/session/joint.h"
#include "core/session/play.h"
#include "core/session/track_line.h"

namespace onair::session {

// What a kind of protocol asks of playing.
struct PlayoutStyle {
  // Media goes to its decoder this long before its time at most; sound also where its device needs
  // it earlier, by `audio_margin`. Longer holds more memory and gives less time for what is late or
  // resent; shorter leaves a slow decoder no time. Delay it is not: that is the target's.
  TimeDelta video_ahead;
  TimeDelta audio_ahead;
  TimeDelta audio_margin;
  TimeDelta audio_early;  // More for sound with nothing missing before it.
  // Whether timestamps of one connection can go on in the next, or each has a line of its own.
  enum class Timestamps { kMayGoOn = 1, kOfConnection = 2 } timestamps;
  // Sound that can come in any order, more than once or not at all is put in order first.
  enum class Sound { kInOrder = 1, kInAnyOrder = 2 } sound;

  static PlayoutStyle OfStreams();    // RTMP, HTTP-FLV.
  static PlayoutStyle OfDatagrams();  // RTS.
};

// Pure; single-owner. `now` does not decrease.
class LivePlayout {
 public:
  using Said = std::variant<Play::TracksChanged, Play::DecodeFrame, Play::LineChanged,
                            Play::FlushDecoders, Play::HidePictures>;

  LivePlayout(const PlaySessionConfig& config, const PlayoutStyle& style, TraceSink& trace);

  // The next frame comes over a new connection; the old one may still be playing out.
  void OnConnection() { is_fresh_ = true; }
  // The next frame is another publisher's, or the same one's after a pause.
  void OnPublisherLeft() { has_publisher_left_ = true; }
  void OnTracks(const StreamTracks& tracks, Timestamp now);
  // True: the frame can be decoded. False: it needs a key frame that did not come.
  bool OnFrame(EncodedFrame frame, Timestamp now);
  void OnTime(Timestamp now);
  void OnDecodeFailed(Timestamp now);
  // Pictures are missing between what came and what will come, up to the next key frame.
  void OnPicturesMissing() { buffer_.DropToNextKey(); }
  void SetAudioLead(TimeDelta lead);
  // Another connection's media goes on from here (live_playout_joint.cc). What comes next is
  // described anew; its positions are on this line.
  void GoOn(const Joint& joint, const PlaySessionConfig& config, const PlayoutStyle& style,
            Timestamp now);
  // What was held of it is fed: what comes from here on comes now.
  void OnHeldFed() { is_held_ = false; }
  PlayoutPosition position(Timestamp now) const;
  // More delay than the target's, for a while: the line gives it by speed. Zero: no more.
  void SetLeastDelay(TimeDelta least);
  // As PlayLine's.
  void SetDelayRange(TimeDelta least, TimeDelta most);

  // What is to be said, in order. Bounded by what one input releases.
  std::deque<Said>& said() { return said_; }
  Idle Next() const;
  // Nothing of the pictures can be decoded before a key frame comes.
  bool awaits_key() const { return buffer_.awaits_key(); }

  // When everything buffered will have been shown.
  Timestamp PlaysOutAt(Timestamp now);

  // Counters for the session's states: each new value is one event.
  std::int64_t starts() const { return starts_; }
  std::int64_t stalls() const { return stalls_; }
  void FillStats(PlaySessionStats& stats, Timestamp now) const;

 private:
  enum class Timer { kVideoDue, kAudioDue, kHole, kSpeed, kDry };
  static constexpr std::array<std::string_view, 5> kTimerNames = {
      "play.video_due", "play.audio_due", "play.hole", "play.speed", "play.dry"};

  // Least time between wake-ups for one thing.
  static constexpr TimeDelta kTick = TimeDelta::Millis(1);

  void Begin(MediaTime dts, Timestamp now);
  bool GoesOn(MediaTime dts, Timestamp now) const;
  void Enqueue(EncodedFrame frame, Timestamp now);
  void StartAfresh();
  void Tell(std::optional<StreamTracks> tracks);
  void Apply(const playout::LineChange& change, Timestamp now);
  void Release(Timestamp now);
  void ReleaseVideo(Timestamp now);
  bool IsNotWorthDecoding(const EncodedFrame& frame, Timestamp now) const;
  void Decode(TrackKind track, Timestamp render_at, Timestamp now);
  void NoteStart(Timestamp now);
  void NoteDry(Timestamp now);
  void SetTimers(Timestamp now);
  Timestamp DryAt() const;

  // live_playout_sound.cc
  bool Take(EncodedFrame frame, Timestamp now);
  void ReplaceFrom(MediaTime key);
  void HideUntil(MediaTime until);
  bool IsHidden(const EncodedFrame& frame) const;
  void NoteArrived(const EncodedFrame& frame);
  void NoteReleased(const EncodedFrame& frame);
  void ForgetJoint();
  void OrderSound(Timestamp now);
  void OrderSound(MediaTime needed, Timestamp now);
  void ReleaseAudio(Timestamp now);
  Timestamp SoundNeededAt(MediaTime position) const;
  Timestamp SoundGoesAt(MediaTime position) const;
  TimeDelta AudioAhead(TimeDelta early) const;

  PlayoutStyle style_;
  BufferMode mode_;
  TimeDelta buffer_span_;
  TraceSink& trace_;
  playout::LiveBuffer buffer_;
  playout::AudioOrder order_;
  playout::PlayLine line_;
  TimerTable<Timer, kTimerNames.size()> timers_{kTimerNames};
  std::deque<Said> said_;
  TrackLine tracks_;
  TimeDelta audio_lead_ = TimeDelta::Zero();

  bool is_fresh_ = true;  // Waits for the first frame of a connection.
  bool has_publisher_left_ = false;
  bool has_overflowed_ = false;  // To be told to the line after the arrival.
  bool is_line_new_ = false;     // To be said before the next frame.
  bool shows_at_once_ = true;    // The next video frame does not wait for the line.
  bool is_playing_ = false;      // Something is coming out.
  // The next sound stands behind a hole, which its decoder fills: it is needed when the hole is.
  bool is_behind_hole_ = false;
  // Of frames that can be decoded: the furthest dts, and when the last one arrived.
  std::optional<MediaTime> newest_;
  std::optional<Timestamp> newest_at_;
  TimeDelta interval_ = TimeDelta::Zero();  // Between the last two positions.
  std::optional<Timestamp> dry_since_;

  PlayoutPosition position_;               // But what stats know.
  std::optional<MediaTime> hidden_until_;  // Pictures that stood on the display already.
  std::optional<MediaTime> sound_until_;   // Sound that was here already.
  bool is_held_ = false;                   // What is fed came before.
  TimeDelta least_delay_ = TimeDelta::Zero();
  TimeDelta asked_least_ = TimeDelta::Zero();
  TimeDelta asked_most_ = TimeDelta::PlusInfinity();

  std::int64_t starts_ = 0;
  std::int64_t stalls_ = 0;
  std::int64_t jumps_ = 0;
  std::int64_t repeated_ = 0;  // Sound that a joint brought twice.
  std::int64_t unusable_ = 0;  // Video before the first key frame of a connection.
  std::int64_t video_received_ = 0;
  std::int64_t audio_received_ = 0;
  TimeDelta stalled_for_ = TimeDelta::Zero();
};

}  // namespace onair::session
