// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "core/media/media_time.h"
#include "transport/rtp/ntp_time.h"
#include "transport/rtp/payload_clock.h"

namespace onair::webrtc {

// Where one incoming stream stands on the line that all of a peer share: first by when it came,
// then by what the sender's reports tell. Pure, single-owner.
class StreamClock {
 public:
  explicit StreamClock(int clock_rate) : clock_rate_(clock_rate) {}

  // A frame with this RTP timestamp stands at `pts` on the stream's own line. Only the first
  // counts: the line runs on from there.
  void Anchor(std::uint32_t timestamp, MediaTime pts) {
    if (!anchor_) anchor_ = {timestamp, pts};
  }
  bool is_anchored() const { return anchor_.has_value(); }

  // At `utc` of the sender the stream stood at `timestamp`.
  void OnSenderReport(rtp::NtpTime ntp, std::uint32_t timestamp) {
    report_ = {timestamp, ntp.utc()};
  }

  // The sender's wall clock at zero of the stream's line; nothing before anchor and report.
  std::optional<UtcTime> zero() const {
    if (!anchor_ || !report_) return std::nullopt;
    const auto ticks = static_cast<std::int32_t>(report_->timestamp - anchor_->timestamp);
    const TimeDelta since = rtp::MediaOf(ticks, clock_rate_) - MediaTime::Zero();
    return report_->utc + (MediaTime::Zero() - (anchor_->pts + since));
  }

 private:
  struct AnchorPoint {
    std::uint32_t timestamp;
    MediaTime pts;
  };
  struct Report {
    std::uint32_t timestamp;
    UtcTime utc;
  };

  int clock_rate_;
  std::optional<AnchorPoint> anchor_;
  std::optional<Report> report_;
};

// How far the sound of a peer has to move to meet its pictures. Pure, single-owner.
class SoundShift {
 public:
  // After a report. Steps below 5 ms nobody hears; whole seconds are a sender's broken clock, not
  // its sound.
  void Update(const StreamClock& video, const StreamClock& audio) {
    const auto pictures = video.zero();
    const auto sound = audio.zero();
    if (!pictures || !sound) return;
    const TimeDelta shift = *sound - *pictures;
    if (shift > kMost || shift < TimeDelta::Zero() - kMost) return;
    const TimeDelta step = shift - shift_;
    if (step > kLeastStep || step < TimeDelta::Zero() - kLeastStep) shift_ = shift;
  }
  TimeDelta shift() const { return shift_; }

 private:
  static constexpr TimeDelta kLeastStep = TimeDelta::Millis(5);
  static constexpr TimeDelta kMost = TimeDelta::Seconds(5);

  TimeDelta shift_ = TimeDelta::Zero();
};

}  // namespace onair::webrtc
