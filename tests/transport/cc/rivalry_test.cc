// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/rivalry.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

Rivalry::Look Seeing(int ms, double queue_ms, double arriving_kbps = 500) {
  const auto queue = TimeDelta::Micros(static_cast<std::int64_t>(queue_ms * 1000));
  return {.at = At(ms),
          .sent_at = At(ms) - TimeDelta::Millis(50) - queue,
          .queue = queue,
          .round_trip = TimeDelta::Millis(50),
          .arriving_bps = arriving_kbps * 1e3,
          .sent_bps = 500e3,
          .alone_bps = 4e6,
          .has_losses = false};
}

// A queue that swings by 20 ms around `queue_ms`.
Rivalry::Finding Swing(Rivalry& rivalry, int from_ms, int to_ms, double queue_ms,
                       double arriving_kbps = 500) {
  auto found = Rivalry::Finding::kNothing;
  for (int at = from_ms; at < to_ms; at += 50) {
    const double swing = at % 200 < 100 ? 10 : -10;
    found = rivalry.Judge(Seeing(at, queue_ms + swing, arriving_kbps));
  }
  return found;
}

}  // namespace

TEST_CASE("A queue that stays though room was made is somebody else's") {
  Rivalry rivalry;
  Swing(rivalry, 0, 1400, 150);
  CHECK_FALSE(rivalry.is_on());
  CHECK(Swing(rivalry, 1400, 1700, 150) == Rivalry::Finding::kRival);
  CHECK(rivalry.is_on());
  CHECK(rivalry.rate_bps() > 500e3);
}

TEST_CASE("A rival is found where feedback waits as long as it may") {
  Rivalry rivalry;
  auto found = Rivalry::Finding::kNothing;
  for (int i = 0; i < 12; ++i) {
    const double swing = i % 2 == 0 ? 10 : -10;
    found = rivalry.Judge(Seeing(i * 251 + i % 3 * 20, 150 + swing));
  }
  CHECK(found == Rivalry::Finding::kRival);
}

TEST_CASE("A queue that drains is nobody else's, however often it comes") {
  Rivalry rivalry;
  for (int at = 0; at < 60'000; at += 1500) {
    Swing(rivalry, at, at + 1000, 150);
    rivalry.Judge(Seeing(at + 1000, 0));
  }
  CHECK_FALSE(rivalry.is_on());
}

TEST_CASE("What a silent line held back is ours, however long it was silent and takes to go") {
  Rivalry rivalry;
  Swing(rivalry, 0, 500, 40);
  // Silent for two seconds; then comes what left in 0.2 s before, and behind it what followed, a
  // fifth of what the line carries.
  const auto arrives = [&](int at, int sent) {
    auto look = Seeing(at, at - sent - 25);
    look.sent_at = At(sent);
    rivalry.Judge(look);
  };
  for (int at = 2500; at < 3100; at += 50) arrives(at, 450 + (at - 2500) / 3);
  for (int at = 3100; at < 3220; at += 50) arrives(at, 2500 + (at - 3100) * 5);
  CHECK_FALSE(rivalry.is_on());
}

TEST_CASE("A queue on a line too weak for what is sent is ours") {
  Rivalry rivalry;
  Swing(rivalry, 0, 10'000, 400, 200);
  CHECK_FALSE(rivalry.is_on());
}

TEST_CASE("A delay that does not breathe is a longer way") {
  Rivalry rivalry;
  auto found = Rivalry::Finding::kNothing;
  int at = 0;
  for (; found == Rivalry::Finding::kNothing && at < 5000; at += 50) {
    found = rivalry.Judge(Seeing(at, 100));
  }
  CHECK(found == Rivalry::Finding::kLongerWay);
  CHECK(at < 2000);
  CHECK_FALSE(rivalry.is_on());
}

TEST_CASE("Beside a rival the rate grows until losses, once each round trip") {
  Rivalry rivalry;
  Swing(rivalry, 0, 1700, 150);
  const double before = rivalry.rate_bps();
  Swing(rivalry, 1700, 2700, 150, 5000);
  const double grown = rivalry.rate_bps();
  CHECK(grown > before * 1.1);

  auto look = Seeing(2700, 150, 5000);
  look.has_losses = true;
  rivalry.Judge(look);
  CHECK(rivalry.rate_bps() == Approx(grown * 0.8));
  look.at = At(2750);
  rivalry.Judge(look);
  CHECK(rivalry.rate_bps() == Approx(grown * 0.8));
}

TEST_CASE("When the queue is empty again the rival is gone") {
  Rivalry rivalry;
  Swing(rivalry, 0, 1700, 150);
  REQUIRE(rivalry.is_on());
  rivalry.Judge(Seeing(1700, 5));
  CHECK(rivalry.is_on());
  rivalry.Judge(Seeing(1750, 5));
  CHECK_FALSE(rivalry.is_on());
}

}  // namespace onair::cc
