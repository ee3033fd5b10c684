// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp_schedule.h"

#include <algorithm>

namespace onair::rtp {
namespace {

constexpr int kQuickReports = 3;
constexpr TimeDelta kQuickInterval = TimeDelta::Millis(250);

}  // namespace

void ReportSchedule::Start(Timestamp now) {
  if (next_.is_finite() || sent_ > 0) return;
  next_ = now + kFirst + kFirst.Scaled(rng_.Fraction() * 0.9);
}

void ReportSchedule::OnSent(DataSize size, DataRate rate, Timestamp now) {
  ++sent_;
  const TimeDelta share = std::min(size / rate * kRateShare, kMaxInterval);
  const TimeDelta wanted = std::max(sent_ < kQuickReports ? kQuickInterval : kInterval, share);
  // RFC 3550 section 6.3.1: by a factor of [0.5, 1.5], so that the reports of many do not meet.
  next_ = now + wanted.Scaled(0.5 + rng_.Fraction());
}

bool RoundTrip::OnAnswer(std::uint32_t reported_at, std::uint32_t held, NtpTime now) {
  if (reported_at == 0) return false;
  const auto units = static_cast<std::int32_t>(now.compact() - held - reported_at);
  // A held time that is rounded up makes a round trip of nearly none look negative.
  const TimeDelta sample = CompactSpan(static_cast<std::uint32_t>(std::max(units, 0)));
  if (units < -0x10000 / 100 || sample > kMax) return false;
  least_ = least_ ? std::min(*least_, sample) : sample;
  // RFC 6298 section 2: a weight of 1/8.
  smoothed_ = smoothed_ ? *smoothed_ + (sample - *smoothed_) / 8 : sample;
  return true;
}

}  // namespace onair::rtp
