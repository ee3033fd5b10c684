// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "core/api/render_ports.h"
#include "core/media/audio_block.h"
#include "core/units/time.h"
#include "platform/runtime/mutex.h"
#include "platform/sdk/audio_renderer.h"
#include "platform/sdk/player_stats.h"
#include "platform/sdk/speaker.h"

namespace onair {

// What is heard of a player: the device that the app gave, what goes there in the stream's present
// format, and how loud. Without a device sound is dropped. thread-safe, except SetOutput() and
// Release().
class PlayerSound {
 public:
  // Before Begin(); null: none. `on_opened` as in Speaker.
  void SetOutput(std::unique_ptr<AudioOutput> output, Speaker::OnOpened on_opened);
  bool has_output() const { return speaker_ != nullptr; }

  // Sound of this format begins: where its blocks go, null without a device. `on_lead` as in
  // AudioRenderer; a device that hangs may call it when the player is gone.
  std::shared_ptr<AudioRenderer> Begin(const AudioFormat& format, AudioRenderer::OnLead on_lead);

  // Linear gain, clamped to [0, 1]; muted, it is kept and not heard.
  void SetVolume(double gain);
  void SetMuted(bool is_muted);

  // How much later than the line says sound is heard; empty while nothing sounds.
  std::optional<TimeDelta> error() const;
  // What of `stats` is of sound.
  void Fill(PlayerStats& stats) const;

  // Begins to close the device.
  void Close();
  // Waits for that, within the device's 300 ms (Speaker).
  void Release() { speaker_.reset(); }

 private:
  void ApplyVolume() ONAIR_REQUIRES(mutex_);

  std::unique_ptr<Speaker> speaker_;
  mutable runtime::Mutex mutex_;
  std::shared_ptr<AudioRenderer> renderer_ ONAIR_GUARDED_BY(mutex_);
  double volume_ ONAIR_GUARDED_BY(mutex_) = 1.0;
  bool is_muted_ ONAIR_GUARDED_BY(mutex_) = false;
};

}  // namespace onair
