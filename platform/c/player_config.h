// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "onair/player.h"
#include "platform/sdk/player.h"

namespace onair::c {

// What `in` means to a player; an address is wanted. kInvalidConfig, kUnsupported.
Result<PlayerConfig> ReadConfig(const onair_player_config& in);
// The same without its address and its pool.
Result<PlayerConfig> ReadPlaying(const onair_player_config& in);

}  // namespace onair::c
