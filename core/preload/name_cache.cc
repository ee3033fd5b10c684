// SPDX-License-Identifier: Apache-2.0
#include "core/preload/name_cache.h"

#include <algorithm>

namespace onair::preload {
namespace {

// Share of its lifetime after which a name in use is asked again.
// Source: ours; unbound prefetches in the last tenth, a live viewer's lifetimes are short and a
// phone's answers slow.
constexpr double kRefreshAt = 0.75;

// Never sooner than this, however short the lifetimes: asking ahead must not become polling.
// Source: ours; the shortest lifetime that DNS can say.
constexpr TimeDelta kLeastRefresh = TimeDelta::Seconds(1);

}  // namespace

void NameCache::OnAnswer(const std::string& host, const NameAnswer& answer, Timestamp now) {
  if (answer.addresses.empty()) return OnFailure(host, now);
  Name& name = NameOf(host);
  const TimeDelta ttl =
      std::clamp(answer.ttl.value_or(config_.unknown_ttl), config_.least_ttl, config_.most_ttl);
  name.addresses = answer.addresses;
  name.is_asked = false;
  name.expires_at = now + ttl;
  name.stale_until = name.expires_at + config_.stale_for;
  name.recheck_at = Timestamp::MinusInfinity();
  const bool is_in_use = now - name.looked_up_at <= config_.keep_fresh;
  const bool asks_ahead = is_in_use && ttl > TimeDelta::Zero();
  name.refresh_at = asks_ahead ? now + std::max(ttl.Scaled(kRefreshAt), kLeastRefresh)
                               : Timestamp::PlusInfinity();
}

void NameCache::OnFailure(const std::string& host, Timestamp now) {
  ++stats_.failures;
  Name& name = NameOf(host);
  name.is_asked = false;
  name.recheck_at = now + config_.recheck_after;
  name.refresh_at = Timestamp::PlusInfinity();
}

NameCache::Found NameCache::Lookup(const std::string& host, Timestamp now) {
  Name& name = NameOf(host);
  name.looked_up_at = now;
  Found found;
  const bool has_any = !name.addresses.empty();
  if (has_any && now < name.expires_at) {
    ++stats_.hits;
    found.freshness = Freshness::kFresh;
  } else if (has_any && now < name.stale_until) {
    ++stats_.stale;
    found.freshness = Freshness::kStale;
  } else {
    ++stats_.misses;
  }
  if (found.freshness != Freshness::kNone) found.addresses = name.addresses;
  // Who has nothing else asks at once, whatever failed before.
  const bool may_ask = found.freshness == Freshness::kNone || now >= name.recheck_at;
  if (found.freshness != Freshness::kFresh && may_ask && !name.is_asked) {
    name.is_asked = true;
    found.should_ask = true;
  }
  found.is_asked = name.is_asked;
  return found;
}

std::vector<std::string> NameCache::TakeDue(Timestamp now) {
  std::vector<std::string> due;
  for (auto& [host, name] : names_) {
    if (name.refresh_at > now) continue;
    name.refresh_at = Timestamp::PlusInfinity();
    if (name.is_asked || now - name.looked_up_at > config_.keep_fresh) continue;
    name.is_asked = true;
    ++stats_.refreshes;
    due.push_back(host);
  }
  return due;
}

void NameCache::OnNetworkChanged(Timestamp now) {
  for (auto& [host, name] : names_) {
    // An answer that is under way was asked for on the old network.
    name.is_asked = false;
    name.expires_at = std::min(name.expires_at, now);
    name.recheck_at = Timestamp::MinusInfinity();
    const bool is_in_use = now - name.looked_up_at <= config_.keep_fresh;
    name.refresh_at = is_in_use ? now : Timestamp::PlusInfinity();
  }
}

Timestamp NameCache::wake_at() const {
  Timestamp first = Timestamp::PlusInfinity();
  for (const auto& [host, name] : names_) first = std::min(first, name.refresh_at);
  return first;
}

NameCacheStats NameCache::stats() const {
  NameCacheStats stats = stats_;
  stats.names = names_.size();
  return stats;
}

NameCache::Name& NameCache::NameOf(const std::string& host) {
  const auto known = names_.find(host);
  if (known != names_.end()) return known->second;
  if (names_.size() >= config_.names) Evict();
  return names_[host];
}

void NameCache::Evict() {
  const auto oldest = std::min_element(names_.begin(), names_.end(), [](auto& a, auto& b) {
    return a.second.looked_up_at < b.second.looked_up_at;
  });
  names_.erase(oldest);
  ++stats_.evictions;
}

}  // namespace onair::preload
