// SPDX-License-Identifier: Apache-2.0
//
// A viewer without pictures: what of a stream could be decoded, and how it would have looked.
#pragma once

#include <cstdint>
#include <vector>

#include "core/media/encoded_frame.h"

namespace onair::twin {

// Follows the chain of references: a frame decodes when the one that it refers to did, a key
// frame always. Frames carry the numbers of FakeEncoder. Pure.
class FakeDecoder {
 public:
  // True: a picture comes out.
  bool Take(const EncodedFrame& frame);

  std::int64_t decoded() const { return decoded_; }
  // Arrived and useless: the chain was broken before it.
  std::int64_t broken() const { return broken_; }
  // Numbers that never came, up to the latest that did.
  std::int64_t missing() const { return latest_ + 1 - decoded_ - broken_; }

 private:
  std::int64_t decoded_ = 0;
  std::int64_t broken_ = 0;
  std::int64_t latest_ = -1;
  std::int64_t reference_ = -2;  // Of the latest decoded frame that others refer to; -2: none.
};

struct FakeRendererConfig {
  // A picture is due this long after its capture. Range [0, 60 s].
  TimeDelta playout_delay = TimeDelta::Millis(500);
  // Source: transport facts, "freeze: display gap > 150 ms".
  TimeDelta freeze_gap = TimeDelta::Millis(150);
};

// Shows each picture when it is due, or when it comes if that is later. Pure.
class FakeRenderer {
 public:
  explicit FakeRenderer(const FakeRendererConfig& config) : config_(config) {}

  // A decoded picture that was captured and arrived then; in order.
  void Take(Timestamp captured_at, Timestamp arrived);

  struct Stats {
    std::int64_t shown = 0;
    std::int64_t late = 0;  // Shown after they were due.
    std::int64_t freezes = 0;
    TimeDelta frozen = TimeDelta::Zero();  // What gaps took beyond freeze_gap.
    TimeDelta longest_gap = TimeDelta::Zero();
    TimeDelta watched = TimeDelta::Zero();  // From the first to the last picture.
  };
  const Stats& stats() const { return stats_; }
  double freeze_share() const;
  // Of capture to arrival. `share` in [0, 1]; zero before the first picture.
  TimeDelta DelayQuantile(double share) const;

 private:
  FakeRendererConfig config_;
  Timestamp first_shown_ = Timestamp::PlusInfinity();
  Timestamp last_shown_ = Timestamp::MinusInfinity();
  std::vector<std::int64_t> delays_us_;
  Stats stats_;
};

}  // namespace onair::twin
