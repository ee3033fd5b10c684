// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_aimd.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

GccAimd Begun(DataRate start) {
  GccAimd aimd({.least = Kbps(30), .start = start, .most = Kbps(30'000)});
  aimd.SetRtt(TimeDelta::Millis(100));
  return aimd;
}
void Raise(GccAimd& aimd, DataRate acked, std::int64_t from_ms, std::int64_t to_ms) {
  for (std::int64_t ms = from_ms; ms <= to_ms; ms += 50) {
    aimd.Update(GccLineUse::kNormal, acked, At(ms));
  }
}

}  // namespace

TEST_CASE("A rate grows by 8 % a second while the line was never full") {
  GccAimd aimd = Begun(Kbps(1000));
  Raise(aimd, Kbps(1000), 0, 1000);
  CHECK(aimd.rate().kbps_f() == Approx(1080).margin(3));
}

TEST_CASE("A rate grows by a packet in each response time near where the line was full") {
  GccAimd aimd = Begun(Kbps(400));
  aimd.Update(GccLineUse::kOver, Kbps(400), At(0));
  CHECK(aimd.rate() == Kbps(335));  // 0.85 * 400 - 5.
  Raise(aimd, Kbps(400), 1000, 11'000);
  // Pictures of 1396 to 2100 bytes in two packets each: one of these each 400 ms.
  CHECK(aimd.rate().kbps_f() == Approx(335 + 10 * 17).margin(10));
}

TEST_CASE("A rate does not grow past one and a half of what is acknowledged and 10 kbit/s") {
  GccAimd aimd = Begun(Kbps(1000));
  Raise(aimd, Kbps(800), 0, 20'000);
  CHECK(aimd.rate() == Kbps(1210));
}

TEST_CASE("Overuse takes a rate to 0.85 of what is acknowledged, and never raises it") {
  GccAimd aimd = Begun(Kbps(1000));
  aimd.Update(GccLineUse::kOver, Kbps(800), At(0));
  CHECK(aimd.rate() == Kbps(675));
  aimd.Update(GccLineUse::kOver, Kbps(2000), At(500));
  CHECK(aimd.rate() <= Kbps(675));
}

TEST_CASE("A rate holds while the queue of an overuse drains") {
  GccAimd aimd = Begun(Kbps(1000));
  aimd.Update(GccLineUse::kOver, Kbps(800), At(0));
  const DataRate lowered = aimd.rate();
  for (int i = 1; i < 40; ++i) aimd.Update(GccLineUse::kUnder, Kbps(700), At(i * 50));
  CHECK(aimd.rate() == lowered);
}

TEST_CASE("A rate falls again after a round trip, or at once where it is far too high") {
  GccAimd aimd = Begun(Kbps(1000));
  CHECK_FALSE(aimd.IsEarly(Kbps(900), At(0)));
  aimd.Update(GccLineUse::kOver, Kbps(900), At(0));
  CHECK(aimd.IsEarly(Kbps(700), At(50)));
  CHECK_FALSE(aimd.IsEarly(Kbps(200), At(50)));
  CHECK_FALSE(aimd.IsEarly(Kbps(700), At(100)));
}

TEST_CASE("Where the line was full is forgotten when it carries far more or far less") {
  GccCapacity capacity;
  CHECK_FALSE(capacity.estimate());
  capacity.OnOveruse(Kbps(1000));
  CHECK(capacity.estimate() == Kbps(1000));
  CHECK_FALSE(capacity.IsBelow(Kbps(1050)));
  CHECK(capacity.IsBelow(Kbps(1070)));  // Three times the root of 0.4 * 1000.
  CHECK_FALSE(capacity.IsAbove(Kbps(950)));
  CHECK(capacity.IsAbove(Kbps(930)));
  capacity.OnOveruse(Kbps(1100));
  CHECK(capacity.estimate() == Kbps(1005));
}

TEST_CASE("A rate stays within its limits") {
  GccAimd aimd = Begun(Kbps(100));
  aimd.Update(GccLineUse::kOver, Kbps(10), At(0));
  CHECK(aimd.rate() == Kbps(30));
  aimd.Set(Kbps(90'000), At(1));
  CHECK(aimd.rate() == Kbps(30'000));
}

}  // namespace onair::cc
