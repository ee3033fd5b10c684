// SPDX-License-Identifier: Apache-2.0
//
// The play line in realtime mode on arrivals as datagrams bring them.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <vector>

#include "core/base/rng.h"
#include "core/playout/play_line.h"
#include "tests/support/print_units.h"

namespace onair::playout {
namespace {

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}

struct Outcome {
  TimeDelta delay = TimeDelta::Zero();  // From sending to showing, 95 % of pictures.
  double late = 0;                      // Share of pictures that came after their time.
};

// Pictures each 33 ms for `seconds`; `network` tells how long each is under way.
Outcome Run(PlayLine& line, int seconds, const std::function<TimeDelta(int)>& network) {
  struct Arrival {
    Timestamp at;
    MediaTime media;
  };
  std::vector<Arrival> arrivals;
  for (int i = 0; i < seconds * 30; ++i) {
    const TimeDelta sent = TimeDelta::Micros(33'333 * std::int64_t{i});
    arrivals.push_back({Timestamp::Zero() + sent + network(i), MediaTime::Zero() + sent});
    // Pictures come in order: one that is held up holds up those behind it.
    if (i > 0) arrivals[i].at = std::max(arrivals[i].at, arrivals[i - 1].at);
  }
  std::vector<TimeDelta> delays;
  int late = 0;
  for (const Arrival& arrival : arrivals) {
    while (line.decide_at() <= arrival.at) line.OnTime(line.decide_at());
    line.OnArrival(TrackKind::kVideo, arrival.media, arrival.at);
    if (arrival.media < MediaTime::Millis(3'000)) continue;
    const Timestamp due = line.map()->AtOf(arrival.media);
    late += due < arrival.at ? 1 : 0;
    delays.push_back(std::max(due, arrival.at) -
                     (Timestamp::Zero() + (arrival.media - MediaTime::Zero())));
  }
  std::sort(delays.begin(), delays.end());
  return {delays[delays.size() * 95 / 100], static_cast<double>(late) / delays.size()};
}

TEST_CASE("On a steady line pictures are shown within 25 ms of their arrival") {
  PlayLine line(BufferMode::kRealtime, TimeDelta::Zero());
  const Outcome outcome = Run(line, 20, [](int) { return Ms(1); });
  CHECK(outcome.delay <= Ms(26));
  CHECK(outcome.late == 0);
}

TEST_CASE("Jitter of 30 ms costs as much delay and few late pictures") {
  Rng rng(1);
  PlayLine line(BufferMode::kRealtime, TimeDelta::Zero());
  const Outcome outcome =
      Run(line, 60, [&rng](int) { return Ms(25 + static_cast<std::int64_t>(rng.Below(30))); });
  CHECK(outcome.delay <= Ms(25 + 30 + 25));
  CHECK(outcome.late < 0.02);
}

TEST_CASE("Losses that resends of a 50 ms path mend leave few late pictures and 250 ms of delay") {
  // 5 % of packets, six a picture: every fourth picture waits for a resend, some for a second one.
  Rng rng(2);
  PlayLine line(BufferMode::kRealtime, TimeDelta::Zero());
  const Outcome outcome = Run(line, 60, [&rng](int) {
    TimeDelta delay = Ms(25);
    int missing = 0;
    for (int i = 0; i < 6; ++i) missing += rng.Below(20) == 0 ? 1 : 0;
    while (missing > 0) {
      delay += Ms(60);
      int still = 0;
      for (int i = 0; i < missing; ++i) still += rng.Below(20) == 0 ? 1 : 0;
      missing = still;
    }
    return delay;
  });
  CHECK(outcome.delay <= Ms(250));
  CHECK(outcome.late < 0.02);
}

TEST_CASE("The sender's least delay is kept even where the line needs none") {
  PlayLine line(BufferMode::kRealtime, TimeDelta::Zero());
  line.SetDelayRange(Ms(200), Ms(500));
  const Outcome outcome = Run(line, 20, [](int) { return Ms(1); });
  CHECK(outcome.delay >= Ms(195));
  CHECK(outcome.delay <= Ms(230));
}

TEST_CASE("A most delay of zero shows pictures as they come") {
  Rng rng(3);
  PlayLine line(BufferMode::kRealtime, TimeDelta::Zero());
  line.SetDelayRange(Ms(0), Ms(0));
  const Outcome outcome =
      Run(line, 20, [&rng](int) { return Ms(5 + static_cast<std::int64_t>(rng.Below(20))); });
  CHECK(line.target() == Ms(0));
  CHECK(outcome.delay <= Ms(5 + 20 + 20));
}

}  // namespace
}  // namespace onair::playout
