// SPDX-License-Identifier: Apache-2.0
//
// onair-play: plays a live stream. Read top to bottom, this is how an app uses onair::Player.
#include <algorithm>
#include <mutex>
#include <thread>

#include "core/base/url.h"
#include "platform/devices/audio_output.h"
#include "platform/devices/library_messages.h"
#include "platform/runtime/clock.h"
#include "platform/sdk/player.h"
#include "platform/sdk/trace_file.h"
#include "samples/common/command_line.h"
#include "samples/common/report.h"
#include "samples/common/stop_signal.h"
#include "samples/play/options.h"
#include "samples/play/report.h"
#include "samples/play/screen.h"
#include "samples/play/tapped_pictures.h"

namespace onair::samples {
namespace {

// In the header of a dump whose stream does not say its rate.
constexpr double kUnknownRate = 30;

constexpr TimeDelta kTurn = TimeDelta::Millis(10);
constexpr TimeDelta kRow = TimeDelta::Millis(500);

// An address without its secrets.
std::string NameOf(const std::string& text) {
  const auto url = ParseUrl(text);
  return url ? Redact(*url) : text;
}

// What the player told us, for the main thread. thread-safe.
class Progress {
 public:
  // `patience`: for a publisher who is yet to come.
  Progress(StatusLine& status, TimeDelta patience)
      : status_(status), waits_until_(runtime::Now() + patience) {}

  void OnEvent(const PlayEvent& event) {
    const std::lock_guard lock(mutex_);
    if (const auto* sound = std::get_if<SoundFailedEvent>(&event)) {
      status_.Say("no sound: " + ToString(sound->error));
    }
    if (const auto* tracks = std::get_if<TracksEvent>(&event)) {
      has_video_ = tracks->tracks.video.has_value();
    }
    const auto* state = std::get_if<PlayStateEvent>(&event);
    if (state == nullptr) return;
    has_played_ = has_played_ || state->state == PlayState::kPlaying;
    if (state->state == PlayState::kReconnecting && state->error) {
      if (!has_played_ && !IsEarly(*state->error)) return End(state->error);
      status_.Say((has_played_ ? "reconnecting: " : "waiting for the publisher: ") +
                  ToString(*state->error));
    }
    if (state->state == PlayState::kAwaitingPublisher) status_.Say("waiting for the publisher");
    if (state->state == PlayState::kEnded) End(state->error);
  }

  bool is_over() const {
    const std::lock_guard lock(mutex_);
    return is_over_;
  }
  bool has_video() const {
    const std::lock_guard lock(mutex_);
    return has_video_;
  }
  // Why the run failed; a stream that ended after it played did not.
  std::optional<Error> error() const {
    const std::lock_guard lock(mutex_);
    if (error_ && error_->code == ErrorCode::kStreamEnded && has_played_) return std::nullopt;
    return error_;
  }

 private:
  // A server that knows no such stream yet. Whoever cannot be reached at all is a wrong address
  // more often than a bad moment.
  bool IsEarly(const Error& error) const {
    const bool is_absent =
        error.code == ErrorCode::kStreamNotFound || error.code == ErrorCode::kHttpNotFound;
    return is_absent && runtime::Now() < waits_until_;
  }
  void End(const std::optional<Error>& error) {
    if (!is_over_) error_ = error;
    is_over_ = true;
  }

  mutable std::mutex mutex_;
  StatusLine& status_;
  const Timestamp waits_until_;
  bool has_played_ = false;
  bool has_video_ = false;
  bool is_over_ = false;
  std::optional<Error> error_;
};

// Wakes a screen that may not be open yet when the first picture is there. thread-safe.
class ScreenWaker {
 public:
  void Bind(Screen& screen) {
    const std::lock_guard lock(mutex_);
    screen_ = &screen;
    if (is_woken_) screen.Wake();
  }
  void Wake() {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
    if (screen_ != nullptr) screen_->Wake();
  }

 private:
  std::mutex mutex_;
  Screen* screen_ = nullptr;
  bool is_woken_ = false;
};

// One run of the program, from the player's creation to the report.
class PlayRun {
 public:
  PlayRun(const CommandLine& line, const PlayOptions& options, StopSignal& stop)
      : line_(line),
        options_(options),
        stop_(stop),
        status_(line.common().is_quiet ? StatusLine::Mode::kQuiet : StatusLine::Mode::kShown),
        progress_(status_, TimeDelta::SecondsF(options.publisher_gap_s)) {}

  int Run(PlayerConfig config) {
    if (auto opened = Open(std::move(config)); !opened) return Failed(opened.error());
    const Timestamp started = runtime::Now();
    PlayReport report(options_.url, started);
    if (auto begun = player_->Start(); !begun) return Failed(begun.error());
    // A window takes longer than a server's answer: it opens while the network works.
    if (auto opened = OpenScreen(); !opened) {
      player_.reset();
      return Failed(opened.error());
    }
    const Status shown = Show(report, started);
    return Finish(report, shown);
  }

 private:
  int Failed(const Error& error) {
    line_.Complain(ToString(error));
    return kExitFailed;
  }

  Status Open(PlayerConfig config) {
    if (!line_.common().trace.empty()) {
      auto opened = TraceFile::Open(line_.common().trace);
      if (!opened) return Forward(opened);
      trace_ = std::move(*opened);
      config.trace = trace_.get();
    }
    auto player = Player::Create(
        config, [](auto task) { task(); },
        [this](const PlayEvent& event) {
          const auto* changed = std::get_if<TracksEvent>(&event);
          if (changed != nullptr && changed->tracks.video) {
            pictures_->SetFrameRate(changed->tracks.video->frame_rate);
          }
          progress_.OnEvent(event);
        });
    if (!player) return Forward(player);
    player_ = std::move(*player);
    pictures_ = std::make_unique<TappedPictures>(player_->pictures());
    if (!options_.dump.empty()) {
      if (auto dump = pictures_->StartDump(options_.dump, kUnknownRate); !dump) return dump;
    }
    player_->SetAudioOutput(options_.is_headless ? devices::CreateHeadlessAudioOutput()
                                                 : devices::CreateSdlAudioOutput());
    volume_ = options_.is_muted ? 0 : options_.volume;
    player_->SetVolume(volume_);
    player_->SetPictureReady([this] { waker_.Wake(); });
    return {};
  }

  Status OpenScreen() {
    const Timestamp begin = runtime::Now();
    auto screen = options_.is_headless ? OpenHeadlessScreen(*pictures_)
                                       : OpenWindow(*pictures_, "onair-play");
    if (!screen) return Forward(screen);
    screen_ = std::move(*screen);
    if (trace_) trace_->Span(begin, runtime::Now(), "play.screen_open");
    waker_.Bind(*screen_);
    return {};
  }

  // Until the end, whoever wants it.
  Status Show(PlayReport& report, Timestamp started) {
    const Timestamp end = options_.duration_s > 0
                              ? started + TimeDelta::SecondsF(options_.duration_s)
                              : Timestamp::PlusInfinity();
    const auto snapshot = ParseAt(options_.snapshot);
    bool wants_snapshot = snapshot.has_value();
    Timestamp next_row = started + kRow;
    while (!progress_.is_over() && runtime::Now() < end && !HasShownEnough()) {
      auto input = screen_->Turn(kTurn);
      if (!input) return Forward(input);
      if (input->wants_quit || !HandleKeys(input->keys) || stop_.WaitUntil(Timestamp::Zero())) {
        break;
      }
      const Timestamp now = runtime::Now();
      if (wants_snapshot && now - started >= TimeDelta::SecondsF(snapshot->second) &&
          pictures_->presented() > 0) {
        wants_snapshot = false;
        if (auto taken = pictures_->Snapshot(snapshot->first); !taken) return taken;
      }
      if (now >= next_row) {
        next_row += kRow;
        ShowRow(report, now);
      }
    }
    if (wants_snapshot && pictures_->presented() > 0) return pictures_->Snapshot(snapshot->first);
    return {};
  }

  bool HasShownEnough() const {
    return options_.frames > 0 && pictures_->presented() >= options_.frames;
  }

  void ShowRow(PlayReport& report, Timestamp now) {
    const PlayerStats stats = player_->stats();
    report.Sample(stats, now);
    status_.Show(report.StatusText(stats, now), now);
  }

  // False: quit.
  bool HandleKeys(const std::vector<int>& keys) {
    constexpr int kEscape = 27;
    for (const int key : keys) {
      if (key == 'q' || key == kEscape) return false;
      if (key == 'm') {
        volume_ = volume_ > 0 ? 0 : options_.volume;
        player_->SetVolume(volume_);
      }
      if (key == 's') {
        const std::string path = "onair-" + std::to_string(runtime::UtcNow().us() / 1000) + ".png";
        const Status taken = pictures_->Snapshot(path);
        status_.Say(taken ? "snapshot " + path : ToString(taken.error()));
      }
    }
    return true;
  }

  int Finish(const PlayReport& report, const Status& shown) {
    const Timestamp ended = runtime::Now();
    screen_->Stop();
    const PlayerStats stats = player_->stats();
    player_.reset();  // Bounded: at most half a second.

    auto error = progress_.error();
    if (!error && !shown) error = shown.error();
    const bool has_sound_only = !progress_.has_video() && stats.session.audio_frames_received > 0;
    if (!error && stats.frames_presented == 0 && !has_sound_only) {
      error = Error{ErrorCode::kStalled, "nothing was shown"};
    }
    int exit_status = kExitDone;
    const auto complain = [&](const Error& e) { exit_status = Failed(e); };
    if (error)
      complain(Error{error->code, "cannot play " + NameOf(options_.url) + ": " + error->detail});
    if (auto dumped = pictures_->FinishDump(); !dumped) complain(dumped.error());
    if (!line_.common().report.empty()) {
      auto written = WriteReport(line_.common().report, report.Finish(stats, error, ended));
      if (!written) complain(written.error());
    }
    if (trace_) {
      if (auto closed = trace_->Close(); !closed) complain(closed.error());
    }
    return exit_status;
  }

  const CommandLine& line_;
  const PlayOptions& options_;
  StopSignal& stop_;
  StatusLine status_;
  Progress progress_;
  std::unique_ptr<TraceFile> trace_;
  std::unique_ptr<Player> player_;
  std::unique_ptr<TappedPictures> pictures_;
  std::unique_ptr<Screen> screen_;
  ScreenWaker waker_;
  double volume_ = 1.0;
};

int Main(int argc, char** argv) {
  StopSignal stop;
  devices::SetLibraryMessages(devices::LibraryMessages::kDropped);
  PlayOptions options;
  const auto line = MakePlayCommandLine(options);
  if (const auto status = line->Parse(argc, argv)) return *status;
  PlayerConfig config;
  if (const auto status = ToConfig(*line, options, config)) return *status;
  return PlayRun(*line, options, stop).Run(std::move(config));
}

}  // namespace
}  // namespace onair::samples

int main(int argc, char** argv) {
  return onair::samples::Main(argc, argv);
}
