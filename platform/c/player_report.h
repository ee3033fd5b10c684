// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "onair/player.h"
#include "platform/sdk/player.h"

namespace onair::c {

// `tell` gets the event in the words of the interface; its texts live for the call.
void TellEvent(const PlayEvent& event, const std::function<void(const onair_play_event&)>& tell);

onair_player_stats NumbersOf(const PlayerStats& stats);

}  // namespace onair::c
