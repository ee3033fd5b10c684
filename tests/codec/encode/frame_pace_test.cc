// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/frame_pace.h"

#include <catch2/catch.hpp>
#include <vector>

#include "core/base/rng.h"

namespace onair::codec {
namespace {

// pts in ms of the pictures taken out of `count` at `fps`, each moved by up to `jitter_us`.
std::vector<std::int64_t> Feed(FramePace& pace, double fps, int count, std::int64_t jitter_us = 0) {
  Rng rng(1);
  std::vector<std::int64_t> taken;
  for (int i = 0; i < count; ++i) {
    const auto jitter = static_cast<std::int64_t>(rng.Below(2 * jitter_us + 1)) - jitter_us;
    const auto pts = MediaTime::Micros(static_cast<std::int64_t>(i * 1e6 / fps) + jitter);
    if (pace.Take(pts)) taken.push_back(pts.ms());
  }
  return taken;
}

TEST_CASE("Every picture is taken when as many are wanted as come") {
  FramePace pace(30);
  CHECK(Feed(pace, 30, 300).size() == 300);
  CHECK(pace.frame_rate() == Approx(30).epsilon(0.01));
}

TEST_CASE("Jitter and a slightly fast camera lose no picture") {
  FramePace jittered(30);
  CHECK(Feed(jittered, 30, 300, 12'000).size() == 300);

  FramePace fast(30);
  CHECK(Feed(fast, 30.5, 300).size() == 300);
}

TEST_CASE("Half the rate takes every second picture") {
  FramePace pace(30);
  pace.SetWanted(15);
  const auto taken = Feed(pace, 30, 300);

  CHECK(taken.size() == 150);
  for (std::size_t i = 1; i < taken.size(); ++i) {
    CHECK(taken[i] - taken[i - 1] >= 66);
    CHECK(taken[i] - taken[i - 1] <= 67);
  }
  CHECK(pace.frame_rate() == Approx(15));
}

TEST_CASE("Other ratios are spread evenly") {
  struct Row {
    double in, wanted;
  };
  for (const Row row : {Row{30, 20}, Row{30, 24}, Row{60, 25}, Row{30, 7}, Row{25, 1}}) {
    FramePace pace(row.in);
    pace.SetWanted(row.wanted);
    const auto taken = Feed(pace, row.in, static_cast<int>(row.in * 20));
    CAPTURE(row.in, row.wanted);
    CHECK(taken.size() == Approx(row.wanted * 20).margin(1));
    // No two neighbours are further apart than the wanted step and one input picture.
    for (std::size_t i = 1; i < taken.size(); ++i) {
      CHECK(taken[i] - taken[i - 1] <= 1000 / row.wanted + 1000 / row.in + 1);
    }
  }
}

TEST_CASE("A source faster than configured is thinned once it is measured") {
  FramePace pace(30);
  const auto taken = Feed(pace, 60, 600);
  CHECK(taken.size() >= 298);
  CHECK(taken.size() <= 306);
}

TEST_CASE("The pace of a slow camera is measured, one long pause is not") {
  FramePace pace(30);
  Feed(pace, 12, 60);
  CHECK(pace.frame_rate() == Approx(12).epsilon(0.02));

  REQUIRE(pace.Take(MediaTime::Millis(60'000)));
  CHECK(pace.frame_rate() > 10);
}

}  // namespace
}  // namespace onair::codec
