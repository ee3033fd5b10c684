// SPDX-License-Identifier: Apache-2.0
//
// Settings as Java hands them over: names and values in order, a later one replaces an earlier.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "platform/sdk/player.h"
#include "platform/sdk/preload_pool.h"
#include "platform/sdk/publisher.h"

namespace onair::jni {

// Name, value, name, value.
using Pairs = std::vector<std::string>;

// Ranges are judged by who is made of them; kInvalidConfig names what is unknown or no number.
struct PublisherSettings {
  PublisherConfig config;
  std::string policy;  // In JSON; empty: none.
  bool refreshes_url = false;
  std::optional<TimeDelta> stats_every;
};
Result<PublisherSettings> ReadPublisher(const Pairs& pairs);

struct PlayerSettings {
  PlayerConfig config;
  bool pulls_sound = false;
  std::optional<TimeDelta> stats_every;
};
Result<PlayerSettings> ReadPlayer(const Pairs& pairs);

Result<PreloadConfig> ReadPreload(const Pairs& pairs);

}  // namespace onair::jni
