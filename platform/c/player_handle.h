// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>

#include "onair/player.h"
#include "platform/c/answer.h"
#include "platform/sdk/callback_thread.h"
#include "platform/sdk/player.h"
#include "platform/sdk/pulled_sound.h"

struct onair_player {
  onair::CallbackThread callbacks;  // Outlives who tells on it.
  std::unique_ptr<onair::Player> player;
  std::shared_ptr<onair::SoundTap> sound;  // Null: no sound is asked for.
  onair_player_stats_fn on_stats = nullptr;
  void* user = nullptr;
  onair::TimeDelta stats_every = onair::TimeDelta::Seconds(1);
  std::atomic<bool> is_stopped{false};
};

namespace onair::c {

// Runs `body` on a player that is there.
template <typename Body>
onair_code With(onair_player* handle, Body&& body) noexcept {
  return Guarded([&]() -> Status {
    if (handle == nullptr) return Refuse("player");
    return body(*handle);
  });
}

}  // namespace onair::c
