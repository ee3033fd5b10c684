// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/nack_requests.h"

#include <algorithm>

namespace onair::rtp {
namespace {

// What was learned of reordering is halved after this long without any.
// Source: ours; longer than a Wi-Fi burst, shorter than a change of network.
constexpr TimeDelta kWaitHalfLife = TimeDelta::Seconds(2);

}  // namespace

NackRequests::NackRequests() {
  missing_.reserve(kMaxNackPackets);
}

void NackRequests::OnPacket(std::int64_t number, Arrived how, TimeDelta rtt, Timestamp now) {
  if (!newest_) newest_ = number;
  if (number <= *newest_) return Remove(number, how, rtt, now);
  if (number > *newest_ + 1) AddGap(*newest_ + 1, number, now);
  newest_ = number;
  DropOld();
}

void NackRequests::OnSent(std::int64_t number, Timestamp now) {
  if (!newest_ || number <= *newest_) return;
  AddGap(*newest_ + 1, number + 1, now);
  newest_ = number;
  DropOld();
}

void NackRequests::AddGap(std::int64_t first, std::int64_t end, Timestamp now) {
  if (missing_.size() + static_cast<std::size_t>(end - first) > kMaxNackPackets) {
    stats_.given_up += static_cast<std::int64_t>(missing_.size());
    missing_.clear();
    ++stats_.overflows;
    has_overflowed_ = true;
    return;
  }
  if (now - wait_learned_at_ > kWaitHalfLife) {
    wait_ = wait_ / 2;
    wait_learned_at_ = now;
  }
  stats_.missing += end - first;
  for (; first < end; ++first) missing_.push_back({.number = first, .since = now});
}

void NackRequests::Remove(std::int64_t number, Arrived how, TimeDelta rtt, Timestamp now) {
  const auto at = std::lower_bound(missing_.begin(), missing_.end(), number,
                                   [](const Missing& m, std::int64_t n) { return m.number < n; });
  if (at == missing_.end() || at->number != number) return;
  // Sooner than an answer to our first request can be here: it was only late.
  const bool is_early = !at->first_asked_at || now - *at->first_asked_at < rtt / 2;
  const bool is_reordered = how == Arrived::kItself && is_early;
  if (is_reordered) {
    ++stats_.reordered;
    LearnWait(now - at->since, now);
  } else {
    ++stats_.recovered;
  }
  missing_.erase(at);
}

void NackRequests::LearnWait(TimeDelta late, Timestamp now) {
  wait_ = std::max(wait_, std::min(late.Scaled(1.25), kMaxWait));
  wait_learned_at_ = now;
}

void NackRequests::OnKeyFrame(std::int64_t number) {
  std::erase_if(missing_, [&](const Missing& m) { return m.number < number; });
}

void NackRequests::DropOld() {
  const std::size_t before = missing_.size();
  std::erase_if(missing_, [&](const Missing& m) {
    return m.number < *newest_ - kMaxNackAge || m.requests >= kMaxNackRetries;
  });
  stats_.given_up += static_cast<std::int64_t>(before - missing_.size());
}

Timestamp NackRequests::DueAt(const Missing& missing, TimeDelta rtt) const {
  if (missing.requests == 0) return missing.since + wait_;
  const bool is_copied = missing.requests % 2 == 0;
  return missing.round_began +
         (is_copied ? rtt + kRepeatMargin : std::max(rtt / kCopyShare, kLeastCopyWait));
}

std::size_t NackRequests::Take(TimeDelta rtt, Timestamp now, std::span<std::uint16_t> out) {
  std::size_t taken = 0;
  for (Missing& missing : missing_) {
    if (taken == out.size()) break;
    if (missing.requests >= kMaxNackRetries || DueAt(missing, rtt) > now) continue;
    if (!missing.first_asked_at) missing.first_asked_at = now;
    if (missing.requests % 2 == 0) missing.round_began = now;
    ++missing.requests;
    out[taken++] = static_cast<std::uint16_t>(missing.number);
  }
  stats_.requests += static_cast<std::int64_t>(taken);
  return taken;
}

Timestamp NackRequests::wake_at(TimeDelta rtt) const {
  Timestamp at = Timestamp::PlusInfinity();
  for (const Missing& missing : missing_) {
    if (missing.requests < kMaxNackRetries) at = std::min(at, DueAt(missing, rtt));
  }
  return at;
}

bool NackRequests::TakeOverflow() {
  const bool has_overflowed = has_overflowed_;
  has_overflowed_ = false;
  return has_overflowed;
}

}  // namespace onair::rtp
