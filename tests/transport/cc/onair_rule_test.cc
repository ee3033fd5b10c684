// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/onair.h"

#include "tests/transport/cc/model_line.h"

namespace onair::cc {
namespace {

const ControllerConfig kConfig = Limits(Kbps(150), Kbps(1000), Kbps(8000));

TEST_CASE("Onair takes most of a line within three seconds and keeps its queue short") {
  Onair rule(kConfig);
  ModelLine line(rule);
  line.capacity_kbps = 4000;
  line.Run(3000);
  CHECK(line.kbps() >= 0.85 * 4000);
  line.worst_queue_ms = 0;
  line.Run(30'000);
  CHECK(line.kbps() >= 0.85 * 4000);
  CHECK(line.worst_queue_ms < 200);
  CHECK(line.skipped == 0);
}

TEST_CASE("Onair asks for no more than a halved line takes within 350 ms and drains in a second") {
  for (const bool tells_unacked : {true, false}) {
    CAPTURE(tells_unacked);
    Onair rule(kConfig);
    ModelLine line(rule);
    line.tells_unacked = tells_unacked;
    line.capacity_kbps = 4000;
    line.Run(10'000);
    line.capacity_kbps = 2000;
    line.Run(350);
    CHECK(line.kbps() <= 2000);
    CHECK(line.kbps() >= 500);
    line.Run(650);
    CHECK(line.queue_ms() < 100);
    line.worst_queue_ms = 0;
    line.Run(10'000);
    CHECK(line.worst_queue_ms < 170);
  }
}

TEST_CASE("Onair is back at nine tenths three seconds after a line came back") {
  Onair rule(kConfig);
  ModelLine line(rule);
  line.capacity_kbps = 4000;
  line.Run(10'000);
  const double before = line.kbps();
  line.capacity_kbps = 2000;
  line.Run(10'000);
  line.capacity_kbps = 4000;
  line.Run(3000);
  CHECK(line.kbps() >= 0.9 * before);
}

TEST_CASE("Onair skips pictures while a line stands still, and remembers it when it goes on") {
  Onair rule(kConfig);
  ModelLine line(rule);
  line.capacity_kbps = 3000;
  line.Run(10'000);
  const double before = line.kbps();
  CHECK(line.skipped == 0);

  line.capacity_kbps = 0;
  line.Run(300);
  CHECK(line.decision().intake == Intake::kPaused);
  CHECK(line.kbps() <= 0.5 * before);
  line.Run(700);
  CHECK(line.decision().intake == Intake::kPaused);
  CHECK(line.decision().cause == Cause::kCongestion);

  line.capacity_kbps = 3000;
  line.Run(500);
  CHECK(line.decision().intake == Intake::kOpen);
  line.Run(1500);
  CHECK(line.kbps() >= 0.8 * before);
}

TEST_CASE("Onair takes a short gap for what it is: jitter") {
  Onair rule(kConfig);
  ModelLine line(rule);
  line.capacity_kbps = 4000;
  line.Run(10'000);
  const double before = line.kbps();
  // The line catches up afterwards: it is faster than what it is asked for.
  line.capacity_kbps = 0;
  line.Run(150);
  CHECK(line.decision().cause == Cause::kJitter);
  line.capacity_kbps = 12'000;
  line.Run(60);
  line.capacity_kbps = 4000;
  line.Run(200);
  CHECK(line.kbps() >= 0.8 * before);
  CHECK(line.skipped <= 1);
}

TEST_CASE("Onair does not grow on what an encoder was asked for and did not give") {
  Onair rule(kConfig);
  ModelLine line(rule);
  line.capacity_kbps = 8000;
  line.encoder_share = 0.3;
  line.Run(30'000);
  CHECK(line.kbps() == Approx(1000).epsilon(0.05));  // As it began, up and down.
  CHECK(line.decision().cause == Cause::kApplicationLimited);
  line.encoder_share = 1;
  line.Run(4000);
  CHECK(line.kbps() >= 0.85 * 8000);
}

TEST_CASE("Onair lets the burst of a key frame pass without a skipped picture") {
  Onair rule(kConfig);
  ModelLine line(rule);
  line.capacity_kbps = 2000;
  line.key_factor = 4;
  line.Run(5000);
  line.skipped = 0;
  line.Run(60'000);
  CHECK(line.skipped == 0);
  CHECK(line.kbps() >= 0.6 * 2000);
}

TEST_CASE("Onair learns that the way became longer instead of taking it for a queue") {
  Onair rule(kConfig);
  ModelLine line(rule);
  line.capacity_kbps = 3000;
  line.Run(20'000);
  line.delay_ms = 200;
  line.Run(25'000);
  CHECK(line.kbps() >= 0.6 * 3000);
  CHECK(line.queue_ms() < 200);
}

TEST_CASE("Onair bounds the queue of a line that takes less than the lowest rate") {
  Onair rule(kConfig);
  ModelLine line(rule);
  line.capacity_kbps = 100;
  line.Run(20'000);  // What the start rate left behind drains.
  line.worst_queue_ms = 0;
  line.Run(60'000);
  CHECK(line.worst_queue_ms < 500);
  CHECK(line.skipped > 500);
  CHECK(line.decision().target_rate == kConfig.min_rate);
}

TEST_CASE("An hour on a line that could take more changes nothing") {
  Onair rule(kConfig);
  ModelLine line(rule);
  line.capacity_kbps = 50'000;
  line.Run(10'000);
  CHECK(line.decision().target_rate == kConfig.max_rate);
  line.Run(3'600'000);
  CHECK(line.decision().target_rate == kConfig.max_rate);
  CHECK(line.decision().intake == Intake::kOpen);
  CHECK(line.skipped == 0);
}

TEST_CASE("The socket may hold what an empty line carries and a tenth of a second more") {
  Onair rule(kConfig);
  ModelLine line(rule);
  line.capacity_kbps = 4000;
  line.Run(20'000);
  REQUIRE(line.decision().congestion_window);
  const double window_ms =
      static_cast<double>(line.decision().congestion_window->bytes()) * 8 / 4000;
  CHECK(window_ms > 50 + 60);
  CHECK(window_ms < 50 + 150);
}

}  // namespace
}  // namespace onair::cc
