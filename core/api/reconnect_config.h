// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/units/time.h"

namespace onair {

// How a session tries again after a retryable error: exponential backoff with jitter.
// Read when an attempt fails; Validate() runs before first use.
struct ReconnectConfig {
  // Attempts in a row without success before the session ends with kRetriesExhausted.
  // Range [0, 1000]; 0 never reconnects. More keeps trying longer on a dead server.
  // Source: ours; with the delays below about two minutes, a lift or a tunnel.
  int max_attempts = 20;

  // Wait before the first retry. Range [0 ms, 60 s]. Lower returns sooner after a hiccup
  // and hits a restarting server harder.
  // Source: ours; below what a viewer's buffer of 1 s covers.
  TimeDelta first_delay = TimeDelta::Millis(300);

  // Longest wait. Range [first_delay, 10 min].
  // Source: ours; a returning network is used within this time.
  TimeDelta max_delay = TimeDelta::Seconds(8);

  // Growth per failed attempt. Range [1.0, 10.0].
  double factor = 2.0;

  // Each wait is multiplied by a random number in [1 - jitter, 1 + jitter], so that clients
  // of a restarted server do not return in step. Range [0.0, 1.0].
  double jitter = 0.3;

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

}  // namespace onair
