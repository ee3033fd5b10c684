// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/line_estimate.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

constexpr TimeDelta kBase = TimeDelta::Millis(25);
constexpr auto kAllowed = LineEstimate::Growth::kAllowed;

// Pictures of 6000 bytes each 33 ms, in trains at `train_kbps`, over a line of `line_kbps`.
struct Pictures {
  double line_kbps = 4000;
  double train_kbps = 8000;
  ServiceRate service = {};
  Timestamp free_at = At(0);

  LineEstimate::Queue Send(int from_ms, int to_ms) {
    LineEstimate::Queue queue{.least = TimeDelta::Seconds(10)};
    for (int at = from_ms; at < to_ms; at += 33) {
      for (int i = 0; i < 6; ++i) {
        const Timestamp sent = At(at) + Span(train_kbps) * i;
        free_at = std::max(free_at, sent) + Span(line_kbps);
        const TimeDelta wait = free_at - Span(line_kbps) - sent;
        service.Add({.sent_at = sent, .arrived_at = sent + kBase + wait, .size = kPacket}, kBase);
        queue.least = std::min(queue.least, wait);
        queue.most = std::max(queue.most, wait);
        queue.newest = wait;
      }
    }
    return queue;
  }
  static constexpr DataSize kPacket = DataSize::Bytes(1000);
  static TimeDelta Span(double kbps) {
    return kPacket / DataRate::BitsPerSec(static_cast<std::int64_t>(kbps * 1e3));
  }
};

}  // namespace

TEST_CASE("The estimate is at the line's rate after three pictures") {
  Pictures pictures;
  LineEstimate line(1e6);
  const auto found = line.Take(pictures.service, pictures.Send(0, 100), kAllowed, At(100));
  line.Take(pictures.service, pictures.Send(100, 200), kAllowed, At(200));

  CHECK(line.is_measured());
  CHECK(line.bps() == Approx(4e6).epsilon(0.02));
  CHECK(found.cause == Cause::kNone);
}

TEST_CASE("Trains that waited as a whole are no slower line") {
  Pictures pictures;
  LineEstimate line(1e6);
  line.Take(pictures.service, pictures.Send(0, 200), kAllowed, At(200));
  const double before = line.bps();

  // A host that wakes late by as much as a queue may be: the picture comes at once, then.
  ServiceRate late;
  const TimeDelta stall = line.FreeWait().Scaled(1.2);
  for (int at = 200; at < 300; at += 33) {
    for (int i = 0; i < 6; ++i) {
      const Timestamp sent = At(at) + Pictures::Span(8000) * i;
      late.Add({.sent_at = sent, .arrived_at = sent + kBase + stall, .size = Pictures::kPacket},
               kBase);
    }
  }
  const auto found = line.Take(late, {stall, stall, stall}, kAllowed, At(300));

  REQUIRE(line.is_measured());
  CHECK(late.Over(TimeDelta::Millis(100)).bps() < before * 0.9);
  CHECK(line.bps() == before);
  CHECK(found.cause == Cause::kJitter);
}

TEST_CASE("A line that falls to half is followed in one step") {
  Pictures pictures{.line_kbps = 2000};
  LineEstimate line(1e6);
  line.Take(pictures.service, pictures.Send(0, 200), kAllowed, At(200));
  pictures.line_kbps = 1000;
  const auto found = line.Take(pictures.service, pictures.Send(200, 300), kAllowed, At(300));

  CHECK(line.bps() == Approx(1e6).epsilon(0.1));
  CHECK(found.cause == Cause::kCongestion);
}

TEST_CASE("A line that is not full is tried by growth, unless that is held") {
  Pictures pictures{.line_kbps = 100'000, .train_kbps = 1000};
  LineEstimate line(1e6);
  const LineEstimate::Queue queue = pictures.Send(0, 100);
  line.Take(pictures.service, queue, kAllowed, At(100));
  line.Take(pictures.service, queue, kAllowed, At(200));
  CHECK_FALSE(line.is_measured());
  CHECK(line.bps() == Approx(1.15e6));

  const auto found = line.Take(pictures.service, queue, LineEstimate::Growth::kHeld, At(300));
  CHECK(line.bps() == Approx(1.15e6));
  CHECK(found.cause == Cause::kApplicationLimited);
}

TEST_CASE("A wait that was over before the report came changes nothing") {
  Pictures pictures;
  LineEstimate line(4e6);
  pictures.Send(0, 100);
  pictures.free_at += TimeDelta::Millis(60);  // The radio stood still.
  LineEstimate::Queue queue = pictures.Send(100, 200);
  queue.newest = queue.least = TimeDelta::Zero();
  REQUIRE(queue.most > TimeDelta::Millis(40));

  const auto found = line.Take(pictures.service, queue, kAllowed, At(200));
  CHECK(found.cause == Cause::kJitter);
  CHECK(line.bps() == 4e6);
}

TEST_CASE("A wait is free for radio's turns and a packet and a half") {
  CHECK(LineEstimate(1.44e6).FreeWait() == TimeDelta::Millis(15));
  CHECK(LineEstimate(1.44e7).FreeWait() == TimeDelta::Millis(6));
}

TEST_CASE("A line's swing is forgotten by time, however few reports measure it") {
  Pictures pictures;
  LineEstimate line(4e6);
  int at = 0;
  while (at < 20'000) {
    pictures.line_kbps = at / 1000 % 2 == 0 ? 4000 : 2000;
    pictures.train_kbps = pictures.line_kbps * 2;
    const auto queue = pictures.Send(at, at + 100);
    line.Take(pictures.service, queue, kAllowed, At(at += 100));
  }
  REQUIRE(line.caution() == 1);
  while (at < 28'000) {
    const auto queue = pictures.Send(at, at + 100);
    line.Take(pictures.service, queue, kAllowed, At(at += 100));
    for (int i = 0; i < 3; ++i) line.Take(ServiceRate(), {}, kAllowed, At(at += 100));
  }
  CHECK(line.caution() == 0);
}

}  // namespace onair::cc
