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

// The media position that sound is needed up to. Frame n begins at 1000 + 20 * n.
MediaTime Up(std::int64_t ms) {
  return MediaTime::Millis(1'000 + ms);
}
constexpr MediaTime kNothing = MediaTime::Zero();

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
std::vector<std::int64_t> PopAll(AudioOrder& order, MediaTime needed) {
  std::vector<std::int64_t> out;
  while (auto item = order.Pop(needed)) {
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
  AudioOrder order;
  for (int i = 0; i < 5; ++i) {
    order.Push(Sound(i));
    CHECK(PopAll(order, kNothing) == Numbers{i});
  }
  CHECK_FALSE(order.hole());
}

TEST_CASE("Frames that swap places are put right and doubles go") {
  using Outcome = AudioOrder::Outcome;
  AudioOrder order;
  order.Push(Sound(0));
  CHECK(PopAll(order, kNothing) == Numbers{0});
  CHECK(order.Push(Sound(2)) == Outcome::kNews);
  CHECK(order.Push(Sound(2, true)) == Outcome::kDouble);
  CHECK(PopAll(order, kNothing).empty());
  CHECK(order.hole() == Up(20));
  order.Push(Sound(1));
  CHECK(PopAll(order, kNothing) == Numbers{1, 2});
  CHECK(order.Push(Sound(1, true)) == Outcome::kDouble);
  CHECK(PopAll(order, kNothing).empty());
  CHECK(order.stats().doubles == 2);
  CHECK(order.stats().lost == 0);
}

TEST_CASE("A hole is said when its sound is needed, with the frame behind it at hand") {
  AudioOrder order;
  order.Push(Sound(0));
  CHECK(PopAll(order, kNothing) == Numbers{0});
  order.Push(Sound(3));
  order.Push(Sound(4));
  CHECK(order.hole() == Up(20));
  CHECK(PopAll(order, Up(20)).empty());
  const auto item = order.Pop(Up(21));
  REQUIRE(item);
  const auto* lost = std::get_if<AudioOrder::Lost>(&*item);
  REQUIRE(lost != nullptr);
  CHECK(lost->pts == MediaTime::Millis(1'020));
  CHECK(lost->span == TimeDelta::Millis(40));
  REQUIRE(order.front() != nullptr);
  CHECK(order.front()->pts == MediaTime::Millis(1'060));
  CHECK(PopAll(order, Up(21)) == Numbers{3, 4});
  CHECK(order.stats().lost_for == TimeDelta::Millis(40));

  CHECK(order.Push(Sound(1)) == AudioOrder::Outcome::kLate);
  CHECK(PopAll(order, Up(1'000)).empty());
  CHECK(order.stats().late == 1);
}

TEST_CASE("A repetition of RED fills a hole without waiting") {
  AudioOrder order;
  order.Push(Sound(0));
  CHECK(PopAll(order, kNothing) == Numbers{0});
  order.Push(Sound(1, true));
  order.Push(Sound(2));
  CHECK(PopAll(order, kNothing) == Numbers{1, 2});
  CHECK(order.stats().lost == 0);
}

TEST_CASE("Silence that was not sent is no loss") {
  AudioOrder order;
  order.Push(Sound(0));
  CHECK(PopAll(order, kNothing) == Numbers{0});
  SoundFrame after = Sound(20);
  after.sequence = 1;
  order.Push(after);
  CHECK(PopAll(order, kNothing) == Numbers{20});
  CHECK(order.stats().lost == 0);
}

TEST_CASE("Wobble of a quarter frame is neither a hole nor a double") {
  AudioOrder order;
  for (int i = 0; i < 50; ++i) {
    SoundFrame sound = Sound(i);
    sound.frame.pts = sound.frame.pts + TimeDelta::Millis(i % 2 == 0 ? 2 : -2);
    order.Push(sound);
    CHECK(PopAll(order, kNothing).size() == 1);
  }
  CHECK(order.stats().doubles == 0);
}

TEST_CASE("A jump of the line starts afresh") {
  AudioOrder order;
  order.Push(Sound(1'000));
  CHECK(PopAll(order, kNothing) == Numbers{1'000});
  order.Push(Sound(2));  // Twenty seconds back.
  CHECK(PopAll(order, kNothing) == Numbers{2});
  order.Push(Sound(5'000));
  CHECK(PopAll(order, kNothing) == Numbers{5'000});
  CHECK(order.stats().restarts == 2);
}

TEST_CASE("Frames that do not say their span are told by what they lie apart") {
  for (const std::int64_t span_ms : {5, 10, 20, 21, 40, 60}) {
    AudioOrder order;
    const auto sound = [span_ms](std::int64_t number) {
      SoundFrame frame = Sound(0);
      frame.frame.pts = MediaTime::Millis(1'000 + span_ms * number);
      frame.span.reset();
      frame.sequence.reset();
      return frame;
    };
    for (int i = 0; i < 50; ++i) {
      order.Push(sound(i));
      static_cast<void>(PopAll(order, Up(span_ms * i)));
    }
    const std::int64_t lost_before = order.stats().lost;
    CAPTURE(span_ms);
    CHECK(lost_before <= 4);  // While the span is being learned.
    CHECK(order.stats().doubles == 0);
    CHECK(order.stats().frames == 50);
    order.Push(sound(51));
    CHECK(order.hole() == Up(span_ms * 50));
    CHECK(PopAll(order, kNothing).empty());
    order.Push(sound(50));
    CHECK(PopAll(order, kNothing).size() == 2);
    order.Push(sound(53));
    const auto item = order.Pop(Up(span_ms * 53));
    REQUIRE(item);
    const auto* lost = std::get_if<AudioOrder::Lost>(&*item);
    REQUIRE(lost != nullptr);
    CHECK(std::abs(lost->span.ms() - span_ms) <= 1);
  }
}

TEST_CASE("Silence that frames without a span lay apart for costs no sound after it") {
  AudioOrder order;
  const auto push = [&order](std::int64_t ms) {
    SoundFrame sound = Sound(0);
    sound.frame.pts = sound.frame.dts = MediaTime::Millis(1'000 + ms);
    sound.span.reset();
    sound.sequence.reset();
    order.Push(sound);
    const Numbers out = PopAll(order, MediaTime::Millis(1'000 + ms));
    return std::count_if(out.begin(), out.end(), [](std::int64_t n) { return n >= 0; });
  };
  for (int i = 0; i < 50; ++i) push(20 * i);
  for (int i = 0; i < 8; ++i) push(1'000 + 400 * i);  // Discontinuous transmission.
  std::int64_t given = 0;
  for (int i = 0; i < 100; ++i) given += push(4'000 + 20 * i);
  CHECK(given >= 100);
}

TEST_CASE("What waits behind a hole is bounded") {
  AudioOrder order;
  order.Push(Sound(0));
  CHECK(PopAll(order, kNothing) == Numbers{0});
  std::size_t given = 0;
  for (int i = 2; i < 300; ++i) {
    order.Push(Sound(i));
    given += PopAll(order, kNothing).size();
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
    AudioOrder order;
    std::int64_t last = -1;
    MediaTime end = MediaTime::Zero();
    for (const Arrival& arrival : arrivals) {
      order.Push(Sound(arrival.number));
      while (auto item = order.Pop(Up(arrival.at - 150))) {
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
