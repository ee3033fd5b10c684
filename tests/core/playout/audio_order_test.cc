// SPDX-License-Identifier: Apache-2.0
#include "core/playout/audio_order.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <vector>

#include "core/base/rng.h"
#include "tests/support/print_units.h"

namespace onair::playout {
namespace {

constexpr TimeDelta kSpan = TimeDelta::Millis(20);

Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

SoundFrame Sound(std::int64_t number, bool is_repetition = false) {
  const MediaTime pts = MediaTime::Millis(1'000 + 20 * number);
  SoundFrame sound{{Buffer::Own({static_cast<std::uint8_t>(number)}), FrameKind::kAudio, pts, pts,
                    Timestamp::Zero()},
                   kSpan,
                   number};
  if (is_repetition) sound.sequence.reset();
  return sound;
}

// Numbers of the frames given; a loss as -1000 less its milliseconds.
std::vector<std::int64_t> PopAll(AudioOrder& order, Timestamp now) {
  std::vector<std::int64_t> out;
  while (auto item = order.Pop(now)) {
    if (const auto* frame = std::get_if<EncodedFrame>(&*item)) {
      out.push_back((frame->pts.ms() - 1'000) / 20);
    } else {
      out.push_back(-1'000 - std::get<AudioOrder::Lost>(*item).span.ms());
    }
  }
  return out;
}

using Numbers = std::vector<std::int64_t>;

TEST_CASE("Frames in order go through at once") {
  AudioOrder order(TimeDelta::Millis(40));
  for (int i = 0; i < 5; ++i) {
    order.Push(Sound(i), At(20 * i));
    CHECK(PopAll(order, At(20 * i)) == Numbers{i});
  }
  CHECK(order.wake_at() == Timestamp::PlusInfinity());
}

TEST_CASE("Frames that swap places are put right and doubles go") {
  AudioOrder order(TimeDelta::Millis(40));
  order.Push(Sound(0), At(0));
  CHECK(PopAll(order, At(0)) == Numbers{0});
  order.Push(Sound(2), At(20));
  order.Push(Sound(2, true), At(20));
  CHECK(PopAll(order, At(20)).empty());
  CHECK(order.wake_at() == At(60));
  order.Push(Sound(1), At(30));
  CHECK(PopAll(order, At(30)) == Numbers{1, 2});
  order.Push(Sound(1, true), At(40));
  CHECK(PopAll(order, At(40)).empty());
  CHECK(order.stats().doubles == 2);
  CHECK(order.stats().lost == 0);
}

TEST_CASE("A hole is said when its time is over, with the frame behind it at hand") {
  AudioOrder order(TimeDelta::Millis(40));
  order.Push(Sound(0), At(0));
  CHECK(PopAll(order, At(0)) == Numbers{0});
  order.Push(Sound(3), At(60));
  order.Push(Sound(4), At(80));
  CHECK(order.wake_at() == At(100));
  CHECK(PopAll(order, At(99)).empty());
  const auto item = order.Pop(At(100));
  REQUIRE(item);
  const auto* lost = std::get_if<AudioOrder::Lost>(&*item);
  REQUIRE(lost != nullptr);
  CHECK(lost->pts == MediaTime::Millis(1'020));
  CHECK(lost->span == TimeDelta::Millis(40));
  REQUIRE(order.front() != nullptr);
  CHECK(order.front()->pts == MediaTime::Millis(1'060));
  CHECK(PopAll(order, At(100)) == Numbers{3, 4});
  CHECK(order.stats().lost_for == TimeDelta::Millis(40));

  order.Push(Sound(1), At(110));
  CHECK(PopAll(order, At(110)).empty());
  CHECK(order.stats().late == 1);
}

TEST_CASE("A repetition of RED fills a hole without waiting") {
  AudioOrder order(TimeDelta::Millis(40));
  order.Push(Sound(0), At(0));
  CHECK(PopAll(order, At(0)) == Numbers{0});
  order.Push(Sound(1, true), At(40));
  order.Push(Sound(2), At(40));
  CHECK(PopAll(order, At(40)) == Numbers{1, 2});
  CHECK(order.stats().lost == 0);
}

TEST_CASE("Silence that was not sent is no loss") {
  AudioOrder order(TimeDelta::Millis(40));
  order.Push(Sound(0), At(0));
  CHECK(PopAll(order, At(0)) == Numbers{0});
  SoundFrame after = Sound(20);
  after.sequence = 1;
  order.Push(after, At(400));
  CHECK(PopAll(order, At(400)) == Numbers{20});
  CHECK(order.stats().lost == 0);
}

TEST_CASE("Wobble of a quarter frame is neither a hole nor a double") {
  AudioOrder order(TimeDelta::Millis(40));
  for (int i = 0; i < 50; ++i) {
    SoundFrame sound = Sound(i);
    sound.frame.pts = sound.frame.pts + TimeDelta::Millis(i % 2 == 0 ? 2 : -2);
    order.Push(sound, At(20 * i));
    CHECK(PopAll(order, At(20 * i)).size() == 1);
  }
  CHECK(order.stats().doubles == 0);
}

TEST_CASE("A jump of the line starts afresh") {
  AudioOrder order(TimeDelta::Millis(40));
  order.Push(Sound(1'000), At(0));
  CHECK(PopAll(order, At(0)) == Numbers{1'000});
  order.Push(Sound(2), At(20));  // Twenty seconds back.
  CHECK(PopAll(order, At(20)) == Numbers{2});
  order.Push(Sound(5'000), At(40));
  CHECK(PopAll(order, At(40)) == Numbers{5'000});
  CHECK(order.stats().restarts == 2);
}

TEST_CASE("Frames that do not say their span are told by what they lie apart") {
  for (const std::int64_t span_ms : {10, 20, 21, 40, 60}) {
    AudioOrder order(TimeDelta::Millis(100));
    const auto sound = [span_ms](std::int64_t number) {
      SoundFrame frame = Sound(0);
      frame.frame.pts = MediaTime::Millis(1'000 + span_ms * number);
      frame.span.reset();
      frame.sequence.reset();
      return frame;
    };
    for (int i = 0; i < 50; ++i) {
      order.Push(sound(i), At(span_ms * i));
      static_cast<void>(PopAll(order, At(span_ms * i + 100)));
    }
    const std::int64_t lost_before = order.stats().lost;
    CAPTURE(span_ms);
    CHECK(lost_before <= 4);  // While a longer span is being learned.
    order.Push(sound(51), At(span_ms * 51));
    CHECK(PopAll(order, At(span_ms * 51)).empty());
    order.Push(sound(50), At(span_ms * 51));
    CHECK(PopAll(order, At(span_ms * 51)).size() == 2);
    order.Push(sound(53), At(span_ms * 53));
    const auto item = order.Pop(At(span_ms * 53 + 100));
    REQUIRE(item);
    const auto* lost = std::get_if<AudioOrder::Lost>(&*item);
    REQUIRE(lost != nullptr);
    // 21 ms pass for 20: that is wobble.
    CHECK(std::abs(lost->span.ms() - span_ms) <= 1);
  }
}

TEST_CASE("What waits behind a hole is bounded") {
  AudioOrder order(TimeDelta::Seconds(60));
  order.Push(Sound(0), At(0));
  CHECK(PopAll(order, At(0)) == Numbers{0});
  std::size_t given = 0;
  for (int i = 2; i < 300; ++i) {
    order.Push(Sound(i), At(20 * i));
    given += PopAll(order, At(20 * i)).size();
  }
  CHECK(given == 1 + 298);
  CHECK(order.stats().overflows == 1);
}

TEST_CASE("Over any line frames come out once, in order, and holes are said") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    Rng rng(seed);
    struct Arrival {
      std::int64_t at;
      std::int64_t number;
    };
    std::vector<Arrival> arrivals;
    for (int i = 0; i < 300; ++i) {
      if (rng.Below(10) == 0) continue;
      const std::int64_t at = 20 * i + static_cast<std::int64_t>(rng.Below(60));
      arrivals.push_back({at, i});
      if (rng.Below(5) == 0) arrivals.push_back({at + 30, i});
    }
    std::stable_sort(arrivals.begin(), arrivals.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
    AudioOrder order(TimeDelta::Millis(70));
    std::int64_t last = -1;
    MediaTime end = MediaTime::Zero();
    for (const Arrival& arrival : arrivals) {
      order.Push(Sound(arrival.number), At(arrival.at));
      while (auto item = order.Pop(At(arrival.at))) {
        const auto* frame = std::get_if<EncodedFrame>(&*item);
        const MediaTime pts = frame ? frame->pts : std::get<AudioOrder::Lost>(*item).pts;
        CAPTURE(seed, pts.ms());
        if (last >= 0) REQUIRE(pts == end);
        end = frame ? pts + kSpan : pts + std::get<AudioOrder::Lost>(*item).span;
        last = 1;
      }
    }
    CHECK(order.stats().late == 0);
  }
}

}  // namespace
}  // namespace onair::playout
