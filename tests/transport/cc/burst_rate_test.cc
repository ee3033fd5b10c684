// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/burst_rate.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

constexpr DataSize kPacket = DataSize::Bytes(1'200);

// Trains of `packets` each 33 ms over a line of `capacity`, told 50 ms later.
class Trains {
 public:
  explicit Trains(DataRate capacity) : capacity_(capacity) {}

  void Send(int packets, DataRate pace) {
    Timestamp sent = next_;
    for (int i = 0; i < packets; ++i, sent += kPacket / pace) {
      free_at_ = std::max(free_at_, sent) + kPacket / capacity_;
      bursts.OnPacket({.sent_at = sent, .arrived_at = free_at_, .size = kPacket},
                      sent + TimeDelta::Millis(50));
    }
    next_ = std::max(next_ + TimeDelta::Millis(33), sent + TimeDelta::Millis(10));
  }

  BurstRate bursts;

 private:
  DataRate capacity_;
  Timestamp next_ = At(0);
  Timestamp free_at_ = At(0);
};

TEST_CASE("Trains that arrive as they left allow faster ones") {
  Trains line(Kbps(100'000));
  CHECK_FALSE(line.bursts.rate());
  line.Send(20, Kbps(2'400));
  line.Send(1, Kbps(2'400));
  REQUIRE(line.bursts.rate());
  CHECK(*line.bursts.rate() >= Kbps(4'500));
  CHECK(*line.bursts.rate() <= Kbps(5'000));
}

TEST_CASE("A train that was drawn apart tells what the line carries") {
  Trains line(Kbps(2'500));
  line.Send(30, Kbps(20'000));
  line.Send(1, Kbps(20'000));
  REQUIRE(line.bursts.rate());
  CHECK(*line.bursts.rate() >= Kbps(2'100));
  CHECK(*line.bursts.rate() <= Kbps(2'500));

  // And for a while none goes faster.
  for (int i = 0; i < 30; ++i) line.Send(10, Kbps(2'300));
  CHECK(*line.bursts.rate() <= Kbps(2'500));
}

TEST_CASE("Bursts find a fast line's rate within a second and what follows stays below it") {
  Trains line(Kbps(20'000));
  DataRate pace = Kbps(2'400);
  for (int i = 0; i < 30; ++i) {
    line.Send(i % 10 == 0 ? 40 : 6, pace);
    pace = std::min(line.bursts.rate().value_or(pace), Kbps(50'000));
  }
  CHECK(pace >= Kbps(8'000));
  CHECK(pace <= Kbps(20'000));
}

TEST_CASE("Few packets, losses and a full line tell nothing") {
  Trains line(Kbps(100'000));
  for (int i = 0; i < 10; ++i) line.Send(4, Kbps(2'400));
  CHECK_FALSE(line.bursts.rate());
  for (int i = 0; i < 100; ++i) {
    line.bursts.OnPacket({.sent_at = At(1'000 + i), .size = kPacket}, At(1'050 + i));
  }
  CHECK_FALSE(line.bursts.rate());
  line.Send(20, Kbps(2'400));
  line.Send(1, Kbps(2'400));
  REQUIRE(line.bursts.rate());
  line.bursts.OnFull(At(600));
  CHECK_FALSE(line.bursts.rate());
}

}  // namespace
}  // namespace onair::cc
