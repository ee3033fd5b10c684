// SPDX-License-Identifier: Apache-2.0
#include "samples/play/watched_room.h"

#include <utility>

#include "core/base/url.h"
#include "platform/runtime/clock.h"
#include "platform/sdk/fallback_url.h"

namespace onair::samples {
namespace {

constexpr std::size_t kMostSwitches = 1000;

}  // namespace

std::string NameOf(const std::string& text) {
  const auto url = ParseUrl(text);
  return url ? Redact(*url) : text;
}

Progress::Progress(StatusLine& status, TimeDelta patience, FirstError first_error)
    : status_(status), waits_until_(runtime::Now() + patience), first_error_(first_error) {}

void Progress::OnEvent(const PlayEvent& event) {
  const std::lock_guard lock(mutex_);
  if (const auto* sound = std::get_if<SoundFailedEvent>(&event)) {
    status_.Say("no sound: " + ToString(sound->error));
  }
  if (const auto* tracks = std::get_if<TracksEvent>(&event)) {
    has_video_ = tracks->tracks.video.has_value();
  }
  if (const auto* sought = std::get_if<SeekedEvent>(&event); sought != nullptr && sought->error) {
    status_.Say("cannot seek: " + ToString(*sought->error));
  }
  if (const auto* file = std::get_if<RecordingEvent>(&event)) OnRecording(*file);
  if (const auto* change = std::get_if<SwitchEvent>(&event)) OnSwitch(*change);
  if (const auto* state = std::get_if<PlayStateEvent>(&event)) OnState(*state);
}

void Progress::OnState(const PlayStateEvent& event) {
  has_played_ = has_played_ || event.state == PlayState::kPlaying;
  if (event.state == PlayState::kReconnecting && event.error) {
    if (!has_played_ && !IsEarly(*event.error)) {
      if (first_error_ == FirstError::kEnds) return End(event.error);
      held_error_ = event.error;
      return status_.Say("looking elsewhere: " + ToString(*event.error));
    }
    status_.Say((has_played_ ? "reconnecting: " : "waiting for the publisher: ") +
                ToString(*event.error));
  }
  if (event.state == PlayState::kAwaitingPublisher) status_.Say("waiting for the publisher");
  if (event.state == PlayState::kEnded) End(event.error);
}

void Progress::OnSwitch(const SwitchEvent& event) {
  if (event.phase == SwitchPhase::kBegan) return;
  switches_.push_back({runtime::Now(), event});
  if (switches_.size() > kMostSwitches) switches_.pop_front();
  const bool is_done = event.phase == SwitchPhase::kDone;
  if (is_done) return status_.Say("now from " + NameOf(event.url));
  if (!event.error) return;
  status_.Say("not from " + NameOf(event.url) + ": " + ToString(*event.error));
  const bool is_last = event.cause == SwitchCause::kFallback && !has_played_ && held_error_;
  if (is_last) End(held_error_);
}

std::vector<SwitchRow> Progress::switches(Timestamp started) const {
  const std::lock_guard lock(mutex_);
  std::vector<SwitchRow> rows;
  for (const auto& [at, event] : switches_) {
    rows.push_back({at - started, event.cause, NameOf(event.url), event.phase == SwitchPhase::kDone,
                    event.error, event.took});
  }
  return rows;
}

void Progress::OnRecording(const RecordingEvent& event) {
  if (event.state == RecordingState::kBegan) {
    ++files_open_;
    return status_.Say("recording " + event.path);
  }
  if (files_open_ > 0) --files_open_;
  if (event.error && !recording_error_) recording_error_ = event.error;
  status_.Say(event.error ? "recording ended: " + ToString(*event.error)
                          : "recorded " + event.path);
}

bool Progress::is_recording() const {
  const std::lock_guard lock(mutex_);
  return files_open_ > 0;
}

bool Progress::is_over() const {
  const std::lock_guard lock(mutex_);
  return is_over_;
}
bool Progress::has_video() const {
  const std::lock_guard lock(mutex_);
  return has_video_;
}
std::optional<Error> Progress::error() const {
  const std::lock_guard lock(mutex_);
  if (error_ && error_->code == ErrorCode::kStreamEnded && has_played_) return recording_error_;
  return error_ ? error_ : recording_error_;
}

// A server that knows no such stream yet. Whoever cannot be reached at all is a wrong address
// more often than a bad moment.
bool Progress::IsEarly(const Error& error) const {
  const bool is_absent =
      error.code == ErrorCode::kStreamNotFound || error.code == ErrorCode::kHttpNotFound;
  return is_absent && runtime::Now() < waits_until_;
}

void Progress::End(const std::optional<Error>& error) {
  if (!is_over_) error_ = error;
  is_over_ = true;
}

WatchedRoom::WatchedRoom(const PlayerConfig& config, StatusLine& status)
    : url_(config.url),
      progress_(status, config.session.publisher_gap,
                FallbackOf(config, config.url) ? Progress::FirstError::kFallsBack
                                               : Progress::FirstError::kEnds) {}

Result<std::unique_ptr<WatchedRoom>> WatchedRoom::Make(PlayerConfig config,
                                                       std::unique_ptr<AudioOutput> sound,
                                                       StatusLine& status, Hooks hooks) {
  std::unique_ptr<WatchedRoom> room(new WatchedRoom(config, status));
  auto player = Player::Create(
      config, [](auto task) { task(); },
      [self = room.get(), on_event = std::move(hooks.on_event)](const PlayEvent& event) {
        const bool is_first = std::holds_alternative<FirstPictureEvent>(event);
        on_event(event, is_first ? self->player_->stats() : PlayerStats{});
        self->progress_.OnEvent(event);
      });
  if (!player) return Forward(player);
  room->player_ = std::move(*player);
  room->player_->SetAudioOutput(std::move(sound));
  room->player_->SetPictureReady(std::move(hooks.picture_ready));
  return room;
}

}  // namespace onair::samples
