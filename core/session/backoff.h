// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/api/reconnect_config.h"
#include "core/base/rng.h"

namespace onair::session {

// Waits between attempts: exponential with jitter. Pure.
class Backoff {
 public:
  Backoff(const ReconnectConfig& config, Rng rng) : config_(config), rng_(rng) {}

  // The wait before the next attempt; empty when the attempts in a row are used up.
  [[nodiscard]] std::optional<TimeDelta> Next();
  // The same, but no sooner than a server asked for, up to max_delay.
  [[nodiscard]] std::optional<TimeDelta> Next(std::optional<TimeDelta> least);
  // The last attempt was a lasting success.
  void Reset() { failed_ = 0; }

 private:
  ReconnectConfig config_;
  Rng rng_;
  int failed_ = 0;
};

// Waits between looks for a publisher who left: quick ones, without an end of their own.
ReconnectConfig LooksForPublisher(ReconnectConfig config);

// What a session ends with when Next() is empty after `last`.
Error GivenUp(const ReconnectConfig& config, const Error& last);

}  // namespace onair::session
