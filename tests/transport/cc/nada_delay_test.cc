// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/nada_delay.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

// Packets of 1000 bytes each 10 ms, 800 kbit/s, by a clock of the receiver a day ahead.
void Feed(NadaDelay& delay, int from, int to, std::int64_t ms) {
  for (int i = from; i < to; ++i) {
    const Timestamp sent_at = At(i * 10);
    delay.OnPacket({.sent_at = sent_at,
                    .arrived_at = sent_at + TimeDelta::Millis(ms) + TimeDelta::Seconds(86'400),
                    .size = DataSize::Bytes(1000)},
                   sent_at + TimeDelta::Millis(ms));
  }
}

}  // namespace

TEST_CASE("A queue is the least delay of fifteen packets above the least of all") {
  NadaDelay delay;
  CHECK(delay.queue() == TimeDelta::Zero());
  Feed(delay, 0, 50, 30);
  Feed(delay, 50, 64, 80);
  CHECK(delay.queue() == TimeDelta::Zero());
  Feed(delay, 64, 70, 80);
  CHECK(delay.queue() == TimeDelta::Millis(50));
}

TEST_CASE("A line is free half a second after packets last waited 10 ms") {
  NadaDelay delay;
  Feed(delay, 0, 50, 30);
  CHECK(delay.is_free(At(500)));
  Feed(delay, 50, 70, 80);
  CHECK_FALSE(delay.is_free(At(800)));
  Feed(delay, 70, 110, 30);
  CHECK_FALSE(delay.is_free(At(1130)));
  Feed(delay, 110, 130, 30);
  CHECK(delay.is_free(At(1330)));
}

TEST_CASE("What arrives is counted over half a second") {
  NadaDelay delay;
  CHECK_FALSE(delay.received());
  Feed(delay, 0, 200, 30);
  REQUIRE(delay.received());
  CHECK(delay.received()->kbps_f() == Approx(800).epsilon(0.03));
}

TEST_CASE("A way that became longer is believed after twenty minutes at most") {
  NadaDelay delay;
  Feed(delay, 0, 100, 30);
  Feed(delay, 100, 200, 90);
  CHECK(delay.queue() == TimeDelta::Millis(60));
  for (int i = 1; i <= 25; ++i) Feed(delay, i * 6000, i * 6000 + 20, 90);
  CHECK(delay.queue() == TimeDelta::Zero());
}

TEST_CASE("What arrives is counted anew when the receiver's clock is set back") {
  NadaDelay delay;
  Feed(delay, 0, 200, 30);
  Feed(delay, 200, 400, 30 - 3'600'000);
  REQUIRE(delay.received());
  CHECK(delay.received()->kbps_f() == Approx(800).epsilon(0.03));
}

}  // namespace onair::cc
