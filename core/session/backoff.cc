// SPDX-License-Identifier: Apache-2.0
#include "core/session/backoff.h"

#include <algorithm>
#include <limits>

namespace onair::session {
namespace {

// Waits between looks for a publisher who left. Source: ours; the longest is about a GOP, which a
// viewer waits for anyway, and all viewers of a stream look in these seconds.
constexpr TimeDelta kShortestLook = TimeDelta::Millis(100);
constexpr TimeDelta kLongestLook = TimeDelta::Seconds(1);

}  // namespace

std::optional<TimeDelta> Backoff::Next() {
  if (failed_ >= config_.max_attempts) return std::nullopt;
  double wait = config_.first_delay.seconds_f();
  const double longest = config_.max_delay.seconds_f();
  for (int i = 0; i < failed_ && wait < longest; ++i) wait *= config_.factor;
  ++failed_;
  const double spread = 1.0 + config_.jitter * (2.0 * rng_.Fraction() - 1.0);
  return TimeDelta::SecondsF(std::min(wait, longest) * spread);
}

std::optional<TimeDelta> Backoff::Next(std::optional<TimeDelta> least) {
  const auto wait = Next();
  if (!wait || !least) return wait;
  return std::clamp(*least, *wait, std::max(config_.max_delay, *wait));
}

// As many as the gap has room for.
ReconnectConfig LooksForPublisher(ReconnectConfig config) {
  config.max_attempts = std::numeric_limits<int>::max();
  config.max_delay = std::clamp(config.max_delay, kShortestLook, kLongestLook);
  config.first_delay = std::clamp(config.first_delay, kShortestLook, config.max_delay);
  config.jitter = std::min(config.jitter, 0.5);
  return config;
}

Error GivenUp(const ReconnectConfig& config, const Error& last) {
  if (config.max_attempts == 0) return last;
  return {ErrorCode::kRetriesExhausted, "last failure: " + ToString(last), last.native_code};
}

}  // namespace onair::session
