// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/line_estimate.h"

#include <algorithm>
#include <utility>

namespace onair::cc {
namespace {

// Three pictures: the newest look at the line that is more than one picture's chance. Shorter takes
// chance for the line, longer follows late. Source: ours; 60 to 200 ms over recorded networks.
constexpr TimeDelta kWindow = TimeDelta::Millis(100);
// The newest part of that work, once a queue tells that the line changed.
constexpr TimeDelta kNewest = TimeDelta::Millis(40);
constexpr TimeDelta kQueue = TimeDelta::Millis(15);
// Less work than that measures clocks and wake-ups.
constexpr double kLeastBusy = 0.008;  // Seconds.
constexpr int kLeastPackets = 4;

// A second's loss of trust in the most that was measured.
constexpr double kForget = 0.1;
// A train was drawn apart where it came out so much longer than it went in; pictures leave hardly
// above the line that is known.
constexpr double kDrawn = 1.1;
// Where the line swings it is likelier that it became slower. Source: ours; 1.04 to 1.1 over
// recorded and generated LTE, beside BBR.
constexpr double kDrawnSwinging = 1.07;
// Below this they stayed together for certain: a stall before them, of the air or of a busy host,
// or a queue that drains, is no slower line. Source: ours; 1.02 to 1.1 through the cases of RFC
// 8867.
constexpr double kTogether = 1.02;
// More than that above a wait that an open line may show is a queue.
constexpr double kHardly = 1.3;
constexpr double kClocks = 0.001;  // Seconds.
// A wait that HARQ or a station's turn makes, and that is over with the report that shows it.
constexpr TimeDelta kSpike = TimeDelta::Millis(40);
constexpr double kAsItWas = 0.9;

// What an open line may show: radio schedules within 5 to 10 ms, and a packet and a half waits for
// those before it. The second makes the one who sends less give way later: flows of this rule come
// to equal shares.
constexpr TimeDelta kTurns = TimeDelta::Millis(5);
constexpr DataSize kPackets = DataSize::Bytes(1800);

bool IsDrawnApart(const ServiceRate::Measure& measure, double by) {
  return measure.apart_after > measure.apart_before * by + kClocks;
}

}  // namespace

TimeDelta LineEstimate::FreeWaitAt(double bps) {
  return kTurns + kPackets / DataRate::BitsPerSec(static_cast<std::int64_t>(std::max(bps, 1e4)));
}

void LineEstimate::Clamp(double least_bps, double most_bps) {
  bps_ = std::clamp(bps_, least_bps, most_bps);
}

LineEstimate::Finding LineEstimate::Take(const ServiceRate& service, const Queue& queue,
                                         Growth growth, Timestamp now) {
  const double seconds =
      taken_at_.is_finite() ? std::clamp((now - taken_at_).seconds_f(), 0.0, 0.2) : 0;
  taken_at_ = now;
  unmeasured_s_ = std::min(unmeasured_s_ + seconds, LineSwing::kLongest);
  const auto measure = service.Over(kWindow);
  carried_.reset();
  if (measure.packets >= kLeastPackets && measure.seconds >= kLeastBusy) {
    double carried = measure.bps();
    if (queue.newest > kQueue) carried = std::min(carried, service.OverBusy(kNewest).bps());
    carried_ = carried;
    swing_.Add(carried, std::exchange(unmeasured_s_, 0));
    return Follow(measure, carried, queue, seconds);
  }
  if (queue.least > FreeWait()) return {Cause::kJitter, "some queue, hold"};
  if (growth == Growth::kHeld) return {Cause::kApplicationLimited, "too little is sent, hold"};
  bps_ *= 1 + growth_ * seconds;
  return {Cause::kNone, "line is not full, up"};
}

LineEstimate::Finding LineEstimate::Follow(const ServiceRate::Measure& measure, double carried,
                                           const Queue& queue, double seconds) {
  most_ = std::max(carried, most_ * (1 - kForget * seconds));
  if (carried >= bps_) {
    bps_ = carried;
    return {Cause::kNone, "line has room, up"};
  }
  if (queue.newest < FreeWait() && queue.most > kSpike) {
    return {Cause::kJitter, "a wait that is over, hold"};
  }
  // Others' packets among ours look like a slow line; trains that stay together say it is not.
  const double drawn = kDrawn + (kDrawnSwinging - kDrawn) * caution();
  if (!IsDrawnApart(measure, drawn) && queue.least <= FreeWait()) {
    bps_ = std::max(bps_, std::min(most_, bps_ * (1 + growth_ * seconds)));
    return {Cause::kNone, "trains stay together, up"};
  }
  if (!IsDrawnApart(measure, kTogether) && queue.least <= FreeWait().Scaled(kHardly)) {
    return {Cause::kJitter, "trains stay together, hold"};
  }
  const bool is_full = queue.least > FreeWait() || carried < bps_ * kAsItWas;
  bps_ = carried;
  if (is_full) return {Cause::kCongestion, "line is full, down"};
  return {Cause::kNone, "line is as it was"};
}

}  // namespace onair::cc
