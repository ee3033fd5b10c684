// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "core/units/time.h"

namespace onair::edge {

// Whether a viewer still answers what he is sent. One who went without a word, or whose line broke,
// gets nothing more than what keeps his session alive: ICE's consent (RFC 7675 section 5.1) ends
// only after 30 seconds, too long to fill a line for nobody. Pure; `now` does not decrease.
class ViewerSilence {
 public:
  // Source: ours; he tells of packets each 100 ms or so, and radio lines that are away for less
  // come back to pictures that are still whole.
  static constexpr TimeDelta kOfWhoTellsPackets = TimeDelta::Seconds(3);
  // RFC 3550 section 6.2: reports are due each 5 seconds; RFC 7675 section 5.1: checks too, times
  // 0.8 to 1.2. And a round trip, and one of them lost.
  static constexpr TimeDelta kOfOthers = TimeDelta::Seconds(13);

  // `heard`: all authentic packets of his so far.
  void OnHeard(std::int64_t heard) {
    if (heard != heard_) unanswered_since_.reset();
    heard_ = heard;
  }
  // Media left for him.
  void OnSent(Timestamp now) {
    if (!unanswered_since_) unanswered_since_ = now;
  }

  enum class Tells { kPackets = 1, kOthers = 2 };
  bool IsGone(Tells tells, Timestamp now) const {
    const TimeDelta most = tells == Tells::kPackets ? kOfWhoTellsPackets : kOfOthers;
    return unanswered_since_ && now - *unanswered_since_ >= most;
  }

 private:
  std::int64_t heard_ = 0;
  std::optional<Timestamp> unanswered_since_;
};

}  // namespace onair::edge
