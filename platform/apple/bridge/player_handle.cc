// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/bridge/player_handle.h"

#include <algorithm>
#include <utility>

#include "platform/apple/bridge/guarded.h"
#include "platform/apple/bridge/property_names.h"
#include "platform/runtime/clock.h"

namespace onair::apple {
namespace {

// Unlike capture, showing lies ahead.
Timestamp MomentOf(double seconds) {
  if (!(seconds > 0 && seconds < 1e12)) return runtime::Now();
  return Timestamp::Micros(static_cast<std::int64_t>(seconds * 1e6));
}

}  // namespace

std::optional<VideoFrame> TakeFrom(PictureSource& source, double at) noexcept {
  std::optional<VideoFrame> taken;
  Try([&] {
    const Timestamp when = MomentOf(at);
    taken = source.TakePicture(when);
    if (!taken) return;
    source.OnPresented(*taken, {when, runtime::UtcNow() + (when - runtime::Now())});
  });
  return taken;
}

Result<std::unique_ptr<PlayerHandle>> PlayerHandle::Open(const PlayerConfig& config, Sound sound,
                                                         Executor executor,
                                                         Player::Listener listener) noexcept {
  return Guarded([&]() -> Result<std::unique_ptr<PlayerHandle>> {
    std::unique_ptr<PlayerHandle> handle(new PlayerHandle);
    auto player = Player::Create(config, std::move(executor), std::move(listener));
    if (!player) return ForwardByProperty(player);
    handle->player_ = std::move(*player);
    if (sound == Sound::kPulled) {
      handle->sound_ = std::make_shared<SoundTap>();
      handle->player_->SetAudioOutput(MakePulledOutput(handle->sound_));
    }
    return handle;
  });
}

Status PlayerHandle::Start() noexcept {
  return Guarded([&] { return player_->Start(); });
}
void PlayerHandle::Stop() noexcept {
  Try([&] { player_->Stop(); });
}
void PlayerHandle::Close() noexcept {
  Try([&] { player_->Close(); });
}

Status PlayerHandle::SwitchTo(const std::string& url) noexcept {
  return Guarded([&] { return player_->SwitchTo(url); });
}
Status PlayerHandle::PinQuality(std::size_t index) noexcept {
  return Guarded([&] { return player_->PinQuality(index); });
}
Status PlayerHandle::ChooseQuality() noexcept {
  return Guarded([&] { return player_->ChooseQuality(); });
}

std::optional<VideoFrame> PlayerHandle::TakePicture(double at) noexcept {
  return TakeFrom(player_->pictures(), at);
}
std::optional<VideoFrame> PlayerHandle::ShownPicture() noexcept {
  std::optional<VideoFrame> shown;
  Try([&] { shown = player_->shown_picture(); });
  return shown;
}
std::shared_ptr<PictureSource> PlayerHandle::HandOverPictures() noexcept {
  std::shared_ptr<PictureSource> pictures;
  Try([&] { pictures = player_->HandOverPictures(); });
  return pictures;
}

Status PlayerHandle::PullSound(std::span<float> out, std::size_t frame_count, double heard_at,
                               AudioFormat& format) noexcept {
  format = {};
  if (!sound_) {
    std::fill(out.begin(), out.end(), 0.0F);
    return Fail(ErrorCode::kInvalidState, "playsSound");
  }
  if (frame_count < 1) return Refuse("frameCount");
  return Guarded([&] { return sound_->Pull(out, frame_count, MomentOf(heard_at), format); });
}

void PlayerHandle::SetVolume(double gain) noexcept {
  if (!(gain == gain)) return;
  Try([&] { player_->SetVolume(gain); });
}
void PlayerHandle::SetMuted(Mute mute) noexcept {
  Try([&] {
    if (mute == Mute::kOn) {
      player_->Mute();
    } else {
      player_->Unmute();
    }
  });
}
Status PlayerHandle::Pause() noexcept {
  return Guarded([&] { return player_->Pause(); });
}
Status PlayerHandle::Resume() noexcept {
  return Guarded([&] { return player_->Resume(); });
}
Status PlayerHandle::Seek(double position) noexcept {
  if (!(position > -1e12 && position < 1e12)) return Refuse("position");
  return Guarded(
      [&] { return player_->Seek(TimeDelta::Micros(static_cast<std::int64_t>(position * 1e6))); });
}
Status PlayerHandle::SetRepeat(Repeat repeat) noexcept {
  return Guarded([&] { return player_->SetRepeat(repeat); });
}

void PlayerHandle::TakeSnapshot(const std::string& path) noexcept {
  Try([&] { player_->TakeSnapshot(path); });
}
Status PlayerHandle::StartRecording(const std::string& path) noexcept {
  return Guarded([&] { return player_->StartRecording(path); });
}
void PlayerHandle::StopRecording() noexcept {
  Try([&] { player_->StopRecording(); });
}

Status PlayerHandle::NetworkChanged(const std::string& address) noexcept {
  const auto from = ReadAddress(address);
  if (!from) return Forward(from);
  return Guarded([&]() -> Status {
    player_->NetworkChanged(*from);
    return {};
  });
}

Result<PlayerStats> PlayerHandle::stats() const noexcept {
  return Guarded([&]() -> Result<PlayerStats> { return player_->stats(); });
}

}  // namespace onair::apple
