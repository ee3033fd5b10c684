// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/repair_rule.h"

#include "core/base/rng.h"
#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

constexpr TimeDelta kShort = TimeDelta::Millis(50);
constexpr TimeDelta kLong = TimeDelta::Millis(200);

RepairRule After(double loss, int burst = 1) {
  RepairRule rule;
  Rng rng(5);
  for (int i = 0; i < 5000; ++i) {
    if (rng.Fraction() >= loss / burst) {
      rule.Add(false);
      continue;
    }
    for (int k = 0; k < burst; ++k) rule.Add(true);
    rule.Add(false);
  }
  return rule;
}

}  // namespace

TEST_CASE("Without losses nothing is spent on repairs") {
  const RepairRule rule = After(0);
  CHECK(rule.Advice(kLong).fec_share == 0);
  CHECK(rule.Overhead(kLong) == 0);
}

TEST_CASE("There is no parity where a resend comes in time and much where it does not") {
  const RepairRule rule = After(0.1);
  CHECK(rule.Advice(kShort).fec_share == 0);
  CHECK(rule.Advice(TimeDelta::Millis(130)).fec_share == Approx(0.125).margin(0.03));
  CHECK(rule.Advice(kLong).fec_share == Approx(0.25).margin(0.06));
  CHECK(rule.Advice(kShort).retransmit == RepairAdvice::Retransmit::kYes);
  CHECK(rule.Advice(kShort).expected_loss == Approx(0.1).margin(0.03));
}

TEST_CASE("Key frames are protected twice as well") {
  const RepairAdvice advice = After(0.1).Advice(TimeDelta::Millis(130));
  CHECK(advice.key_fec_share == Approx(advice.fec_share * 2));
}

TEST_CASE("Overhead is at most what resends take and a tenth at a short round trip") {
  for (const double loss : {0.02, 0.1}) {
    CHECK(After(loss).Overhead(kShort) < loss / (1 - loss) + 0.05);
  }
}

TEST_CASE("Losses in a row are told") {
  CHECK(After(0.1, 1).Advice(kShort).loss_burst == Approx(1.1).margin(0.2));
  CHECK(After(0.1, 4).Advice(kShort).loss_burst == Approx(4).margin(0.6));
}

TEST_CASE("Advice stays within its ranges when everything is lost") {
  RepairRule rule;
  for (int i = 0; i < 100'000; ++i) rule.Add(true);
  rule.Add(false);
  const RepairAdvice advice = rule.Advice(kLong);
  CHECK(advice.fec_share <= 1);
  CHECK(advice.key_fec_share >= advice.fec_share);
  CHECK(advice.key_fec_share <= 1);
  CHECK(advice.expected_loss <= 1);
  CHECK(advice.loss_burst <= 100);
}

}  // namespace onair::cc
