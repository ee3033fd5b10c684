// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_loss.h"

#include <vector>

#include "core/base/rng.h"
#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

constexpr GccLoss::Limits kLimits = {.least = Kbps(50), .most = Kbps(8000)};

// Packets of 125 bytes at `rate`, told each 50 ms, of which a share is lost and the rest counts as
// acknowledged at their rate.
class Sending {
 public:
  void Run(GccLoss& estimator, DataRate rate, double loss, int feedbacks, DataRate delay_based) {
    for (int i = 0; i < feedbacks; ++i, ms_ += 50) {
      const std::int64_t count = rate.bps() / 20 / 1000;
      std::vector<PacketFate> fates;
      for (std::int64_t p = 0; p < count; ++p) {
        PacketFate fate{.sent_at = At(ms_ + p * 50 / count), .size = DataSize::Bytes(125)};
        if (rng_.Fraction() >= loss) fate.arrived_at = fate.sent_at;
        fates.push_back(fate);
      }
      estimator.SetAckedRate(rate.Scaled(1 - loss));
      estimator.Update(fates, delay_based, GccSource::kBusy);
    }
  }

 private:
  Rng rng_ = Rng(5);
  std::int64_t ms_ = 0;
};

}  // namespace

TEST_CASE("Losses allow what delay allows while nothing is lost") {
  GccLoss estimator(kLimits);
  Sending sending;
  sending.Run(estimator, Kbps(2000), 0, 10, Kbps(2500));
  CHECK_FALSE(estimator.is_ready());  // Three observations of 250 ms.
  sending.Run(estimator, Kbps(2000), 0, 20, Kbps(2500));
  REQUIRE(estimator.is_ready());
  CHECK(estimator.state() == GccLossState::kDelayBased);
  CHECK(estimator.estimate() == Kbps(2500));
}

TEST_CASE("Of 10 % loss at most 2 Mbit/s, of 30 % at most 400 kbit/s remain by construction") {
  for (const auto& [loss, most] : {std::pair{0.1, 2600.0}, {0.2, 900.0}, {0.3, 480.0}}) {
    INFO(loss);
    GccLoss estimator(kLimits);
    Sending sending;
    sending.Run(estimator, Kbps(4000), 0, 40, Kbps(4000));
    DataRate rate = Kbps(4000);
    for (int i = 0; i < 200; ++i) {
      sending.Run(estimator, rate, loss, 5, Kbps(4000));
      rate = estimator.estimate();
    }
    CHECK(rate.kbps_f() < most);
    CHECK(estimator.state() != GccLossState::kDelayBased);
  }
}

TEST_CASE("A rate that losses took comes back when they end, in steps of 1.3 at most") {
  GccLoss estimator(kLimits);
  Sending sending;
  DataRate rate = Kbps(4000);
  for (int i = 0; i < 100; ++i) {
    sending.Run(estimator, rate, 0.3, 5, Kbps(4000));
    if (estimator.is_ready()) rate = estimator.estimate();
  }
  CHECK(rate < Kbps(500));
  int steps = 0;
  while (rate < Kbps(4000) && steps < 400) {
    sending.Run(estimator, rate, 0, 5, Kbps(4000));
    CHECK(estimator.estimate() <= rate.Scaled(1.32));
    rate = estimator.estimate();
    ++steps;
  }
  CHECK(steps > 8);
  CHECK(steps < 200);
}

TEST_CASE("The estimate is never under what is acknowledged") {
  GccLoss estimator(kLimits);
  Sending sending;
  sending.Run(estimator, Kbps(1000), 0.45, 200, Kbps(4000));
  CHECK(estimator.estimate() >= Kbps(550));
}

}  // namespace onair::cc
