// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/session/fallback.h"
#include "core/session/quality_choice.h"
#include "core/session/splice.h"
#include "platform/sdk/loop_share.h"
#include "platform/sdk/play_session.h"
#include "platform/sdk/player.h"

namespace onair {

// The session of a player that plays, and the one beside it that may take over: by the app's word,
// or because realtime media does not come (session::Fallback). What they decide is pure; here they
// are opened, joined (session::Splice) and left. single-owner, on the net loop's thread, except
// construction.
class PlaySwitch {
 public:
  // callbacks; `on_event` is told of the session that plays alone.
  struct Outputs {
    PlaySession::Handler on_event;
    std::function<void(const SwitchEvent&)> on_switch;
  };
  // Counters only grow.
  struct Counts {
    std::int64_t switches = 0;         // Done, of any cause.
    std::int64_t switches_failed = 0;  // Begun and not done, needed or not.
    std::int64_t fallbacks = 0;        // Of those done.
    std::int64_t frames_dropped = 0;   // Held beside, over the bounds.
  };

  struct Quality {
    std::optional<std::size_t> playing;  // Of PlayerConfig::qualities.
    QualityMode mode = QualityMode::kPinned;
    DataRate bandwidth = DataRate::Zero();
  };

  // `net`, `config` and `trace` outlive it. `session` plays `url`: `config.url`, or what was made
  // ready in its place, from where it goes to `config.url` at once.
  PlaySwitch(LoopShare& net, const PlayerConfig& config, TraceSink& trace, std::string url,
             std::unique_ptr<PlaySession> session, Outputs outputs);

  // `ended`: what the session ended with before anybody came.
  void Start(const std::optional<session::Play::StateChanged>& ended);
  // The same with a session that was made ready before anybody came. Its server may be gone
  // without a word since: where it does not answer in time, it is opened anew beside it.
  void StartAhead(const std::optional<session::Play::StateChanged>& ended);
  // Nothing is switched any more.
  void Stop(TimeDelta flush_within, std::function<void()> on_stopped);
  // A later wish replaces an earlier one.
  void SwitchTo(const std::string& url);
  // Of the qualities, by itself.
  void ChooseQuality();

  PlaySession& playing() { return *present_.session; }
  const PlaySession& playing() const { return *present_.session; }
  void HandleNetworkChanged(const std::optional<IpAddress>& from);

  Counts counts() const { return counts_; }
  Quality quality() const;
  const std::string& url() const { return present_.url; }

 private:
  struct Leg {
    std::uint64_t number = 0;
    std::string url;
    std::unique_ptr<PlaySession> session;
    VideoCodec codec = VideoCodec::kH264;
    PlayState state = PlayState::kConnecting;
    std::optional<session::Play::StateChanged> ended;  // Not said yet.
  };
  // What is under way beside.
  struct Attempt {
    Leg leg;
    SwitchCause cause;
    Timestamp began_at;
    session::Splice splice;
    bool is_race = false;                // To the same address, which is no switch.
    DataSize window = DataSize::Zero();  // What its connection may have on the way; zero: all.
    // Before it is opened, the present stream gets this delay; until then at most.
    TimeDelta least_delay = TimeDelta::Zero();
    Timestamp opens_by = Timestamp::MinusInfinity();
    Timestamp opened_at = Timestamp::PlusInfinity();
  };

  void Listen(Leg& leg);
  void OnPresent(PlaySession::Event&& event);
  void OnPresentState(const session::Play::StateChanged& state);
  void OnBeside(PlaySession::Event&& event);

  void NotePresentStamp(const EncodedFrame& frame);

  void MakeFallback();
  void Begin(const std::string& url, SwitchCause cause);
  void BeginRace();
  void OpenBeside();
  void Decide();
  void DecideRace();
  void DecideSplice();
  bool IsAtEase() const;
  void Brace();
  void OpenWindow(DataSize window);
  void DecideFallback();
  bool IsWatched() const;
  bool IsFallbackHeldUp() const;
  void LookForMedia();
  std::optional<std::size_t> QualityOf(const std::string& url) const;
  void SampleQuality();
  void DecideQuality();
  void Join();
  void GiveUp(const std::optional<Error>& error);
  void SayHeldEnd();
  void Leave(std::unique_ptr<PlaySession> session);
  void DecideSoon();
  void DecideAt(Timestamp at);
  session::Present present() const;
  void Tell(SwitchPhase phase, const std::optional<Error>& error);

  LoopShare& net_;
  const PlayerConfig& config_;
  TraceSink& trace_;
  const Outputs outputs_;
  Rng rng_;
  std::uint64_t next_leg_ = 1;
  Leg present_;
  std::deque<session::Stamped> present_stamps_;  // On the line that plays; the newest last.
  std::optional<Attempt> attempt_;
  std::vector<std::pair<std::uint64_t, std::unique_ptr<PlaySession>>> leaving_;
  // While the address that is wanted is realtime.
  std::optional<session::Fallback> fallback_;
  std::pair<std::optional<MediaTime>, std::optional<MediaTime>> arrived_;  // When last looked.
  // While the player chooses among qualities, and one of them plays.
  std::optional<session::QualityChoice> choice_;
  bool wants_choice_ = false;  // Once a quality plays.
  Timestamp next_sample_ = Timestamp::MinusInfinity();
  DataSize received_beside_ = DataSize::Zero();  // By streams that were left.
  std::string home_;                             // The address that is wanted.
  bool is_stopping_ = false;
  bool is_over_ = false;                            // The stream, wherever it is had from.
  bool is_deciding_ = false;                        // Soon.
  Timestamp races_at_ = Timestamp::PlusInfinity();  // Unless something comes before.
  DataSize came_ahead_ = DataSize::Zero();          // Before the start.
  Timestamp decides_at_ = Timestamp::PlusInfinity();
  Counts counts_;
};

}  // namespace onair
