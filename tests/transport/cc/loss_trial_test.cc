// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/loss_trial.h"

#include "core/base/rng.h"
#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

// Packets of 1000 bytes at `kbps`, judged each 50 ms, over a line that loses as it is told.
struct Line {
  double air = 0;
  double policed_kbps = 1e9;
  LossTrial trial = {};
  int asked_ms = 0;

  void Run(int ms, double kbps) {
    for (const int end = now_ms + ms; now_ms < end; now_ms += 50) {
      const double sent = std::min(kbps, trial.ceiling_bps().value_or(1e12) / 1e3);
      const double policed = sent > policed_kbps ? 1 - policed_kbps / sent : 0;
      left += sent * 50 / 8000;
      for (; left >= 1; --left) {
        const bool is_lost = rng.Fraction() < air || rng.Fraction() < policed;
        trial.Add(At(now_ms), is_lost);
      }
      trial.Judge({.bps = sent * 1e3 * (1 - policed) * (1 - air)}, At(now_ms));
      if (trial.is_open()) asked_ms += 50;
    }
  }
  int now_ms = 0;
  double left = 0;
  Rng rng = Rng(7);
};

}  // namespace

TEST_CASE("Losses of the air are asked about once in a while and then carry no ceiling") {
  for (const double air : {0.1, 0.3}) {
    Line line{.air = air};
    line.Run(5000, 3000);
    CHECK(line.trial.is_the_airs());
    CHECK_FALSE(line.trial.ceiling_bps());
    line.Run(55'000, 3000);
    CHECK(line.trial.share() == Approx(air).margin(0.1));
    CHECK(line.asked_ms <= 6000);  // A tenth of a minute.
  }
}

TEST_CASE("A peak of the air's losses neither asks for long nor answers") {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    Line line{.air = 0.05, .rng = Rng(seed)};
    line.Run(60'000, 1500);
    CHECK(line.asked_ms <= 3000);
    CHECK_FALSE(line.trial.ceiling_bps());
  }
}

TEST_CASE("A policer's losses end when it is asked, and its rate is kept to") {
  Line line{.policed_kbps = 2000};
  line.Run(5000, 3000);
  CHECK_FALSE(line.trial.is_the_airs());
  REQUIRE(line.trial.ceiling_bps());
  CHECK(*line.trial.ceiling_bps() <= 2e6);
  CHECK(*line.trial.ceiling_bps() >= 1.6e6);

  line.Run(55'000, 3000);
  REQUIRE(line.trial.ceiling_bps());
  CHECK(*line.trial.ceiling_bps() < 2.3e6);
}

TEST_CASE("A few losses are not worth a question") {
  Line line{.air = 0.03};
  line.Run(60'000, 3000);
  CHECK(line.asked_ms == 0);
}

TEST_CASE("Losses of the air that grow are asked about again") {
  Line line{.air = 0.1};
  line.Run(5000, 3000);
  REQUIRE(line.trial.is_the_airs());
  line.policed_kbps = 1500;
  line.Run(8000, 3000);
  REQUIRE(line.trial.ceiling_bps());
  CHECK(*line.trial.ceiling_bps() <= 1.5e6);
}

TEST_CASE("What arrives beside missing reports is no measure of a question") {
  Line line{.air = 0.3};
  for (int ms = 0; ms < 2000; ms += 50) {
    for (int packet = 0; packet < 10; ++packet) line.trial.Add(At(ms), packet < 3);
    line.trial.Judge({.bps = 3e5, .is_steady = false}, At(ms));
  }
  CHECK_FALSE(line.trial.is_open());
  line.trial.Judge({.bps = 3e6}, At(2000));
  REQUIRE(line.trial.is_open());
  CHECK(*line.trial.ceiling_bps() > 2e6);
}

TEST_CASE("No question asks for less than is ever sent") {
  LossTrial trial;
  for (int packet = 0; packet < 300; ++packet) trial.Add(At(0), packet % 2 == 0);
  trial.Judge({.bps = 2e5, .least_bps = 2.5e5}, At(100));
  REQUIRE(trial.ceiling_bps());
  CHECK(*trial.ceiling_bps() == 2.5e5);
}

TEST_CASE("Losses that come in bursts are not taken for ours because some seconds have few") {
  int answered_ours = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    LossTrial trial;
    Rng rng(seed);
    bool is_lost = false;
    // Bursts of 4 packets, 10 % of all; 1500 kbit/s.
    for (int packet = 0; packet < 60 * 187; ++packet) {
      is_lost = is_lost ? rng.Fraction() < 0.75 : rng.Fraction() < 0.25 / 9;
      const Timestamp at = At(packet * 1000 / 187);
      trial.Add(at, is_lost);
      if (packet % 10 == 0) trial.Judge({.bps = 1.35e6}, at);
      answered_ours += !trial.is_open() && trial.ceiling_bps() ? 1 : 0;
    }
  }
  // One wrong answer in 20 minutes, which holds for 5 s.
  CHECK(answered_ours <= 95);
}

TEST_CASE("A question that nobody answered leaves no answer, and no ceiling") {
  Line line{.air = 0.3};
  for (int ms = 0; ms < 2000 && !line.trial.is_open(); ms += 50) line.Run(50, 3000);
  REQUIRE(line.trial.is_open());
  line.trial.Judge({.bps = 1e6}, At(line.now_ms + 4000));
  CHECK_FALSE(line.trial.is_open());
  CHECK_FALSE(line.trial.is_the_airs());
  CHECK_FALSE(line.trial.ceiling_bps());
  CHECK(line.trial.share() == 0);
}

}  // namespace onair::cc
