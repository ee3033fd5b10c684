// SPDX-License-Identifier: Apache-2.0
//
// What keys and script do.
#include <algorithm>
#include <cstdlib>

#include "platform/runtime/clock.h"
#include "samples/play/play_run.h"

namespace onair::samples {
namespace {

constexpr TimeDelta kKeyStep = TimeDelta::Seconds(10);
constexpr double kVolumeStep = 0.1;

}  // namespace

Status PlayRun::Act(PlayAction action, const std::string& value) {
  switch (action) {
    case PlayAction::kOverlay:
      has_overlay_ = !has_overlay_;
      overlay_.SetContent(DescribePlay(room_->player().stats(), kbps_));
      screen_->SetOverlay(has_overlay_ ? &overlay_ : nullptr);
      return {};
    case PlayAction::kMute:
      is_muted_ = !is_muted_;
      if (is_muted_) {
        room_->player().Mute();
      } else {
        room_->player().Unmute();
      }
      return {};
    case PlayAction::kSnapshot:
      return TakeSnapshot(value);
    case PlayAction::kNext:
      return Zap((watched_ + 1) % rooms_.size());
    case PlayAction::kPrevious:
      return Zap((watched_ + rooms_.size() - 1) % rooms_.size());
    case PlayAction::kVolume:
      SetVolume(std::strtod(value.c_str(), nullptr));
      return {};
    case PlayAction::kLouder:
      SetVolume(volume_ + kVolumeStep);
      return {};
    case PlayAction::kQuieter:
      SetVolume(volume_ - kVolumeStep);
      return {};
    case PlayAction::kRecord:
    case PlayAction::kStopRecord:
    case PlayAction::kRecordOrStop:
      return ActOnRecording(action, value);
    case PlayAction::kSwitch:
      return SwitchTo(value);
    case PlayAction::kQuality:
      return SetQuality(value == "auto" ? 0 : std::strtoul(value.c_str(), nullptr, 10));
    case PlayAction::kNextQuality:
      return SetQuality((quality_ + 1) % (options_.qualities.size() + 1));
    case PlayAction::kPause:
    case PlayAction::kResume:
    case PlayAction::kPauseOrResume:
    case PlayAction::kSeek:
    case PlayAction::kForward:
    case PlayAction::kBack:
      return ActOnFile(action, value);
    case PlayAction::kNetwork:
      if (pool_) {
        pool_->SetNetworkCost(value == "metered" ? NetworkCost::kMetered : NetworkCost::kFree);
      }
      return {};
    case PlayAction::kQuit:
      wants_quit_ = true;
      return {};
  }
  return {};
}

void PlayRun::SetVolume(double volume) {
  volume_ = std::clamp(volume, 0.0, 1.0);
  room_->player().SetVolume(volume_);
}

// Live streams refuse: that is said and is no reason to end.
Status PlayRun::ActOnFile(PlayAction action, const std::string& value) {
  Player& player = room_->player();
  const auto say = [this](const Status& done) {
    if (!done) status_.Say(ToString(done.error()));
  };
  const PlayerStats stats = player.stats();
  const TimeDelta here = stats.place.position.value_or(TimeDelta::Zero());
  const bool is_paused = stats.session.state == PlayState::kPaused;
  if (action == PlayAction::kSeek) {
    say(player.Seek(TimeDelta::SecondsF(std::strtod(value.c_str(), nullptr))));
  } else if (action == PlayAction::kForward) {
    say(player.Seek(here + kKeyStep));
  } else if (action == PlayAction::kBack) {
    say(player.Seek(here - kKeyStep));
  } else if (action == PlayAction::kPause || (action == PlayAction::kPauseOrResume && !is_paused)) {
    say(player.Pause());
  } else {
    say(player.Resume());
  }
  return {};
}

// By key: a name of its own, as for snapshots.
Status PlayRun::ActOnRecording(PlayAction action, const std::string& value) {
  Player& player = room_->player();
  if (action == PlayAction::kRecord) return player.StartRecording(value);
  const bool is_key = action == PlayAction::kRecordOrStop;
  if (is_key && !room_->progress().is_recording()) {
    const std::string own = "onair-" + std::to_string(runtime::UtcNow().us() / 1000) + ".mp4";
    const Status begun = player.StartRecording(own);
    if (!begun) status_.Say(ToString(begun.error()));
    return {};
  }
  player.StopRecording();
  return {};
}

// By key: a name of its own, and no reason to end when it fails.
Status PlayRun::TakeSnapshot(const std::string& path) {
  if (!path.empty()) return pictures_.Snapshot(path);
  const std::string own = "onair-" + std::to_string(runtime::UtcNow().us() / 1000) + ".png";
  const Status taken = pictures_.Snapshot(own);
  status_.Say(taken ? "snapshot " + own : ToString(taken.error()));
  return {};
}

// What cannot be had is said and is no reason to end.
Status PlayRun::SwitchTo(const std::string& url) {
  const Status begun = room_->player().SwitchTo(url);
  if (!begun) status_.Say(ToString(begun.error()));
  return {};
}

// 0: the player chooses, where it knows the rates.
Status PlayRun::SetQuality(std::size_t index) {
  if (options_.qualities.empty()) {
    status_.Say("no other quality: see --qualities");
    return {};
  }
  if (index == 0 && room_->player().ChooseQuality()) {
    quality_ = 0;
    return {};
  }
  quality_ = std::clamp<std::size_t>(index, 1, options_.qualities.size());
  return SwitchTo(options_.qualities[quality_ - 1]);
}

}  // namespace onair::samples
