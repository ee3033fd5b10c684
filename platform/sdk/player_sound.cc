// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/player_sound.h"

#include <utility>

namespace onair {

void PlayerSound::SetOutput(std::unique_ptr<AudioOutput> output, Speaker::OnOpened on_opened) {
  speaker_ = output == nullptr ? nullptr
                               : std::make_unique<Speaker>(std::move(output), std::move(on_opened));
}

std::shared_ptr<AudioRenderer> PlayerSound::Begin(const AudioFormat& format,
                                                  AudioRenderer::OnLead on_lead) {
  if (!speaker_) return nullptr;
  auto renderer = std::make_shared<AudioRenderer>(format, std::move(on_lead));
  {
    const runtime::MutexLock lock(mutex_);
    renderer_ = renderer;
    ApplyVolume();
  }
  // Sound must never hold a picture up: the device opens on its own thread.
  speaker_->Play(renderer);
  return renderer;
}

void PlayerSound::SetVolume(double gain) {
  const runtime::MutexLock lock(mutex_);
  volume_ = gain;
  ApplyVolume();
}

void PlayerSound::SetMuted(bool is_muted) {
  const runtime::MutexLock lock(mutex_);
  is_muted_ = is_muted;
  ApplyVolume();
}

std::optional<TimeDelta> PlayerSound::error() const {
  const runtime::MutexLock lock(mutex_);
  if (!renderer_) return std::nullopt;
  return renderer_->error();
}

void PlayerSound::Fill(PlayerStats& stats) const {
  const runtime::MutexLock lock(mutex_);
  if (!renderer_) return;
  stats.audio_gaps = renderer_->gaps();
  stats.longest_audio_gap = renderer_->longest_gap();
  stats.first_heard_at = renderer_->first_heard_at();
}

void PlayerSound::Close() {
  if (speaker_) speaker_->Close();
}

void PlayerSound::ApplyVolume() {
  if (renderer_) renderer_->SetVolume(is_muted_ ? 0 : volume_);
}

}  // namespace onair
