// SPDX-License-Identifier: Apache-2.0
#include "core/relay/ring.h"

#include <utility>

namespace onair::relay {

static_assert(sizeof(Ring::Slot) <= static_cast<std::size_t>(kEntryCharge.bytes()));

void Ring::Push(EncodedFrame frame, MediaTime head, std::uint64_t tracks_version, Begins begins) {
  const std::uint64_t sequence = end();
  const auto size = static_cast<std::int64_t>(frame.payload.size());
  const bool is_video = frame.track() == TrackKind::kVideo;
  slots_.push_back({Entry{std::move(frame), sequence, {}}, totals_, tracks_version,
                    std::exchange(standing_at_end_, 0)});
  head_ = head;
  totals_.bytes += size;
  totals_.charged += size + kEntryCharge.bytes();
  totals_.video += is_video ? 1 : 0;
  totals_.audio += is_video ? 0 : 1;
  if (begins != Begins::kNothing) newest_point_ = sequence;
  if (begins == Begins::kGop && config_.gop_cache == GopCache::kOn) cache_start_ = sequence;
}

void Ring::Trim() {
  if (cache_start_ && Exceeds(*cache_start_, config_.cache_span, config_.cache_size)) {
    cache_start_.reset();
  }
  while (!slots_.empty() && !IsNeeded(front_)) {
    lost_ += slots_.front().standing;
    slots_.pop_front();
    ++front_;
  }
}

std::optional<std::uint64_t> Ring::newest_point() const {
  const bool is_there = newest_point_ && Holds(*newest_point_) && !IsTooFarBack(*newest_point_);
  return is_there ? newest_point_ : std::nullopt;
}

bool Ring::IsNeeded(std::uint64_t sequence) const {
  if (cache_start_ && sequence >= *cache_start_) return true;
  const bool is_wanted = At(sequence).standing > 0 || (lost_ > 0 && sequence == newest_point_);
  return is_wanted && !IsTooFarBack(sequence);
}

// Inside the cached GOP nobody is too far back: there is no newer point to jump to, and the
// cache has its own bound.
bool Ring::IsTooFarBack(std::uint64_t sequence) const {
  if (cache_start_ && sequence >= *cache_start_) return false;
  return Exceeds(sequence, config_.backlog_span, config_.backlog_size);
}

void Ring::Stand(std::uint64_t sequence) {
  if (sequence == end()) {
    ++standing_at_end_;
  } else {
    ++At(sequence).standing;
  }
}

void Ring::Leave(std::uint64_t sequence) {
  if (sequence == end()) {
    --standing_at_end_;
  } else if (Holds(sequence)) {
    --At(sequence).standing;
  } else {
    --lost_;
  }
}

Totals Ring::TotalsAt(std::uint64_t sequence) const {
  return sequence == end() ? totals_ : At(sequence).before;
}

TimeDelta Ring::SpanFrom(std::uint64_t sequence) const {
  return sequence == end() ? TimeDelta::Zero() : head_ - At(sequence).entry.frame.dts;
}

DataSize Ring::size() const {
  return DataSize::Bytes(totals_.bytes - TotalsAt(front_).bytes);
}

bool Ring::Exceeds(std::uint64_t sequence, TimeDelta span, DataSize size) const {
  return SpanFrom(sequence) > span ||
         DataSize::Bytes(totals_.charged - At(sequence).before.charged) > size;
}

}  // namespace onair::relay
