// SPDX-License-Identifier: Apache-2.0
//
// Who says where a host is. An app with a name service of its own (HTTPDNS) gives one; without,
// the system is asked.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/machine/ip_address.h"
#include "core/units/time.h"

namespace onair {

// Where a host is.
struct NameAnswer {
  // In the order of preference; an answer without any counts as a failure.
  std::vector<IpAddress> addresses;
  // How long they hold; empty where the source does not say.
  std::optional<TimeDelta> ttl;
};

// thread-safe.
class NameSource {
 public:
  // Takes the answer; any thread may call it.
  using Done = std::function<void(Result<NameAnswer>)>;

  virtual ~NameSource() = default;

  // Must not block. Calls `done` at most once, on any thread, also in place and also after this
  // source is gone. Literal addresses never come here. A failure is kResolveFailed.
  virtual void Ask(const std::string& host, Done done) = 0;
};

// How answers are kept. Built once; Validate() runs before first use.
struct NameCacheConfig {
  // Lifetime of answers whose source says none, as the system does. Range [1 s, 1 day]. Longer
  // saves questions and sticks to a server that moved.
  TimeDelta unknown_ttl = TimeDelta::Seconds(60);

  // Lifetimes outside are brought into these. Ranges [0 s, 1 h] and [least_ttl, 7 days].
  // Source: RFC 8767 section 4 for the upper end; below 5 s every join would ask.
  TimeDelta least_ttl = TimeDelta::Seconds(5);
  TimeDelta most_ttl = TimeDelta::Seconds(24 * 3600);

  // Names looked up within this time are asked again when three quarters of their lifetime are
  // over, so that nobody waits for them. Range [0 s, 1 day]; 0 asks only when somebody does.
  // Source: ours; a viewer who still zaps comes back to a host within minutes.
  TimeDelta keep_fresh = TimeDelta::Seconds(600);

  // Answers past their lifetime still serve when asking fails or takes longer than `stale_wait`,
  // for this long. Range [0 s, 7 days]; 0 never.
  // RFC 8767 section 5: "The maximum stale timer should be configurable [...] 1 to 3 days".
  TimeDelta stale_for = TimeDelta::Seconds(24 * 3600);

  // How long somebody waits for a fresh answer where there is a stale one. Range [0 s, 10 s].
  // RFC 8767 section 5 recommends 1.8 s for resolvers; a viewer has no such time.
  // Source: ours; two round trips of 100 ms.
  TimeDelta stale_wait = TimeDelta::Millis(200);

  // After a failure the source is not asked again for this long while a stale answer serves.
  // Range [0 s, 1 h]. RFC 8767 section 5: "the resolution recheck timer [...] 30 seconds".
  TimeDelta recheck_after = TimeDelta::Seconds(30);

  // Names kept; one more takes the place of the one asked for longest ago. Range [1, 4096].
  std::size_t names = 64;

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

}  // namespace onair
