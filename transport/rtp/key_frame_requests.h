// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/units/time.h"

namespace onair::rtp {

// When a stream's sender is asked for a key frame: once, and again until one comes, but not more
// often than it could have answered. Lost key frames must not end in a storm of requests. A
// decider.
class KeyFrameRequests {
 public:
  // Source: transport practice; libwebrtc's receivers ask every 300 ms at most (rtp_video_stream_
  // receiver2.cc), and an encoder needs a picture's time beside the round trip.
  static constexpr TimeDelta kMinInterval = TimeDelta::Millis(300);

  void Want() { is_wanted_ = true; }
  void OnKeyFrame() { is_wanted_ = false; }

  // Infinity while none is wanted.
  Timestamp wake_at(TimeDelta rtt) const {
    return is_wanted_ ? asked_at_ + std::max(rtt, kMinInterval) : Timestamp::PlusInfinity();
  }
  // True: ask now; it counts as asked.
  [[nodiscard]] bool TakeDue(TimeDelta rtt, Timestamp now) {
    if (wake_at(rtt) > now) return false;
    asked_at_ = now;
    ++requests_;
    return true;
  }
  std::int64_t requests() const { return requests_; }

 private:
  bool is_wanted_ = false;
  Timestamp asked_at_ = Timestamp::MinusInfinity();
  std::int64_t requests_ = 0;
};

}  // namespace onair::rtp
