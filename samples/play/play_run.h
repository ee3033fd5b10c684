// SPDX-License-Identifier: Apache-2.0
//
// One run of the program: a room that is watched, the ones beside it made ready, keys and script,
// the report. Read top to bottom, this is how an app uses onair::Player and onair::PreloadPool.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "platform/sdk/play_metrics.h"
#include "platform/sdk/player.h"
#include "platform/sdk/preload_pool.h"
#include "platform/sdk/trace_file.h"
#include "samples/common/command_line.h"
#include "samples/common/report.h"
#include "samples/common/stop_signal.h"
#include "samples/play/event_file.h"
#include "samples/play/options.h"
#include "samples/play/overlay.h"
#include "samples/play/report.h"
#include "samples/play/screen.h"
#include "samples/play/script.h"
#include "samples/play/tapped_pictures.h"
#include "samples/play/watched_room.h"

namespace onair::samples {

// Wakes a screen that may not be open yet when the first picture is there. thread-safe.
class ScreenWaker {
 public:
  void Bind(Screen& screen);
  void Wake();

 private:
  std::mutex mutex_;
  Screen* screen_ = nullptr;
  bool is_woken_ = false;
};

// Single-owner: the main thread.
class PlayRun {
 public:
  // All outlive it. `options` and `config` were checked.
  PlayRun(const CommandLine& line, const PlayOptions& options, StopSignal& stop);
  ~PlayRun();

  // The program's exit status.
  int Run(PlayerConfig config);

 private:
  int Failed(const Error& error);
  Status OpenFiles();
  Status OpenPool();
  Status Watch(const std::string& url);
  Status OpenScreen();
  Status Show(PlayReport& report);
  Status Act(PlayAction action, const std::string& value);
  Status ActOnFile(PlayAction action, const std::string& value);
  Status ActOnRecording(PlayAction action, const std::string& value);
  Status SwitchTo(const std::string& url);
  Status SetQuality(std::size_t index);
  void FinishRecording();
  void SetVolume(double volume);
  Status TakeSnapshot(const std::string& path);
  Status Zap(std::size_t room);
  void NameRooms();
  void NoteZap();
  void ShowRow(PlayReport& report, Timestamp now);
  bool HasShownEnough() const;
  int Finish(const PlayReport& report, const Status& shown);

  const CommandLine& line_;
  const PlayOptions& options_;
  StopSignal& stop_;
  StatusLine status_;
  PlayerConfig config_;
  std::vector<std::string> rooms_;  // The first address, then those to preload.
  std::size_t watched_ = 0;
  int plays_ = 0;  // Rooms watched so far.
  Timestamp started_ = Timestamp::Zero();
  double volume_ = 1.0;
  bool is_muted_ = false;
  std::size_t quality_ = 0;  // The last one asked for, from 1; 0: none yet.
  bool wants_quit_ = false;
  std::vector<ZapRow> zaps_;
  Timestamp swiped_ = Timestamp::Zero();

  std::unique_ptr<TraceFile> trace_;
  std::unique_ptr<EventFile> events_;
  std::shared_ptr<PreloadPool> pool_;
  ScreenWaker waker_;
  TappedPictures pictures_;
  Overlay overlay_;
  bool has_overlay_ = false;
  double kbps_ = 0;
  std::unique_ptr<WatchedRoom> room_;
  std::thread leaving_;  // Takes its time to end the room before.
  std::unique_ptr<Screen> screen_;
};

}  // namespace onair::samples
