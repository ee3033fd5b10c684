// SPDX-License-Identifier: Apache-2.0
//
// When reports leave, and how long a round trip takes.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/rng.h"
#include "core/units/data.h"
#include "transport/rtp/ntp_time.h"

namespace onair::rtp {

// A decider. Single-owner.
class ReportSchedule {
 public:
  explicit ReportSchedule(Rng rng) : rng_(rng) {}

  // Media began: without a first report soon a receiver plays sound and pictures unsynced.
  void Start(Timestamp now);
  Timestamp wake_at() const { return next_; }
  // Reports of `size` left at `now`; `rate` is that of the whole session.
  void OnSent(DataSize size, DataRate rate, Timestamp now);

  // Source: ours; within 100 to 200 ms of the first packet, then until the third report quickly.
  static constexpr TimeDelta kFirst = TimeDelta::Millis(100);
  // Source: libwebrtc cd6792e5 rtp_rtcp/source/rtcp_sender.cc, 1 s for video.
  static constexpr TimeDelta kInterval = TimeDelta::Seconds(1);
  // RFC 3550 section 6.2: RTCP takes 5 % of the session's rate.
  static constexpr std::int64_t kRateShare = 20;
  // RFC 3550 section 6.2 asks for 5 s between reports at least where the rate is not known; a rate
  // that is nearly none must not silence us for longer.
  static constexpr TimeDelta kMaxInterval = TimeDelta::Seconds(5);

 private:
  Rng rng_;
  Timestamp next_ = Timestamp::PlusInfinity();
  int sent_ = 0;
};

// The round trip from reports (RFC 3550 section 6.4.1, RFC 3611 section 4.5). Single-owner.
class RoundTrip {
 public:
  // `reported_at`: the compact time in our report that was answered; `held`: by the peer, in
  // 1/65536 s. False: not a time of ours, or a negative span; nothing changed.
  bool OnAnswer(std::uint32_t reported_at, std::uint32_t held, NtpTime now);

  // Smoothed; nothing before the first answer.
  std::optional<TimeDelta> smoothed() const { return smoothed_; }
  std::optional<TimeDelta> least() const { return least_; }
  // For timers: something in any case.
  TimeDelta estimate() const { return smoothed_.value_or(kUnknown); }

  // Source: libwebrtc cd6792e5 nack_requester.cc kDefaultRtt.
  static constexpr TimeDelta kUnknown = TimeDelta::Millis(100);
  // A longer one is a lie or a clock that was set.
  static constexpr TimeDelta kMax = TimeDelta::Seconds(20);

 private:
  std::optional<TimeDelta> smoothed_;
  std::optional<TimeDelta> least_;
};

}  // namespace onair::rtp
