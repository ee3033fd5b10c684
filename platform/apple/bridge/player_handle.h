// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "platform/apple/bridge/media.h"
#include "platform/sdk/player.h"
#include "platform/sdk/publisher.h"
#include "platform/sdk/pulled_sound.h"

namespace onair::apple {

enum class Sound { kPulled = 1, kNone = 2 };

// The picture that `source` has for `at` (seconds of ONNow(); 0: now). It counts as shown then.
std::optional<VideoFrame> TakeFrom(PictureSource& source, double at) noexcept;

// A player whose every call is safe from Objective-C. thread-safe.
class PlayerHandle {
 public:
  static Result<std::unique_ptr<PlayerHandle>> Open(const PlayerConfig& config, Sound sound,
                                                    Executor executor,
                                                    Player::Listener listener) noexcept;

  Status Start() noexcept;
  void Stop() noexcept;
  void Close() noexcept;

  Status SwitchTo(const std::string& url) noexcept;
  Status PinQuality(std::size_t index) noexcept;
  Status ChooseQuality() noexcept;

  // It counts as shown then. `at`: seconds of ONNow(); 0: now.
  std::optional<VideoFrame> TakePicture(double at) noexcept;
  std::optional<VideoFrame> ShownPicture() noexcept;
  // Another display, which takes over.
  std::shared_ptr<PictureSource> HandOverPictures() noexcept;
  // As SoundTap::Pull(). kInvalidState without sound.
  Status PullSound(std::span<float> out, std::size_t frame_count, double heard_at,
                   AudioFormat& format) noexcept;

  void SetVolume(double gain) noexcept;
  void SetMuted(Mute mute) noexcept;
  Status Pause() noexcept;
  Status Resume() noexcept;
  // Seconds. kInvalidConfig naming "position" where they are no number.
  Status Seek(double position) noexcept;
  Status SetRepeat(Repeat repeat) noexcept;
  void TakeSnapshot(const std::string& path) noexcept;
  Status StartRecording(const std::string& path) noexcept;
  void StopRecording() noexcept;
  Status NetworkChanged(const std::string& address) noexcept;

  Result<PlayerStats> stats() const noexcept;

 private:
  PlayerHandle() = default;

  std::unique_ptr<Player> player_;
  std::shared_ptr<SoundTap> sound_;  // Null: none.
};

}  // namespace onair::apple
