// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/delay_rule.h"

#include <algorithm>
#include <deque>
#include <vector>

#include "core/base/rng.h"
#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

// A bottleneck with an endless queue, 25 ms each way: packets of 1000 bytes at the target's rate,
// feedback each 50 ms. The receiver's clock runs an hour ahead.
class Line {
 public:
  explicit Line(Controller& controller) : controller_(controller), rng_(3) {}

  void SetCapacity(DataRate rate) { capacity_ = rate; }
  void SetLoss(double share) { loss_ = share; }
  void SetJitter(TimeDelta most) { jitter_ = most; }
  void CutFeedback() { is_mute_ = true; }

  void Run(std::int64_t ms) {
    for (const std::int64_t end = now_ms_ + ms; now_ms_ < end; ++now_ms_) Step();
  }
  DataRate target() const { return decision_.target_rate; }
  Intake intake() const { return decision_.intake; }
  Cause cause() const { return decision_.cause; }
  const RepairAdvice& repair() const { return decision_.repair; }
  // Longest wait in the queue since the last question.
  TimeDelta TakeLongestQueue() { return std::exchange(longest_, TimeDelta::Zero()); }

 private:
  void Step() {
    const Timestamp now = At(now_ms_);
    if (decision_.intake == Intake::kOpen) budget_ += decision_.target_rate.bps() / 8000;
    for (; budget_ >= 1000; budget_ -= 1000) Send(now);
    if (now_ms_ % 50 == 0) Report(now);
  }
  void Send(Timestamp now) {
    PacketFate fate{.sent_at = now, .size = DataSize::Bytes(1000)};
    free_at_ = std::max(free_at_, now) + DataSize::Bytes(1000) / capacity_;
    longest_ = std::max(longest_, free_at_ - now);
    if (rng_.Fraction() >= loss_) {
      fate.arrived_at = free_at_ + TimeDelta::Millis(25) + jitter_.Scaled(rng_.Fraction());
    }
    under_way_.push_back({fate, free_at_ + TimeDelta::Millis(50)});
  }
  void Report(Timestamp now) {
    std::vector<PacketFate> fates;
    while (!is_mute_ && !under_way_.empty() && under_way_.front().told_at <= now) {
      PacketFate fate = under_way_.front().fate;
      if (fate.arrived_at) *fate.arrived_at += TimeDelta::Seconds(3600);
      fates.push_back(fate);
      under_way_.pop_front();
    }
    const auto in_flight = DataSize::Bytes(1000 * static_cast<std::int64_t>(under_way_.size()));
    decision_ =
        controller_.OnReport(FeedbackReport{.at = now, .packets = fates, .in_flight = in_flight});
  }

  struct UnderWay {
    PacketFate fate;
    Timestamp told_at;
  };
  Controller& controller_;
  Rng rng_;
  DataRate capacity_ = Kbps(2000);
  double loss_ = 0;
  TimeDelta jitter_ = TimeDelta::Zero();
  bool is_mute_ = false;
  std::int64_t now_ms_ = 0;
  std::int64_t budget_ = 0;  // Bytes.
  Timestamp free_at_ = At(0);
  TimeDelta longest_ = TimeDelta::Zero();
  std::deque<UnderWay> under_way_;
  CongestionDecision decision_ = controller_.OnReport(FeedbackReport{.at = At(0), .packets = {}});
};

constexpr ControllerConfig kConfig = Limits(Kbps(150), Kbps(1000), Kbps(4000));

TEST_CASE("The delay rule finds a line's capacity and keeps its queue short") {
  DelayRule rule(kConfig);
  Line line(rule);
  line.Run(10'000);
  line.TakeLongestQueue();
  DataRate least = Kbps(9999);
  for (int i = 0; i < 100; ++i) {
    line.Run(200);
    least = std::min(least, line.target());
  }
  CHECK(least > Kbps(1200));
  CHECK(line.target() < Kbps(2300));
  CHECK(line.TakeLongestQueue() < TimeDelta::Millis(250));
}

TEST_CASE("The delay rule falls under a halved line within a second and comes back in ten") {
  DelayRule rule(kConfig);
  Line line(rule);
  line.Run(10'000);
  line.SetCapacity(Kbps(1000));
  line.Run(1000);
  CHECK(line.target() < Kbps(1000));
  line.Run(3000);
  line.TakeLongestQueue();
  line.Run(2000);
  CHECK(line.TakeLongestQueue() < TimeDelta::Millis(250));

  line.SetCapacity(Kbps(2000));
  line.Run(10'000);
  CHECK(line.target() > Kbps(1600));
}

TEST_CASE("The delay rule takes lost packets beside a short queue for a wireless line") {
  DelayRule rule(kConfig);
  Line line(rule);
  line.SetCapacity(Kbps(8000));
  line.SetLoss(0.1);
  line.Run(10'000);
  CHECK(line.target() > Kbps(3500));
  CHECK(line.cause() == Cause::kWirelessLoss);
  line.SetLoss(0.6);
  line.Run(3000);
  CHECK(line.target() < Kbps(1500));
}

TEST_CASE("The delay rule does not take jitter for a queue") {
  DelayRule rule(kConfig);
  Line line(rule);
  line.SetCapacity(Kbps(8000));
  line.SetJitter(TimeDelta::Millis(40));
  line.Run(10'000);
  CHECK(line.target() > Kbps(3500));
}

TEST_CASE("The delay rule falls and skips pictures while nothing is told any more") {
  DelayRule rule(kConfig);
  Line line(rule);
  line.Run(2000);
  const DataRate before = line.target();
  line.CutFeedback();
  line.Run(700);
  CHECK(line.target() < before);
  CHECK(line.intake() == Intake::kOpen);
  line.Run(5000);
  CHECK(line.intake() == Intake::kPaused);
  CHECK(line.target() == kConfig.min_rate);
}

TEST_CASE("The delay rule lets packets leave faster than the target, for key frames") {
  DelayRule rule(kConfig);
  const auto decision = rule.OnReport(FeedbackReport{.at = At(0), .packets = {}});
  REQUIRE(decision.pacing_rate);
  CHECK(*decision.pacing_rate >= decision.target_rate.Scaled(1.2));
  CHECK(*decision.pacing_rate <= decision.target_rate.Scaled(2.5));
  CHECK(decision.repair.retransmit == RepairAdvice::Retransmit::kYes);
}

TEST_CASE("The delay rule lets key frames leave as fast as bursts were seen to pass") {
  DelayRule rule(kConfig);
  CongestionDecision decision = rule.OnReport(FeedbackReport{.at = At(0), .packets = {}});
  const DataRate careful = *decision.pacing_rate;
  Timestamp sent = At(0);
  for (std::int64_t frame = 0; frame < 60; ++frame) {
    std::vector<PacketFate> fates;
    sent = std::max(sent, At(33 * frame));
    const DataSize size = DataSize::Bytes(1'200);
    for (int i = 0; i < (frame % 30 == 0 ? 20 : 6); ++i, sent += size / *decision.pacing_rate) {
      fates.push_back({.sent_at = sent, .arrived_at = sent + TimeDelta::Millis(25), .size = size});
    }
    decision = rule.OnReport(FeedbackReport{.at = sent + TimeDelta::Millis(50), .packets = fates});
  }
  CHECK(*decision.pacing_rate > careful.Scaled(4));
  CHECK(*decision.pacing_rate <= decision.target_rate.Scaled(16));
}

TEST_CASE(
    "The delay rule is under a line that fell within half a second, and goes on where it fell to") {
  DelayRule rule(kConfig);
  Line line(rule);
  line.Run(10'000);
  line.SetCapacity(Kbps(600));
  line.Run(500);
  CHECK(line.target() < Kbps(600));
  // No floor while the queue drains, and no long climb after it.
  line.Run(3500);
  CHECK(line.target() > Kbps(300));
  CHECK(line.target() < Kbps(700));
}

TEST_CASE("The delay rule advises repairs by what is lost, less of them where a resend is quick") {
  DelayRule rule(kConfig);
  Line line(rule);
  line.SetCapacity(Kbps(8000));
  line.Run(3000);
  CHECK(line.repair().fec_share == 0);
  CHECK(line.repair().expected_loss == 0);
  line.SetLoss(0.1);
  line.Run(10'000);
  CHECK(line.repair().expected_loss == Approx(0.1).margin(0.03));
  CHECK(line.repair().fec_share < 0.15);  // 50 ms and a feedback's wait.
  CHECK(line.target() > Kbps(3500));      // What is within limits is the video's, repairs on top.
}

}  // namespace
}  // namespace onair::cc
