// SPDX-License-Identifier: Apache-2.0
//
// States as they stand in traces. Private to the room.
#pragma once

#include <string_view>

#include "core/api/events.h"

namespace onair::session {

constexpr std::string_view NameOf(PublishState state) {
  switch (state) {
    case PublishState::kConnecting:
      return "connecting";
    case PublishState::kLive:
      return "live";
    case PublishState::kReconnecting:
      return "reconnecting";
    case PublishState::kEnded:
      return "ended";
  }
  return "";
}

constexpr std::string_view NameOf(PlayState state) {
  switch (state) {
    case PlayState::kConnecting:
      return "connecting";
    case PlayState::kPlaying:
      return "playing";
    case PlayState::kStalled:
      return "stalled";
    case PlayState::kReconnecting:
      return "reconnecting";
    case PlayState::kEnded:
      return "ended";
    case PlayState::kAwaitingPublisher:
      return "awaiting publisher";
    case PlayState::kPaused:
      return "paused";
  }
  return "";
}

constexpr std::string_view NameOf(NetworkTrouble trouble) {
  switch (trouble) {
    case NetworkTrouble::kNone:
      return "none";
    case NetworkTrouble::kSlow:
      return "slow";
    case NetworkTrouble::kSilent:
      return "silent";
  }
  return "";
}

}  // namespace onair::session
