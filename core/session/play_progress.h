// SPDX-License-Identifier: Apache-2.0
//
// What viewers' sessions of every protocol know of their playing and tell the app: state, stages of
// the opening, starts and stalls, beside the media half that they carry. It outlives a session
// where another one takes over what it plays. Private to the room but for being handed over.
#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "core/api/play_config.h"
#include "core/api/stats.h"
#include "core/machine/trace.h"
#include "core/session/live_playout.h"
#include "core/session/play.h"

namespace onair::session {

// Single-owner. `trace` outlives it.
class PlayProgress {
 public:
  using Said =
      std::variant<Play::TracksChanged, Play::DecodeFrame, Play::LineChanged, Play::FlushDecoders,
                   Play::HidePictures, Play::StateChanged, Play::FrameArrived>;
  using Stage = std::optional<Timestamp> OpeningStages::*;

  // Media for this long: the attempts before it are forgotten. Source: ours; longer than a
  // server needs that hands out its cached GOP and throws the viewer out.
  static constexpr TimeDelta kLastingSuccess = TimeDelta::Seconds(5);

  PlayProgress(const PlaySessionConfig& config, const PlayoutStyle& style, TraceSink& trace)
      : playout_(config, style, trace), trace_(trace) {}

  LivePlayout& playout() { return playout_; }
  const LivePlayout& playout() const { return playout_; }

  // Forgets the stages so far; they are the caller's to fill where they took no time.
  OpeningStages& RestartOpening(Timestamp now);
  void Begin(Timestamp now);
  void Enter(PlayState state, std::optional<Error> error, TimeDelta retry_in, Timestamp now);
  PlayState state() const { return stats_.state; }

  // Of the first connection that the media comes over; each once.
  void Mark(Stage stage, std::string_view name, Timestamp now);
  std::optional<Timestamp> started_at() const { return stats_.opening.started; }
  bool is_opening() const { return !stats_.opening.first_key_frame; }
  // The server sent us elsewhere.
  void NoteRedirect();
  void NoteGap() { ++stats_.publisher_gaps; }

  // What another session did beside it, until it takes this over.
  void Inherit(const PlayProgress& other);

  // True: enough came since the last frame to count as one.
  [[nodiscard]] bool NoteBytes(std::size_t count);
  void NoteProgress() { unmet_ = DataSize::Zero(); }

  // A new connection, over which nothing came yet.
  void OnConnection();
  // Of this connection, after a frame that can be decoded; true for its first.
  [[nodiscard]] bool NoteMedia();
  bool had_media() const { return had_media_; }

  // Takes what the media half said, and follows its starts and stalls.
  void Sync(Timestamp now);
  // What is to be said, in order. Bounded by what one input releases.
  std::deque<Said>& said() { return said_; }

  PlaySessionStats stats(Timestamp now) const;

 private:
  Timestamp LastStage() const;

  LivePlayout playout_;
  TraceSink& trace_;
  std::deque<Said> said_;
  bool had_media_ = false;             // On this connection, and it could be decoded.
  DataSize unmet_ = DataSize::Zero();  // Received since the last frame or progress.
  std::int64_t starts_seen_ = 0;
  std::int64_t stalls_seen_ = 0;
  PlaySessionStats stats_;
};

}  // namespace onair::session
