// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/arrival_log.h"

#include <algorithm>
#include <cstddef>

namespace onair::rtp {
namespace {

// An IP and UDP header, SRTCP's trailer, and a feedback of a few packets.
constexpr std::int64_t kFeedbackBytes = 100;
// Of which it is 5 %. What came first says nothing of it: a small packet that came late was taken
// for a slow line, and one report in ten came after 100 ms.
constexpr DataSize kWorthTelling = DataSize::Bytes(kFeedbackBytes * 20);
// About what fits one datagram.
constexpr std::size_t kFull = rtcp::kMaxStatuses / 2;

}  // namespace

ArrivalLog::ArrivalLog() {
  arrivals_.reserve(rtcp::kMaxStatuses);
}

void ArrivalLog::OnPacket(std::uint16_t sequence, DataSize size, Timestamp now) {
  const std::int64_t number = line_.Unwrap(sequence);
  if (base_ < 0) base_ = number;
  if (number < base_ - static_cast<std::int64_t>(rtcp::kMaxStatuses) / 2) {
    ++stats_.too_late;
    return;
  }
  // From the back: packets come in order but for a few.
  std::size_t at = arrivals_.size();
  while (at > 0 && arrivals_[at - 1].sequence > number) --at;
  if (at > 0 && arrivals_[at - 1].sequence == number) {
    ++stats_.duplicates;
    return;
  }
  received_ += size;
  ++stats_.packets;
  due_ = std::max(now, last_ + Interval());
  arrivals_.insert(arrivals_.begin() + static_cast<std::ptrdiff_t>(at), {number, now});
  if (arrivals_.size() >= kFull) due_ = now;
  if (arrivals_.size() == rtcp::kMaxStatuses) arrivals_.erase(arrivals_.begin());
}

// Feedback every kMinInterval where that is 5 % of what came since the last, or less.
TimeDelta ArrivalLog::Interval() const {
  return received_ >= kWorthTelling ? kMinInterval : kMaxInterval;
}

bool ArrivalLog::Write(std::uint32_t sender_ssrc, std::uint32_t media_ssrc, Timestamp now,
                       SpanWriter& out) {
  if (arrivals_.empty()) return false;
  const std::int64_t first = arrivals_.front().sequence;
  // A packet that comes late, and a hole that no feedback holds, move the base.
  if (first < base_ || first - base_ >= static_cast<std::int64_t>(rtcp::kMaxStatuses))
    base_ = first;
  const std::size_t told = rtcp::WriteTransportFeedback({.sender_ssrc = sender_ssrc,
                                                         .media_ssrc = media_ssrc,
                                                         .base_sequence = base_,
                                                         .feedback_count = feedback_count_},
                                                        arrivals_, out);
  if (told == 0) {
    // Kept: what nobody told of counts as lost at the sender.
    due_ = now + kMinInterval;
    return false;
  }
  ++feedback_count_;
  ++stats_.feedbacks;
  base_ = arrivals_[told - 1].sequence + 1;
  arrivals_.erase(arrivals_.begin(), arrivals_.begin() + static_cast<std::ptrdiff_t>(told));
  due_ = arrivals_.empty() ? Timestamp::PlusInfinity() : now;
  last_ = now;
  received_ = DataSize::Zero();
  return true;
}

}  // namespace onair::rtp
