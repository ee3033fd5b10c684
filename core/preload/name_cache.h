// SPDX-License-Identifier: Apache-2.0
//
// What is known of host names, and when to ask again: a cache that refreshes ahead of time and
// serves stale answers rather than none (RFC 8767). A decider: asks nobody itself.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/api/name_source.h"

namespace onair::preload {

// Counters only grow.
struct NameCacheStats {
  std::int64_t hits = 0;       // Fresh answers at once.
  std::int64_t misses = 0;     // Nothing usable was there.
  std::int64_t stale = 0;      // Lookups that found only a stale answer.
  std::int64_t refreshes = 0;  // Asked ahead of time.
  std::int64_t failures = 0;
  std::int64_t evictions = 0;
  std::size_t names = 0;  // Now.
};

// Pure. Single-owner. `config` is valid.
class NameCache {
 public:
  enum class Freshness { kNone = 1, kFresh = 2, kStale = 3 };
  struct Found {
    Freshness freshness = Freshness::kNone;
    std::vector<IpAddress> addresses;  // Empty with kNone.
    // The source is to be asked: OnAnswer() or OnFailure() must follow.
    bool should_ask = false;
    bool is_asked = false;  // An answer is on its way, or will be when it is asked for.
  };

  explicit NameCache(const NameCacheConfig& config) : config_(config) {}

  void OnAnswer(const std::string& host, const NameAnswer& answer, Timestamp now);
  void OnFailure(const std::string& host, Timestamp now);

  // Somebody wants to connect there.
  [[nodiscard]] Found Lookup(const std::string& host, Timestamp now);
  // Names to ask now, ahead of time; OnAnswer() or OnFailure() must follow for each.
  [[nodiscard]] std::vector<std::string> TakeDue(Timestamp now);
  // Another network: addresses chosen for the old one may be far away or out of reach. They serve
  // as stale ones only.
  void OnNetworkChanged(Timestamp now);

  // When TakeDue() has something; infinity: never.
  Timestamp wake_at() const;
  NameCacheStats stats() const;

 private:
  struct Name {
    std::vector<IpAddress> addresses;
    Timestamp expires_at = Timestamp::MinusInfinity();
    Timestamp refresh_at = Timestamp::PlusInfinity();
    Timestamp stale_until = Timestamp::MinusInfinity();
    Timestamp recheck_at = Timestamp::MinusInfinity();
    Timestamp looked_up_at = Timestamp::MinusInfinity();
    bool is_asked = false;
  };

  Name& NameOf(const std::string& host);
  void Evict();

  const NameCacheConfig config_;
  std::map<std::string, Name> names_;
  NameCacheStats stats_;
};

}  // namespace onair::preload
