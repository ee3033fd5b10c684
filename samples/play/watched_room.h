// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "platform/sdk/player.h"
#include "samples/common/report.h"
#include "samples/play/report.h"

namespace onair::samples {

// An address without its secrets.
std::string NameOf(const std::string& text);

// What a player told us, for the main thread. thread-safe.
class Progress {
 public:
  // What an error that comes before anything played means.
  enum class FirstError {
    kEnds = 1,
    kFallsBack = 2,  // Another address is tried by itself; the run ends when that has failed too.
  };

  // `patience`: for a publisher who is yet to come.
  Progress(StatusLine& status, TimeDelta patience, FirstError first_error);

  void OnEvent(const PlayEvent& event);

  bool is_over() const;
  bool has_video() const;
  bool is_recording() const;
  // Why the run failed; a stream that ended after it played did not, unless its recording did.
  std::optional<Error> error() const;
  // The newest thousand, which is days of falling back.
  std::vector<SwitchRow> switches(Timestamp started) const;

 private:
  struct Change {
    Timestamp at;
    SwitchEvent event;
  };

  void OnRecording(const RecordingEvent& event);
  void OnSwitch(const SwitchEvent& event);
  void OnState(const PlayStateEvent& event);
  bool IsEarly(const Error& error) const;
  void End(const std::optional<Error>& error);

  mutable std::mutex mutex_;
  StatusLine& status_;
  const Timestamp waits_until_;
  const FirstError first_error_;
  std::optional<Error> held_error_;  // Until the fallback has failed as well.
  std::deque<Change> switches_;
  bool has_played_ = false;
  bool has_video_ = false;
  bool is_over_ = false;
  std::optional<Error> error_;
  int files_open_ = 0;
  std::optional<Error> recording_error_;
};

// One room and the player that shows it. Single-owner.
class WatchedRoom {
 public:
  // callback on the player's threads.
  struct Hooks {
    // The statistics are of that moment with FirstPictureEvent, empty with others.
    std::function<void(const PlayEvent&, const PlayerStats&)> on_event;
    std::function<void()> picture_ready;
  };

  // Opens nothing yet. `config.url` is the room; `status` outlives it.
  static Result<std::unique_ptr<WatchedRoom>> Make(PlayerConfig config,
                                                   std::unique_ptr<AudioOutput> sound,
                                                   StatusLine& status, Hooks hooks);

  const std::string& url() const { return url_; }
  Player& player() { return *player_; }
  const Progress& progress() const { return progress_; }

 private:
  WatchedRoom(const PlayerConfig& config, StatusLine& status);

  const std::string url_;
  Progress progress_;
  std::unique_ptr<Player> player_;  // Last: it tells the progress until it is gone.
};

}  // namespace onair::samples
