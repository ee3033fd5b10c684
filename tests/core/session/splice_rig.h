// SPDX-License-Identifier: Apache-2.0
//
// Two play sessions side by side, and the splice between them, as a player drives them.
#pragma once

#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "core/session/play_progress.h"
#include "core/session/splice.h"
#include "tests/core/session/play_rig.h"

namespace onair::session {

class SpliceRig {
 public:
  // What a decoder is given, from whichever session: the order that it came in.
  struct Decoded {
    Timestamp at;
    Timestamp render_at;
    EncodedFrame frame;
    bool is_shown;
  };

  explicit SpliceRig(PlaySessionConfig config = {})
      : present(config, "test://live.example/one"), next(config, "test://live.example/two") {
    present.Open();
  }

  PlayRig present;
  PlayRig next;
  Timestamp now = Timestamp::Zero();
  std::optional<Splice> splice;
  SpliceDecision decision;
  bool is_joined = false;
  bool is_given_up = false;
  Present is_present = Present::kPlaying;
  std::vector<Decoded> decoded;
  std::vector<PlayState> states;
  int flushes = 0;
  ClockMap line{Timestamp::Zero(), MediaTime::Zero(), 1.0};
  bool has_line_jumped = false;  // By more than speed does, since the splice began.

  void OpenNext(SpliceConfig config = {}) {
    splice.emplace(config, now);
    next.now = now;
    next.session.StartBeside(now);
    next.Drain();
    next.Connected();
    next.Reply('A');
    next.Tracks(true, true, 2);
    Take();
  }
  void ToPresent(FrameKind kind, std::int64_t ms) {
    if (is_joined) return;
    present.Frame(kind, ms);
    Take();
  }
  void ToNext(FrameKind kind, std::int64_t ms) {
    next.Frame(kind, ms);
    Take();
  }
  void StampPresent(std::int64_t pts_ms, std::int64_t utc_ms) {
    if (splice) splice->OnPresentStamp({MediaTime::Millis(pts_ms), UtcTime::Micros(utc_ms * 1000)});
  }
  void StampNext(std::int64_t pts_ms, std::int64_t utc_ms) {
    if (splice) splice->OnStamp({MediaTime::Millis(pts_ms), UtcTime::Micros(utc_ms * 1000)});
  }
  void WaitMs(std::int64_t ms) {
    for (std::int64_t i = 0; i < ms; ++i) {
      now += TimeDelta::Millis(1);
      if (!is_joined) present.WaitMs(1);
      if (splice || is_joined) next.WaitMs(1);
      Take();
    }
  }

  std::vector<std::int64_t> ShownMs(TrackKind track) const {
    std::vector<std::int64_t> positions;
    for (const Decoded& one : decoded) {
      const bool is_of = one.frame.track() == track;
      if (is_of && (track == TrackKind::kAudio || one.is_shown)) {
        positions.push_back(one.frame.pts.ms());
      }
    }
    return positions;
  }

 private:
  void Take() {
    Play_();
    if (!splice) return;
    Beside();
    decision = splice->Decide(present.session.position(now), is_present, now);
    if (decision.kind == SpliceDecision::Kind::kWait) {
      present.session.SetLeastDelay(decision.least_delay);
    } else if (decision.kind == SpliceDecision::Kind::kGiveUp) {
      present.session.SetLeastDelay(TimeDelta::Zero());
      is_given_up = true;
      splice.reset();
    } else {
      Join();
    }
  }
  void Join() {
    present.session.SetLeastDelay(TimeDelta::Zero());
    auto progress = present.session.GiveUp(now);
    present.Drain();
    Play_();
    is_joined = true;
    next.session.TakeOver(std::move(progress), splice->Take(), now);
    splice.reset();
    next.Drain();
    Play_();
    present.Stop();
  }
  void Beside() {
    for (auto& event : next.events) {
      if (auto* tracks = std::get_if<Play::TracksChanged>(&event)) splice->OnTracks(tracks->tracks);
      if (auto* arrived = std::get_if<Play::FrameArrived>(&event)) {
        splice->OnFrame(std::move(arrived->frame), now);
      }
    }
    next.events.clear();
  }
  void Play_() {
    PlayRig& rig = is_joined ? next : present;
    for (auto& event : rig.events) OnEvent(event);
    rig.events.clear();
  }
  void OnEvent(Play::Event& event) {
    if (auto* decode = std::get_if<Play::DecodeFrame>(&event)) {
      const bool is_shown = !hidden_until_ || decode->frame.pts > *hidden_until_;
      decoded.push_back({now, decode->render_at, std::move(decode->frame), is_shown});
    } else if (const auto* hide = std::get_if<Play::HidePictures>(&event)) {
      hidden_until_ = hide->until;
    } else if (const auto* state = std::get_if<Play::StateChanged>(&event)) {
      states.push_back(state->state);
    } else if (const auto* moved = std::get_if<Play::LineChanged>(&event)) {
      const TimeDelta jump = moved->line.MediaOf(now) - line.MediaOf(now);
      if (splice && (jump > TimeDelta::Millis(1) || jump < TimeDelta::Millis(-1))) {
        has_line_jumped = true;
      }
      line = moved->line;
    } else if (std::holds_alternative<Play::FlushDecoders>(event)) {
      hidden_until_.reset();
      ++flushes;
    }
  }
  std::optional<MediaTime> hidden_until_;
};

}  // namespace onair::session
