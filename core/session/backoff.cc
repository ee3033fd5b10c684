// SPDX-License-Identifier: Apache-2.0
#include "core/session/backoff.h"

#include <algorithm>

namespace onair::session {

std::optional<TimeDelta> Backoff::Next() {
  if (failed_ >= config_.max_attempts) return std::nullopt;
  double wait = config_.first_delay.seconds_f();
  const double longest = config_.max_delay.seconds_f();
  for (int i = 0; i < failed_ && wait < longest; ++i) wait *= config_.factor;
  ++failed_;
  const double spread = 1.0 + config_.jitter * (2.0 * rng_.Fraction() - 1.0);
  return TimeDelta::SecondsF(std::min(wait, longest) * spread);
}

Error GivenUp(const ReconnectConfig& config, const Error& last) {
  if (config.max_attempts == 0) return last;
  return {ErrorCode::kRetriesExhausted, "last failure: " + ToString(last), last.native_code};
}

}  // namespace onair::session
