// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_acked_rate.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

PacketFate Packet(std::int64_t sent_ms, std::int64_t arrived_ms) {
  return {.sent_at = At(sent_ms), .arrived_at = At(arrived_ms), .size = DataSize::Bytes(1000)};
}
// One each 10 ms: 800 kbit/s.
void Feed(GccAckedRate& rate, int from, int to, std::int64_t delay_ms) {
  for (int i = from; i < to; ++i) rate.Add(Packet(i * 10, i * 10 + delay_ms));
}

}  // namespace

TEST_CASE("Nothing is said of ten packets before they are there") {
  GccAckedRate rate;
  Feed(rate, 0, 9, 50);
  CHECK_FALSE(rate.rate());
  Feed(rate, 9, 10, 50);
  REQUIRE(rate.rate());
  CHECK(*rate.rate() == Kbps(800));
}

TEST_CASE("A line that stood still for once is as fast as before") {
  GccAckedRate rate;
  Feed(rate, 0, 100, 50);
  for (int i = 100; i < 130; ++i) rate.Add(Packet(i * 10, 1350));
  REQUIRE(rate.rate());
  CHECK(rate.rate()->kbps_f() == Approx(800).epsilon(0.01));
}

TEST_CASE("What arrives faster than it was sent is as fast as it was sent") {
  GccAckedRate rate;
  for (int i = 0; i < 60; ++i) rate.Add(Packet(i * 10, 1000 + i));
  REQUIRE(rate.rate());
  CHECK(*rate.rate() == Kbps(800));
}

TEST_CASE("The window is a second, so a line that fell is seen late") {
  GccAckedRate rate;
  Feed(rate, 0, 200, 50);
  std::int64_t arrived_ms = 2050;
  for (int i = 200; i < 225; ++i) rate.Add(Packet(i * 10, arrived_ms += 20));
  CHECK(rate.rate()->kbps_f() == Approx(600).margin(20));
  for (int i = 225; i < 275; ++i) rate.Add(Packet(i * 10, arrived_ms += 20));
  CHECK(rate.rate()->kbps_f() == Approx(400).margin(20));
}

TEST_CASE("A receiver's clock that was set begins the window anew") {
  GccAckedRate rate;
  Feed(rate, 0, 100, 100'000);
  Feed(rate, 100, 105, 50);
  CHECK_FALSE(rate.rate());
  Feed(rate, 105, 120, 50);
  CHECK(*rate.rate() == Kbps(800));
}

}  // namespace onair::cc
