// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/service_rate.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

constexpr TimeDelta kBase = TimeDelta::Millis(25);

// A line that sends 1000 bytes each `per_packet`, and trains over it.
struct Trains {
  explicit Trains(TimeDelta per) : per_packet(per) {}

  // `count` packets, one each `gap`.
  void Send(std::int64_t at_ms, int count, TimeDelta gap) {
    for (int i = 0; i < count; ++i) {
      const Timestamp sent = At(at_ms) + gap * i;
      free_at = std::max(free_at, sent) + per_packet;
      rate.Add({.sent_at = sent, .arrived_at = free_at + kBase, .size = DataSize::Bytes(1000)},
               kBase);
    }
  }

  TimeDelta per_packet;
  Timestamp free_at = At(0);
  ServiceRate rate;
};

}  // namespace

TEST_CASE("A picture's train measures a line that is not full") {
  Trains trains(TimeDelta::Millis(2));  // 4 Mbit/s.
  for (int i = 0; i < 3; ++i) trains.Send(i * 33, 6, TimeDelta::Millis(1));

  const auto measure = trains.rate.Over(TimeDelta::Millis(100));
  CHECK(measure.bps() == Approx(4e6));
  CHECK(measure.seconds == Approx(0.030));
  CHECK(measure.apart_after == Approx(2 * measure.apart_before));
}

TEST_CASE("A line that is back from a stall is judged by what it did since") {
  Trains trains(TimeDelta::Millis(2));  // 4 Mbit/s.
  trains.Send(0, 6, TimeDelta::Millis(1));
  trains.free_at = At(400);
  trains.Send(40, 16, TimeDelta::Millis(1));

  const auto measure = trains.rate.Over(TimeDelta::Millis(100));
  CHECK(measure.seconds == Approx(0.1));
  CHECK(measure.bps() > 1.2e6);
}

TEST_CASE("A train slower than the line tells nothing of it and stays together") {
  Trains trains(TimeDelta::Millis(1));
  trains.Send(0, 10, TimeDelta::Millis(3));

  const auto measure = trains.rate.Over(TimeDelta::Millis(100));
  CHECK(measure.packets == 0);
  CHECK(measure.apart_after == Approx(measure.apart_before));
  CHECK(trains.rate.DeliveredBps(TimeDelta::Millis(50)) == Approx(10 * 8000 / 0.05));
}

TEST_CASE("The newest work of a line shows its fall first") {
  Trains trains(TimeDelta::Millis(2));
  trains.Send(0, 20, TimeDelta::Millis(1));
  trains.per_packet = TimeDelta::Millis(4);
  trains.Send(40, 11, TimeDelta::Millis(1));

  CHECK(trains.rate.Over(TimeDelta::Millis(100)).bps() > 2.4e6);
  CHECK(trains.rate.OverBusy(TimeDelta::Millis(40)).bps() == Approx(2e6));
}

TEST_CASE("A packet that waited for its turn on an empty line counts with its wait") {
  ServiceRate rate;
  rate.Add({.sent_at = At(0), .arrived_at = At(35), .size = DataSize::Bytes(1000)}, kBase);

  CHECK(rate.Over(TimeDelta::Millis(100)).bps() == Approx(800'000));
}

TEST_CASE("What the air lost behind the narrow place was carried by it") {
  ServiceRate rate;
  for (int i = 0; i < 10; ++i) {
    if (i % 2 == 1) {
      rate.AddLost(DataSize::Bytes(1000));
      continue;
    }
    rate.Add({.sent_at = At(0), .arrived_at = At(25 + i * 2), .size = DataSize::Bytes(1000)},
             kBase);
  }
  CHECK(rate.Over(TimeDelta::Millis(100)).bps() == Approx(4e6));
}

TEST_CASE("Work that nobody told of is not taken for a slow line") {
  ServiceRate rate;
  rate.Add({.sent_at = At(0), .arrived_at = At(25), .size = DataSize::Bytes(1000)}, kBase);
  rate.Break();
  rate.Add({.sent_at = At(60), .arrived_at = At(105), .size = DataSize::Bytes(1000)}, kBase);

  CHECK(rate.Over(TimeDelta::Millis(200)).packets == 0);
}

TEST_CASE("A receiver's clock that is set back begins anew") {
  ServiceRate rate;
  rate.Add({.sent_at = At(0), .arrived_at = At(3'600'000), .size = DataSize::Bytes(1000)}, kBase);
  for (int i = 0; i < 10; ++i) {
    rate.Add({.sent_at = At(100), .arrived_at = At(125 + i * 2), .size = DataSize::Bytes(1000)},
             kBase);
  }
  CHECK(rate.Over(TimeDelta::Millis(100)).bps() == Approx(4e6));
}

}  // namespace onair::cc
