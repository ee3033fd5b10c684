// SPDX-License-Identifier: Apache-2.0
#include "core/twin/media_element.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/print_units.h"

namespace onair::twin {
namespace {

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + Ms(ms);
}

LiveArrivalsConfig Quiet() {
  LiveArrivalsConfig config;
  config.video.rate = DataRate::KilobitsPerSec(100);
  return config;
}

TEST_CASE(
    "Arrivals begin with the newest key frame and all that came since, then come as they are") {
  LiveArrivalsConfig config = Quiet();
  config.joins_after_key = Ms(1500);
  LiveArrivals arrivals(config, Rng(1));
  auto first = arrivals.Next();
  CHECK(first.frame.is_key());
  CHECK(arrivals.joined_at() - first.captured_at == config.one_way + Ms(1500));
  Timestamp last = arrivals.joined_at();
  for (auto next = arrivals.Next(); next.at < arrivals.joined_at() + Ms(3000);
       next = arrivals.Next()) {
    CHECK(next.at >= last);
    last = next.at;
    if (next.captured_at < arrivals.joined_at()) continue;
    CHECK(next.at - next.captured_at >= config.one_way);
    CHECK(next.at - next.captured_at <= config.one_way + Ms(2));
  }
}

TEST_CASE("Arrivals refuse what is out of range, by name") {
  struct Row {
    const char* field;
    void (*spoil)(LiveArrivalsConfig&);
  };
  const Row rows[] = {
      {"gop", [](auto& c) { c.video.gop = Ms(0); }},
      {"one_way", [](auto& c) { c.one_way = Ms(-1); }},
      {"line", [](auto& c) { c.line = DataRate::Zero(); }},
      {"jitter", [](auto& c) { c.jitter = Ms(10'001); }},
      {"hold", [](auto& c) { c.hold = Ms(10'001); }},
      {"hold_every", [](auto& c) { c.hold_every = Ms(0); }},
      {"outage", [](auto& c) { c.outage = Ms(60'001); }},
      {"outage_every", [](auto& c) { c.outage_every = TimeDelta::PlusInfinity(); }},
      {"dip", [](auto& c) { c.dip = Ms(-1); }},
      {"dip_every", [](auto& c) { c.dip_every = Ms(0); }},
      {"dip_line", [](auto& c) { c.dip_line = DataRate::Zero(); }},
      {"clock", [](auto& c) { c.clock = 1.2; }},
      {"joins_after_key", [](auto& c) { c.joins_after_key = c.video.gop; }},
  };
  CHECK(LiveArrivalsConfig{}.Validate().has_value());
  for (const auto& row : rows) {
    INFO(row.field);
    LiveArrivalsConfig config;
    row.spoil(config);
    REQUIRE_FALSE(config.Validate().has_value());
    CHECK(config.Validate().error().detail == row.field);
  }
}

TEST_CASE("An outage holds everything up for its length, and nothing is lost") {
  LiveArrivalsConfig config = Quiet();
  config.outage = Ms(2000);
  config.outage_every = Ms(10'000);
  LiveArrivals arrivals(config, Rng(3));
  int outages = 0;
  std::int64_t number = 0;
  Timestamp last = arrivals.joined_at();
  while (last < arrivals.joined_at() + Ms(120'000)) {
    const auto next = arrivals.Next();
    if (next.at - last > Ms(1900)) ++outages;
    CHECK(next.at - next.captured_at <= Ms(2100));
    last = next.at;
    if (next.frame.track() != TrackKind::kVideo) continue;
    if (number > 0) CHECK(FrameNumber(next.frame) == number + 1);
    number = FrameNumber(next.frame);
  }
  CHECK(outages >= 8);
  CHECK(outages <= 12);
}

TEST_CASE("A line that dips to less than the stream holds up more and more, then lets it all go") {
  LiveArrivalsConfig config = Quiet();
  config.line = DataRate::KilobitsPerSec(400);
  config.dip = Ms(3000);
  config.dip_line = DataRate::KilobitsPerSec(80);
  LiveArrivals arrivals(config, Rng(3));
  TimeDelta most = TimeDelta::Zero();
  TimeDelta least = TimeDelta::PlusInfinity();
  for (auto next = arrivals.Next(); next.at < arrivals.joined_at() + Ms(60'000);
       next = arrivals.Next()) {
    most = std::max(most, next.at - next.captured_at);
    if (most > Ms(1000)) least = std::min(least, next.at - next.captured_at);
  }
  CHECK(most >= Ms(1200));
  CHECK(most <= Ms(2500));
  CHECK(least <= Ms(100));
}

TEST_CASE("A meter counts gaps above 200 ms and the age of what stands on the screen") {
  PictureMeter meter(At(0));
  for (std::int64_t ms = 0; ms <= 1000; ms += 40) meter.Shown(At(ms), At(ms + 100));
  CHECK(meter.stalls() == 0);
  CHECK(meter.MeanDelay().ms_f() ==
        Approx(120));  // 100 ms old when it comes, 140 when the next does.
  meter.Shown(At(2000), At(2100));
  CHECK(meter.stalls() == 1);
  CHECK(meter.frozen() == Ms(800));
  CHECK(meter.watched() == Ms(2000));
  CHECK(meter.StallsPer100s() == Approx(50));
  CHECK(meter.FrozenPercent() == Approx(40));
}

// Plays `span` of a quiet network; what is left buffered.
TimeDelta Play(MediaElement& element, LiveArrivals& arrivals, TimeDelta span) {
  for (auto next = arrivals.Next(); next.at < arrivals.joined_at() + span; next = arrivals.Next())
    element.Take(next);
  return element.buffered();
}

TEST_CASE("An element without a rule stays behind by what the cached group was old") {
  LiveArrivalsConfig config = Quiet();
  config.joins_after_key = Ms(1500);
  LiveArrivals arrivals(config, Rng(1));
  PictureMeter meter(arrivals.joined_at() + Ms(1000));
  MediaElement element({.starts_from = Ms(1000)}, meter);
  const TimeDelta left = Play(element, arrivals, Ms(60'000));
  CHECK(left >= Ms(1420));
  CHECK(left <= Ms(1520));
  CHECK(meter.stalls() == 0);
  CHECK(meter.MeanDelay() >= Ms(1500));
  CHECK(meter.MeanDelay() <= Ms(1600));
}

TEST_CASE("An element that syncs live is faster from its upper limit until its target") {
  LiveArrivalsConfig config = Quiet();
  config.joins_after_key = Ms(1900);
  LiveArrivals arrivals(config, Rng(1));
  PictureMeter meter(arrivals.joined_at());
  MediaElement element({.live_sync = LiveSyncRule{}}, meter);
  static_cast<void>(Play(element, arrivals, Ms(3000)));
  CHECK(element.playback_rate() == 1.2);
  // 1.1 s too much at a fifth more: 5.5 s.
  const TimeDelta left = Play(element, arrivals, Ms(8000));
  CHECK(element.playback_rate() == 1.0);
  CHECK(left <= Ms(810));
  CHECK(left >= Ms(700));
}

TEST_CASE("An element that runs dry waits for as much as it started with") {
  LiveArrivalsConfig config = Quiet();
  config.outage = Ms(2000);
  config.outage_every = Ms(20'000);
  config.dip = Ms(0);
  LiveArrivals arrivals(config, Rng(1));
  PictureMeter meter(arrivals.joined_at() + Ms(1000));
  MediaElement element({.starts_from = Ms(500)}, meter);
  static_cast<void>(Play(element, arrivals, Ms(300'000)));
  // The first outage stalls it; then it is behind by that outage, and no other one does.
  CHECK(meter.stalls() >= 1);
  CHECK(meter.stalls() <= 2);
  CHECK(meter.MeanDelay() >= Ms(1800));
}

}  // namespace
}  // namespace onair::twin
