// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/fixed_rate.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {

TEST_CASE("Fixed rate stays at its start whatever the line does") {
  FixedRate fixed(Limits(Kbps(100), Kbps(900), Kbps(2000)));

  for (int second = 0; second < 100; ++second) {
    const auto decision = fixed.OnReport(TcpReport{.at = At(second * 1000),
                                                   .queue_span = TimeDelta::Seconds(second),
                                                   .queue_frames = second * 70,
                                                   .frames_dropped = second});
    CHECK(decision.target_rate == Kbps(900));
    CHECK(decision.cause == Cause::kNone);
    CHECK(decision.decide_again_at == At(second * 1000 + 1000));
    CHECK_FALSE(decision.pacing_rate.has_value());
    CHECK_FALSE(decision.congestion_window.has_value());
    CHECK_FALSE(decision.probe.has_value());
  }
  const PacketFate lost{.sent_at = At(0), .size = DataSize::Bytes(1200)};
  CHECK(fixed.OnReport(FeedbackReport{.at = At(100'000), .packets = {&lost, 1}}).target_rate ==
        Kbps(900));
}

}  // namespace onair::cc
