// SPDX-License-Identifier: Apache-2.0
//
// When a viewer over WebRTC leaves a quality that his line does not carry, and whether he tries a
// better one there: the choice beside a whole client on lines that drop what is too much.
#include <catch2/catch.hpp>
#include <iostream>

#include "core/session/quality_choice.h"
#include "tests/scenario/rts_join_stage.h"
#include "tests/support/print_units.h"

namespace onair::scenario {
namespace {

constexpr TimeDelta kFall = TimeDelta::Seconds(20);
constexpr TimeDelta kEnd = TimeDelta::Seconds(40);
constexpr TimeDelta kFreeze = TimeDelta::Millis(200);

// What the choice looks at.
enum class By { kArrival = 1, kPackets = 2 };

struct Chosen {
  // After the fall; infinity: not at all.
  TimeDelta down = TimeDelta::PlusInfinity();
  TimeDelta freeze = TimeDelta::PlusInfinity();      // Pictures stood still this long, or for ever.
  TimeDelta first_down = TimeDelta::PlusInfinity();  // Of the media, before the fall.
  int downs = 0;                                     // Looks that wished for less, before it.
  int ups = 0;                                       // That wished for more, before it.
};

std::ostream& operator<<(std::ostream& out, const Chosen& one) {
  const auto ms = [](TimeDelta span) { return span < TimeDelta::Seconds(100) ? span.ms() : -1; };
  return out << "down after " << ms(one.down) << " ms, freeze after " << ms(one.freeze)
             << " ms; before: first down " << ms(one.first_down) << " ms, downs " << one.downs
             << " ups " << one.ups;
}

// The quality that plays is the middle one of three, from our edge. The choice is not obeyed.
Chosen Watch(RtsPlayStage::Setup setup, By by) {
  setup.falls_at = Timestamp::Zero() + kFall;
  RtsJoinStage stage(setup, {.publisher = RtsJoinStage::Publisher::kDeaf});
  const DataRate rate = setup.rate + DataRate::KilobitsPerSec(64);
  std::optional<session::QualityChoice> choice;
  Chosen out;
  stage.on_look = [&] {
    const Timestamp now = stage.world.now();
    if (!choice) {
      const std::vector<DataRate> rates{rate.Scaled(0.5), rate, rate.Scaled(2)};
      choice.emplace(QualityConfig{}, rates, 1, now);
    }
    const PlaySessionStats stats = stage.session.stats();
    choice->OnSample({.at = now,
                      .received = stats.bytes_received,
                      .arrived = stage.session.position(now).video_arrived,
                      .buffered = stats.buffered,
                      .state = stats.state,
                      .packets = by == By::kPackets ? stage.session.arrivals() : std::nullopt});
    const std::size_t wanted = choice->Decide(now).quality;
    if (now >= setup.falls_at) {
      if (wanted == 0) out.down = std::min(out.down, now - setup.falls_at);
    } else {
      if (wanted == 0) out.first_down = std::min(out.first_down, now - stage.began_at);
      out.downs += wanted == 0 ? 1 : 0;
      out.ups += wanted == 2 ? 1 : 0;
    }
  };
  stage.Join(kEnd);
  Timestamp last = stage.began_at;
  const auto look = [&](Timestamp at) {
    if (at - last > kFreeze && at > setup.falls_at)
      out.freeze = std::min(out.freeze, std::max(last + kFreeze, setup.falls_at) - setup.falls_at);
    last = at;
  };
  for (const auto& one : stage.shown) look(one.at);
  look(stage.world.now());
  return out;
}

TEST_CASE("How a quality over WebRTC is judged on each line", "[.][table]") {
  const auto tell = [](const RtsPlayStage::Setup& setup) {
    std::cout << "line " << setup.line.bps() / 1000 << " then "
              << setup.line_later.value_or(setup.line).bps() / 1000 << " kbit/s, queue "
              << setup.queue.ms() << " ms, loss " << setup.loss * 100
              << " %\n  by arrival: " << Watch(setup, By::kArrival)
              << "\n  by packets: " << Watch(setup, By::kPackets) << std::endl;
  };
  for (const std::int64_t queue : {30, 150, 300}) {
    for (const std::int64_t later : {1500, 1300, 900}) {
      tell({.queue = TimeDelta::Millis(queue), .line_later = DataRate::KilobitsPerSec(later)});
    }
  }
  for (const std::int64_t line : {1600, 1700, 2500, 8000}) {
    for (const double loss : {0.0, 0.05, 0.1}) {
      tell({.loss = loss, .line = DataRate::KilobitsPerSec(line), .queue = TimeDelta::Millis(60)});
    }
  }
}

RtsPlayStage::Setup Steady(std::int64_t kbps, double loss, std::uint64_t seed) {
  return {.loss = loss,
          .line = DataRate::KilobitsPerSec(kbps),
          .queue = TimeDelta::Millis(60),
          .seed = seed};
}

// The edge fits what leaves to the line, so media keeps coming, full of repairs and holes.
TEST_CASE("A WebRTC quality that is a little too much for its line is left, and no better tried") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    for (const std::int64_t kbps : {1600, 1700}) {
      for (const double loss : {0.0, 0.05}) {
        CAPTURE(seed, kbps, loss);
        const Chosen chosen = Watch(Steady(kbps, loss, seed), By::kPackets);
        CHECK(chosen.first_down <= TimeDelta::Seconds(8));
        CHECK(chosen.downs >= 60);  // Of 190: it is no whim.
        CHECK(chosen.ups == 0);
      }
    }
  }
}

TEST_CASE("Losses of the air on a WebRTC line with room cost no quality, nor a better one") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    for (const std::int64_t kbps : {2500, 8000}) {
      CAPTURE(seed, kbps);
      const Chosen chosen = Watch(Steady(kbps, 0.05, seed), By::kPackets);
      CHECK(chosen.downs == 0);
      CHECK(chosen.ups >= 60);
    }
  }
}

TEST_CASE("A WebRTC line that falls is left before its pictures stand still") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    CAPTURE(seed);
    const Chosen chosen =
        Watch({.line_later = DataRate::KilobitsPerSec(1300), .seed = seed}, By::kPackets);
    CHECK(chosen.first_down == TimeDelta::PlusInfinity());
    CHECK(chosen.down <= TimeDelta::Seconds(1));
    CHECK(chosen.down + TimeDelta::Seconds(1) <= chosen.freeze);
  }
}

}  // namespace
}  // namespace onair::scenario
