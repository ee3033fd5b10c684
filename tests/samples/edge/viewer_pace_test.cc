// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/viewer_pace.h"

#include <catch2/catch.hpp>
#include <vector>

#include "core/base/rng.h"
#include "tests/support/print_units.h"

namespace onair::edge {
namespace {

constexpr DataRate Kbps(int kbps) {
  return DataRate::KilobitsPerSec(kbps);
}
constexpr DataRate kNeeded = Kbps(1'650);

// A stream of 30 pictures a second on a line that carries so much, paced as it is told; what
// arrived is told each 50 ms, and `loss` of it never arrives.
class Line {
 public:
  Line(DataRate rate, double loss) : carries(rate), loss_(loss) {}

  void Run(TimeDelta span) {
    for (const Timestamp end = now_ + span; now_ < end;) {
      const int packets = ++pictures_ % 60 == 1 ? 30 : 5;
      for (int i = 0; i < packets; ++i) Send();
      now_ = std::max(now_ + TimeDelta::Micros(33'333), sent_at_);
      if (now_ - told_at_ < TimeDelta::Millis(50)) continue;
      told_at_ = now_;
      pace.OnReport({.at = now_, .packets = fates_}, kNeeded, now_);
      fates_.clear();
    }
  }
  // A packet is told as come that long before it did, as busy receivers do.
  void Misread(TimeDelta by) { misread_ = by; }

  ViewerPace pace{Kbps(10'000)};
  DataRate carries;

 private:
  void Send() {
    constexpr DataSize kSize = DataSize::Bytes(1'200);
    sent_at_ = std::max(sent_at_, now_) + kSize / pace.rate();
    free_at_ = std::max(free_at_, sent_at_) + kSize / carries;
    cc::PacketFate fate{.sent_at = sent_at_, .size = kSize};
    if (rng_.Fraction() >= loss_) {
      fate.arrived_at = free_at_ + TimeDelta::Millis(25) - misread_;
      misread_ = TimeDelta::Zero();
    }
    fates_.push_back(fate);
  }

  const double loss_;
  Rng rng_{7};
  Timestamp now_ = Timestamp::Zero();
  Timestamp sent_at_ = Timestamp::Zero();
  Timestamp free_at_ = Timestamp::Zero();
  Timestamp told_at_ = Timestamp::Zero();
  TimeDelta misread_ = TimeDelta::Zero();
  int pictures_ = 0;
  std::vector<cc::PacketFate> fates_;
};

TEST_CASE("The first key frame shows what a viewer's line carries") {
  Line line(Kbps(2'500), 0);
  CHECK_FALSE(line.pace.is_heard());
  line.Run(TimeDelta::Millis(300));
  CHECK(line.pace.is_heard());
  REQUIRE(line.pace.line());
  CHECK(*line.pace.line() > Kbps(2'250));
  CHECK(*line.pace.line() < Kbps(2'600));
  CHECK(line.pace.rate() < Kbps(2'550));
}

TEST_CASE("On a line where nothing queues packets leave at the start rate") {
  Line line(Kbps(100'000), 0);
  line.Run(TimeDelta::Seconds(5));
  CHECK_FALSE(line.pace.line());
  CHECK(line.pace.rate() == Kbps(10'000));
}

TEST_CASE("Losses without a queue never push the rate under what the stream takes") {
  for (const double loss : {0.05, 0.1, 0.2}) {
    CAPTURE(loss);
    Line line(Kbps(3'000), loss);
    line.Run(TimeDelta::Seconds(1));
    for (int i = 0; i < 300; ++i) {
      line.Run(TimeDelta::Millis(100));
      REQUIRE(line.pace.rate() > kNeeded);
    }
    CHECK(line.pace.loss() > loss / 2);
    CHECK(line.pace.loss() < loss * 2);
  }
}

TEST_CASE("A line that falls below the stream is followed within a second, one that grows too") {
  Line line(Kbps(2'500), 0);
  line.Run(TimeDelta::Seconds(5));
  line.carries = Kbps(1'000);
  line.Run(TimeDelta::Seconds(1));
  CHECK(line.pace.rate() < Kbps(1'200));
  line.Run(TimeDelta::Seconds(5));
  CHECK(line.pace.rate() < Kbps(1'500));
  line.carries = Kbps(5'000);
  line.Run(TimeDelta::Seconds(8));
  CHECK(line.pace.rate() > kNeeded);
}

TEST_CASE("A packet that a busy receiver told too early makes no queue of all others") {
  Line line(Kbps(2'500), 0);
  line.Run(TimeDelta::Seconds(1));
  line.Misread(TimeDelta::Millis(22));
  line.Run(TimeDelta::Seconds(8));
  CHECK(line.pace.rate() > Kbps(2'000));
}

TEST_CASE("Feedback that lies without measure is read past") {
  ViewerPace pace(Kbps(10'000));
  const Timestamp far = Timestamp::Micros(std::int64_t{1} << 62);
  const std::vector<cc::PacketFate> fates(
      100, {.sent_at = Timestamp::Zero(), .arrived_at = far, .size = DataSize::Bytes(1'200)});
  pace.OnReport({.at = Timestamp::Zero(), .packets = fates}, kNeeded, Timestamp::Zero());
  CHECK_FALSE(pace.is_heard());
  CHECK(pace.rate() == Kbps(10'000));
}

}  // namespace
}  // namespace onair::edge
