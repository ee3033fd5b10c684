// SPDX-License-Identifier: Apache-2.0
#include "core/api/congestion_control.h"

namespace onair::cc {
namespace {

constexpr DataRate kLowest = DataRate::KilobitsPerSec(50);
constexpr DataRate kHighest = DataRate::KilobitsPerSec(50'000);
constexpr DataRate kMostAudio = DataRate::KilobitsPerSec(512);

Status Refuse(const char* field) {
  return Fail(ErrorCode::kInvalidConfig, field);
}

}  // namespace

Status ControllerConfig::Validate() const {
  if (min_rate < kLowest || min_rate > kHighest) return Refuse("min_rate");
  if (max_rate < min_rate || max_rate > kHighest) return Refuse("max_rate");
  if (start_rate < min_rate || start_rate > max_rate) return Refuse("start_rate");
  if (audio_rate < DataRate::Zero() || audio_rate > kMostAudio) return Refuse("audio_rate");
  return {};
}

}  // namespace onair::cc
