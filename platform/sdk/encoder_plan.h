// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/sdk/publisher.h"

namespace onair {

// What the encoders of a publisher are asked for, so that every destination can take what they
// give.
struct EncoderPlan {
  // One for all. Beside a realtime destination (IsRealtime()) H.264 is constrained baseline, key
  // frames are small, and nothing is held back to look ahead.
  std::optional<VideoConfig> video;
  // Realtime destinations take Opus, others what the app chose; one where that is the same.
  std::vector<AudioConfig> audio;
};

// Pure. `config` is valid.
EncoderPlan PlanEncoders(const PublisherConfig& config);

// Which of the plan's sounds a destination takes; empty for a stream without sound.
std::optional<AudioCodec> SoundFor(const PublisherConfig& config, const std::string& url);

}  // namespace onair
