// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "core/media/media_time.h"
#include "transport/rtp/ntp_time.h"
#include "transport/rtp/payload_clock.h"

namespace onair::webrtc {

// Where one incoming stream stands on the line that all of a peer share: first by when it came,
// then by the capture times that packets carry, then by what the sender's reports tell. Pure,
// single-owner.
class StreamClock {
 public:
  explicit StreamClock(int clock_rate) : clock_rate_(clock_rate) {}

  // A frame with this RTP timestamp stands at `pts` on the stream's own line. Only the first
  // counts: the line runs on from there.
  void Anchor(std::uint32_t timestamp, MediaTime pts) {
    if (!anchor_) anchor_ = {Straighten(timestamp), pts};
  }
  bool is_anchored() const { return anchor_.has_value(); }

  // At `ntp` of the sender the stream stood at `timestamp`. Zero: the sender has no clock (RFC 3550
  // section 6.4.1).
  void OnSenderReport(rtp::NtpTime ntp, std::uint32_t timestamp) {
    if (ntp.bits() != 0) report_ = {Straighten(timestamp), ntp.utc()};
  }
  // What stood at `timestamp` was captured then by a clock that need not be the sender's. The first
  // counts: reports, which soon follow, do not jitter.
  void OnCaptureTime(rtp::NtpTime ntp, std::uint32_t timestamp) {
    if (!captured_) captured_ = {Straighten(timestamp), ntp.utc()};
  }

  // A wall clock at zero of the stream's line: the sender's, the capturer's. Nothing before an
  // anchor and the first word of that clock.
  std::optional<UtcTime> zero() const { return ZeroBy(report_); }
  std::optional<UtcTime> zero_of_capture() const { return ZeroBy(captured_); }

 private:
  struct AnchorPoint {
    std::int64_t ticks;
    MediaTime pts;
  };
  struct Report {
    std::int64_t ticks;
    UtcTime utc;
  };

  // Each timestamp is taken for the one nearest to the last: half a turn is 6.6 hours at 90 kHz,
  // and reports come every few seconds.
  std::int64_t Straighten(std::uint32_t timestamp) {
    ticks_ += static_cast<std::int32_t>(timestamp - static_cast<std::uint32_t>(ticks_));
    return ticks_;
  }

  std::optional<UtcTime> ZeroBy(const std::optional<Report>& report) const {
    if (!anchor_ || !report) return std::nullopt;
    const std::int64_t ticks = report->ticks - anchor_->ticks;
    const TimeDelta since = rtp::MediaOf(ticks, clock_rate_) - MediaTime::Zero();
    return report->utc + (MediaTime::Zero() - (anchor_->pts + since));
  }

  int clock_rate_;
  std::int64_t ticks_ = 0;  // Its lower half is the last timestamp.
  std::optional<AnchorPoint> anchor_;
  std::optional<Report> report_;
  std::optional<Report> captured_;
};

// How far the sound of a peer has to move to meet its pictures. Pure, single-owner.
class SoundShift {
 public:
  // After news of a clock. Steps below 5 ms nobody hears; whole seconds are a sender's broken
  // clock, not its sound.
  void Update(const StreamClock& video, const StreamClock& audio) {
    if (Follow(video.zero(), audio.zero())) return;
    Follow(video.zero_of_capture(), audio.zero_of_capture());
  }
  TimeDelta shift() const { return shift_; }

 private:
  static constexpr TimeDelta kLeastStep = TimeDelta::Millis(5);
  static constexpr TimeDelta kMost = TimeDelta::Seconds(5);

  // False: one of them is not known.
  bool Follow(const std::optional<UtcTime>& pictures, const std::optional<UtcTime>& sound) {
    if (!pictures || !sound) return false;
    const TimeDelta shift = *sound - *pictures;
    if (shift > kMost || shift < TimeDelta::Zero() - kMost) return true;
    const TimeDelta step = shift - shift_;
    if (step > kLeastStep || step < TimeDelta::Zero() - kLeastStep) shift_ = shift;
    return true;
  }

  TimeDelta shift_ = TimeDelta::Zero();
};

}  // namespace onair::webrtc
