// SPDX-License-Identifier: Apache-2.0
#include <cstddef>

#include "platform/sdk/media_session.h"
#include "platform/sdk/play_session.h"
#include "platform/sdk/player.h"

namespace onair {
namespace {

constexpr std::size_t kMostQualities = 16;

Status CheckQualities(const PlayerConfig& config) {
  const auto& all = config.qualities;
  if (all.empty()) return {};
  if (all.size() > kMostQualities) return Fail(ErrorCode::kInvalidConfig, "qualities: over 16");
  bool has_url = false;
  DataRate before = DataRate::Zero();
  for (const PlayQuality& one : all) {
    if (auto status = CheckPlayable(one.url); !status) return status;
    if (IsMediaPlay(one.url)) return Fail(ErrorCode::kUnsupported, "qualities: " + one.url);
    if (one.rate <= before)
      return Fail(ErrorCode::kInvalidConfig, "qualities: rates not ascending");
    before = one.rate;
    has_url = has_url || one.url == config.url;
  }
  if (!has_url) return Fail(ErrorCode::kInvalidConfig, "qualities: url is not among them");
  return {};
}

}  // namespace

Status PlayerConfig::Validate() const {
  if (auto status = CheckPlayable(url); !status) return status;
  if (decode_threads < 1 || decode_threads > 16) {
    return Fail(ErrorCode::kInvalidConfig, "decode_threads");
  }
  if (!fallback_url.empty()) {
    if (auto status = CheckPlayable(fallback_url); !status) return status;
    if (IsMediaPlay(fallback_url)) return Fail(ErrorCode::kUnsupported, "fallback_url");
  }
  if (auto status = fallback.Validate(); !status) return status;
  if (auto status = CheckQualities(*this); !status) return status;
  if (auto status = quality.Validate(); !status) return status;
  return session.Validate();
}

}  // namespace onair
