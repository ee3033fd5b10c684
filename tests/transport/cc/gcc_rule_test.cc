// SPDX-License-Identifier: Apache-2.0
//
// The scenarios and bars of libwebrtc's goog_cc_network_control_unittest.cc, on our line.
#include "transport/cc/gcc_rule.h"

#include "tests/transport/cc/datagram_line.h"

namespace onair::cc {
namespace {

constexpr ControllerConfig kConfig = Limits(Kbps(50), Kbps(300), Kbps(5000));

struct Bar {
  std::int64_t kbps;
  double expected, margin;
};

}  // namespace

TEST_CASE("The rule gcc finds a line's capacity within the bars of libwebrtc's scenarios") {
  for (const Bar& bar : {Bar{500, 450, 100}, Bar{800, 750, 150}, Bar{100, 90, 25}}) {
    INFO(bar.kbps << " kbit/s");
    GccRule rule(kConfig);
    DatagramLine line(rule);
    line.capacity = Kbps(bar.kbps);
    line.delay = TimeDelta::Millis(100);
    line.Run(20'000);
    for (int i = 0; i < 20; ++i) {
      line.Run(2000);
      CHECK(line.kbps() == Approx(bar.expected).margin(bar.margin));
      CHECK(line.pacer_queue() < TimeDelta::Millis(150));
    }
  }
}

TEST_CASE("The rule gcc holds 100 kbit/s at 10 % loss and 200 ms, and cannot hold more at 30 %") {
  GccRule rule(kConfig);
  DatagramLine line(rule);
  line.delay = TimeDelta::Millis(100);
  line.loss = 0.1;
  line.Run(20'000);
  CHECK(line.kbps() > 100);
  line.loss = 0.3;
  line.Run(30'000);
  CHECK(line.kbps() < 450);
}

TEST_CASE("The rule gcc climbs by probes to nine tenths of a line within 2 s") {
  GccRule rule(kConfig);
  DatagramLine line(rule);
  line.capacity = Kbps(4000);
  line.Run(2000);
  CHECK(line.kbps() > 3600);
  CHECK(line.probes() >= 3);
  CHECK(line.lost() == 0);
}

TEST_CASE("The rule gcc is under a halved line in 2 s and needs ten and more to refill it") {
  GccRule rule(kConfig);
  DatagramLine line(rule);
  line.capacity = Kbps(4000);
  line.Run(20'000);
  line.capacity = Kbps(2000);
  line.Run(2000);
  CHECK(line.kbps() < 2000);
  line.Run(8000);
  line.capacity = Kbps(4000);
  line.Run(6000);
  CHECK(line.kbps() < 3600);
  line.Run(40'000);
  CHECK(line.kbps() > 3400);
}

TEST_CASE("The rule gcc probes each 5 s while the encoder is limited, so that it knows the line") {
  GccRule rule(kConfig);
  DatagramLine line(rule);
  line.capacity = Kbps(1000);
  line.Run(20'000);
  line.encoder_most = Kbps(400);
  line.capacity = Kbps(4000);
  const std::uint32_t probes = line.probes();
  line.Run(20'000);
  CHECK(line.probes() > probes);
  CHECK(line.kbps() > 2000);
  CHECK(line.decision().cause == Cause::kApplicationLimited);
}

TEST_CASE("The rule gcc falls by a fifth each second when nothing is told for three") {
  GccRule rule(kConfig);
  DatagramLine line(rule);
  line.Run(10'000);
  const double before = line.kbps();
  line.is_mute = true;
  line.Run(2500);
  CHECK(line.kbps() > before * 0.45);  // Half at most, for what is under way.
  line.Run(10'000);
  CHECK(line.kbps() < before * 0.3);
}

TEST_CASE("The rule gcc falls as well when nothing was told ever") {
  GccRule rule(kConfig);
  DatagramLine line(rule);
  line.is_mute = true;
  line.Run(10'000);
  CHECK(line.kbps() < 100);
}

TEST_CASE("The rule gcc takes the sound off what the line carries") {
  GccRule rule(Limits(Kbps(50), Kbps(300), Kbps(5000), Kbps(128)));
  const auto decision = rule.OnReport(FeedbackReport{.at = At(0), .packets = {}});
  CHECK(decision.target_rate == Kbps(300));
  REQUIRE(decision.pacing_rate);
  CHECK(decision.pacing_rate->kbps_f() == Approx(1.1 * 428));
  CHECK_FALSE(decision.probe);  // Nothing leaves yet.
}

}  // namespace onair::cc
