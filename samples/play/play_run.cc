// SPDX-License-Identifier: Apache-2.0
#include "samples/play/play_run.h"

#include <algorithm>
#include <utility>

#include "core/base/url.h"
#include "platform/devices/audio_output.h"
#include "platform/devices/sdl_window.h"
#include "platform/runtime/clock.h"

namespace onair::samples {
namespace {

// In the header of a dump whose stream does not say its rate.
constexpr double kUnknownRate = 30;

constexpr TimeDelta kTurn = TimeDelta::Millis(10);
constexpr TimeDelta kRow = TimeDelta::Millis(500);
constexpr TimeDelta kHealth = TimeDelta::Seconds(5);
constexpr TimeDelta kFileWithin = TimeDelta::Seconds(1);

}  // namespace

void ScreenWaker::Bind(Screen& screen) {
  const std::lock_guard lock(mutex_);
  screen_ = &screen;
  if (is_woken_) screen.Wake();
}

void ScreenWaker::Wake() {
  const std::lock_guard lock(mutex_);
  is_woken_ = true;
  if (screen_ != nullptr) screen_->Wake();
}

PlayRun::PlayRun(const CommandLine& line, const PlayOptions& options, StopSignal& stop)
    : line_(line),
      options_(options),
      stop_(stop),
      status_(line.common().is_quiet ? StatusLine::Mode::kQuiet : StatusLine::Mode::kShown),
      volume_(options.volume),
      is_muted_(options.is_muted) {
  rooms_.push_back(options.url);
  rooms_.insert(rooms_.end(), options.preload.begin(), options.preload.end());
}

PlayRun::~PlayRun() {
  if (leaving_.joinable()) leaving_.join();
}

int PlayRun::Run(PlayerConfig config) {
  config_ = std::move(config);
  started_ = swiped_ = runtime::Now();
  if (auto opened = OpenFiles(); !opened) return Failed(opened.error());
  if (auto opened = OpenPool(); !opened) return Failed(opened.error());
  started_ = swiped_ = runtime::Now();
  PlayReport report(options_.url, started_);
  // Before the decoders' libraries, which the loader takes one after the other: the window can open
  // while they come.
  if (!options_.is_headless) devices::LoadWindowing();
  if (auto begun = Watch(rooms_[0]); !begun) return Failed(begun.error());
  // A window takes longer than a server's answer: it opens while the network works.
  if (auto opened = OpenScreen(); !opened) {
    room_.reset();
    return Failed(opened.error());
  }
  NameRooms();
  const Status shown = Show(report);
  return Finish(report, shown);
}

int PlayRun::Failed(const Error& error) {
  line_.Complain(ToString(error));
  return kExitFailed;
}

Status PlayRun::OpenFiles() {
  if (!line_.common().trace.empty()) {
    auto opened = TraceFile::Open(line_.common().trace);
    if (!opened) return Forward(opened);
    trace_ = std::move(*opened);
    config_.trace = trace_.get();
  }
  if (!options_.events.empty()) {
    auto opened = EventFile::Open(options_.events, started_);
    if (!opened) return Forward(opened);
    events_ = std::move(*opened);
  }
  if (options_.dump.empty()) return {};
  return pictures_.StartDump(options_.dump, kUnknownRate);
}

Status PlayRun::OpenPool() {
  if (options_.preload.empty()) return {};
  auto pool = PreloadPool::Create({.play = config_});
  if (!pool) return Forward(pool);
  pool_ = std::move(*pool);
  return {};
}

// Shows `url` instead of what is watched, which is left afterwards: leaving takes a goodbye.
Status PlayRun::Watch(const std::string& url) {
  PlayerConfig config = config_;
  config.url = url;
  if (url != options_.url) {
    // They are the first room's.
    config.fallback_url.clear();
    config.qualities.clear();
  }
  auto sound =
      options_.is_headless ? devices::CreateHeadlessAudioOutput() : devices::CreateSdlAudioOutput();
  auto made = WatchedRoom::Make(
      std::move(config), std::move(sound), status_,
      {.on_event =
           [this, play = ++plays_](const PlayEvent& event, const PlayerStats& stats) {
             const auto* changed = std::get_if<TracksEvent>(&event);
             if (changed != nullptr && changed->tracks.video) {
               pictures_.SetFrameRate(changed->tracks.video->frame_rate);
             }
             if (!events_) return;
             const auto metric = MetricOf(event, stats, runtime::Now());
             if (metric) events_->Write(play, *metric);
           },
       .picture_ready = [this] { waker_.Wake(); }});
  if (!made) return Forward(made);
  Player& player = (*made)->player();
  player.SetVolume(volume_);
  if (is_muted_) player.Mute();
  if (options_.is_looped) {
    if (auto set = player.SetRepeat(Repeat::kForever); !set) return set;
  }
  if (plays_ == 1 && !options_.record.empty()) {
    if (auto begun = player.StartRecording(options_.record); !begun) return begun;
  }
  pictures_.SetSource(&player.pictures());
  if (auto begun = player.Start(); !begun) {
    pictures_.SetSource(room_ ? &room_->player().pictures() : nullptr);
    return begun;
  }
  std::swap(room_, *made);
  if (!*made) return {};
  if (leaving_.joinable()) leaving_.join();
  (*made)->player().Mute();
  (*made)->player().Stop();
  leaving_ = std::thread([left = std::move(*made)]() mutable { left.reset(); });
  return {};
}

Status PlayRun::OpenScreen() {
  const Timestamp begin = runtime::Now();
  auto screen =
      options_.is_headless ? OpenHeadlessScreen(pictures_) : OpenWindow(pictures_, "onair-play");
  if (!screen) return Forward(screen);
  screen_ = std::move(*screen);
  if (trace_) trace_->Span(begin, runtime::Now(), "play.screen_open");
  waker_.Bind(*screen_);
  return {};
}

// Until the end, whoever wants it.
Status PlayRun::Show(PlayReport& report) {
  const Timestamp end = options_.duration_s > 0
                            ? started_ + TimeDelta::SecondsF(options_.duration_s)
                            : Timestamp::PlusInfinity();
  std::vector<ScriptStep> steps = options_.steps;
  std::size_t next_step = 0;
  Timestamp next_row = started_ + kRow;
  Timestamp next_health = started_ + kHealth;
  while (!room_->progress().is_over() && runtime::Now() < end && !HasShownEnough() &&
         !wants_quit_) {
    auto input = screen_->Turn(kTurn);
    if (!input) return Forward(input);
    if (input->wants_quit || stop_.WaitUntil(Timestamp::Zero())) break;
    for (const int key : input->keys) {
      const auto action = ActionOf(key);
      if (!action) continue;
      if (auto done = Act(*action, ""); !done) return done;
    }
    const Timestamp now = runtime::Now();
    while (next_step < steps.size() && now - started_ >= steps[next_step].at) {
      const ScriptStep& step = steps[next_step];
      // A picture that is not there yet is waited for.
      if (step.action == PlayAction::kSnapshot && pictures_.presented() == 0) break;
      if (auto done = Act(step.action, step.value); !done) return done;
      ++next_step;
    }
    NoteZap();
    if (now >= next_row) {
      next_row += kRow;
      ShowRow(report, now);
    }
    if (events_ && now >= next_health) {
      next_health += kHealth;
      events_->Write(plays_, HealthMetric(room_->player().stats(), now));
    }
  }
  for (; next_step < steps.size(); ++next_step) {
    const ScriptStep& step = steps[next_step];
    if (step.action != PlayAction::kSnapshot || pictures_.presented() == 0) continue;
    if (auto done = TakeSnapshot(step.value); !done) return done;
  }
  return {};
}

// What goes wrong with the last bytes is to be told as well.
void PlayRun::FinishRecording() {
  room_->player().StopRecording();
  const Timestamp deadline = runtime::Now() + kFileWithin;
  while (room_->progress().is_recording() && runtime::Now() < deadline) {
    static_cast<void>(stop_.WaitUntil(runtime::Now() + kTurn));
  }
}

Status PlayRun::Zap(std::size_t room) {
  if (room == watched_) {
    status_.Say("no other room: see --preload");
    return {};
  }
  NoteZap();
  swiped_ = runtime::Now();
  config_.preload = pool_;
  if (auto watched = Watch(rooms_[room]); !watched) return watched;
  watched_ = room;
  zaps_.push_back(
      {swiped_ - started_, NameOf(rooms_[room]), room_->player().stats().preloaded, std::nullopt});
  NameRooms();
  return {};
}

// The neighbours in both directions are as near.
void PlayRun::NameRooms() {
  if (!pool_) return;
  std::vector<PreloadRoom> named;
  for (std::size_t i = 0; i < rooms_.size(); ++i) {
    if (i == watched_) continue;
    const std::size_t ahead = (i + rooms_.size() - watched_) % rooms_.size();
    named.push_back({rooms_[i], static_cast<int>(std::min(ahead, rooms_.size() - ahead))});
  }
  pool_->SetRooms(std::move(named));
}

void PlayRun::NoteZap() {
  const auto shown_at = pictures_.first_presented_at();
  if (!shown_at) return;
  if (!zaps_.empty() && !zaps_.back().took) zaps_.back().took = *shown_at - swiped_;
}

void PlayRun::ShowRow(PlayReport& report, Timestamp now) {
  const PlayerStats stats = room_->player().stats();
  report.Sample(stats, now);
  kbps_ = report.kbps();
  status_.Show(report.StatusText(stats, now), now);
  if (has_overlay_) overlay_.SetContent(DescribePlay(stats, kbps_));
}

bool PlayRun::HasShownEnough() const {
  return options_.frames > 0 && pictures_.presented() >= options_.frames;
}

int PlayRun::Finish(const PlayReport& report, const Status& shown) {
  const Timestamp ended = runtime::Now();
  NoteZap();
  screen_->Stop();
  FinishRecording();
  const PlayerStats stats = room_->player().stats();
  const std::optional<PreloadStats> preload = pool_ ? std::optional(pool_->stats()) : std::nullopt;
  pictures_.SetSource(nullptr);
  auto error = room_->progress().error();
  const bool has_video = room_->progress().has_video();
  const std::string url = room_->url();
  const std::vector<SwitchRow> switches = room_->progress().switches(started_);
  room_.reset();  // Bounded: at most half a second.
  if (leaving_.joinable()) leaving_.join();

  if (!error && !shown) error = shown.error();
  const bool has_sound_only = !has_video && stats.session.audio_frames_received > 0;
  if (!error && stats.frames_presented == 0 && !has_sound_only) {
    error = Error{ErrorCode::kStalled, "nothing was shown"};
  }
  int exit_status = kExitDone;
  const auto complain = [&](const Error& e) { exit_status = Failed(e); };
  if (error) complain(Error{error->code, "cannot play " + NameOf(url) + ": " + error->detail});
  if (auto dumped = pictures_.FinishDump(); !dumped) complain(dumped.error());
  if (!line_.common().report.empty()) {
    auto written = WriteReport(line_.common().report,
                               report.Finish(stats, {zaps_, preload, switches}, error, ended));
    if (!written) complain(written.error());
  }
  if (events_) {
    events_->Write(plays_, EndMetric(stats, error, ended));
    if (auto closed = events_->Close(); !closed) complain(closed.error());
  }
  pool_.reset();
  config_.preload.reset();
  if (trace_) {
    if (auto closed = trace_->Close(); !closed) complain(closed.error());
  }
  return exit_status;
}

}  // namespace onair::samples
