// SPDX-License-Identifier: Apache-2.0
#include "core/session/network_quality.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/print_units.h"

namespace onair::session {
namespace {

constexpr TimeDelta kStep = TimeDelta::Millis(20);

struct Told {
  Timestamp at;
  NetworkQualityWatch::News news;
};

// Reports each 20 ms; remembers what was news.
struct Watched {
  void Run(TimeDelta span, Intake intake, std::int64_t bytes_a_step,
           TimeDelta queue = TimeDelta::Zero(), DataSize unacked = DataSize::Zero()) {
    for (const Timestamp end = now + span; now < end; now += kStep) {
      carried += DataSize::Bytes(bytes_a_step);
      const cc::CongestionDecision decision{.target_rate = DataRate::KilobitsPerSec(500),
                                            .pacing_rate = {},
                                            .congestion_window = {},
                                            .probe = {},
                                            .repair = {},
                                            .intake = intake,
                                            .cause = cc::Cause::kNone,
                                            .decide_again_at = now + kStep,
                                            .reason = "test"};
      cc::TcpReport report{.at = now, .written = carried, .queue_span = queue};
      report.socket.unacked = unacked;
      const auto news = watch.OnDecision(report, decision);
      if (news) told.push_back({now, *news});
    }
  }
  NetworkQualityWatch watch;
  Timestamp now = Timestamp::Zero();
  DataSize carried = DataSize::Zero();
  std::vector<Told> told;
};

TEST_CASE("A line stands once nothing under way has got through for half a second") {
  Watched line;
  const auto run = [&](std::int64_t ms, std::int64_t bytes_a_step, std::int64_t under_way) {
    line.Run(TimeDelta::Millis(ms), Intake::kOpen, bytes_a_step, TimeDelta::Zero(),
             DataSize::Bytes(under_way));
    return line.watch.carriage();
  };
  CHECK(run(2000, 1000, 5000) == Carriage::kMoves);
  CHECK(run(480, 0, 5000) == Carriage::kMoves);
  CHECK(run(100, 0, 5000) == Carriage::kStands);
  CHECK(run(20, 1000, 5000) == Carriage::kMoves);
  CHECK(run(5000, 0, 0) == Carriage::kMoves);  // Nobody sends anything.
  CHECK(run(1000, 0, 5000) == Carriage::kStands);
  line.watch.Pause();
  CHECK(line.watch.carriage() == Carriage::kMoves);
}

TEST_CASE("A network is poor after two seconds of trouble and good after three without") {
  Watched line;
  line.Run(TimeDelta::Seconds(10), Intake::kOpen, 1000);
  CHECK(line.told.empty());
  line.Run(TimeDelta::Seconds(4), Intake::kPaused, 100);
  REQUIRE(line.told.size() == 1);
  CHECK(line.told[0].news.quality == NetworkQuality::kPoor);
  CHECK(line.told[0].news.trouble == NetworkTrouble::kSlow);
  CHECK(line.told[0].at == Timestamp::Zero() + TimeDelta::Seconds(12));
  line.Run(TimeDelta::Seconds(4), Intake::kOpen, 1000);
  REQUIRE(line.told.size() == 2);
  CHECK(line.told[1].news.quality == NetworkQuality::kGood);
  CHECK(line.told[1].news.trouble == NetworkTrouble::kNone);
  CHECK(line.told[1].at == Timestamp::Zero() + TimeDelta::Seconds(17));
}

TEST_CASE("A line that carries nothing is told from a slow one") {
  Watched line;
  line.Run(TimeDelta::Seconds(1), Intake::kOpen, 1000);
  line.Run(TimeDelta::Seconds(3), Intake::kPaused, 0);
  REQUIRE(line.told.size() == 1);
  CHECK(line.told[0].news.trouble == NetworkTrouble::kSilent);
}

TEST_CASE(
    "Trouble that comes and goes with each picture adds up; a handover now and then does not") {
  Watched line;
  SECTION("half of the time") {
    for (int i = 0; i < 40; ++i) {
      line.Run(TimeDelta::Millis(100), Intake::kPaused, 100);
      line.Run(TimeDelta::Millis(100), Intake::kOpen, 100);
    }
    REQUIRE(line.told.size() == 1);
    CHECK(line.told[0].news.quality == NetworkQuality::kPoor);
  }
  SECTION("a second in ten") {
    for (int i = 0; i < 20; ++i) {
      line.Run(TimeDelta::Seconds(1), Intake::kPaused, 100);
      line.Run(TimeDelta::Seconds(9), Intake::kOpen, 1000);
    }
    CHECK(line.told.empty());
  }
}

TEST_CASE("A queue of half a second is trouble whoever controls the rate") {
  Watched line;
  line.Run(TimeDelta::Seconds(3), Intake::kOpen, 1000, TimeDelta::Millis(499));
  CHECK(line.told.empty());
  line.Run(TimeDelta::Seconds(3), Intake::kOpen, 1000, TimeDelta::Millis(500));
  CHECK(line.told.size() == 1);
}

TEST_CASE("The time between two connections is no trouble of the network") {
  Watched line;
  for (int i = 0; i < 10; ++i) {
    line.Run(TimeDelta::Millis(200), Intake::kPaused, 100);
    line.watch.Pause();
    line.now += TimeDelta::Seconds(5);
  }
  CHECK(line.told.empty());
}

TEST_CASE("A rate is news at first, when it moved by a tenth, and once a second") {
  RateNews news;
  const auto at = [](std::int64_t ms) { return Timestamp::Zero() + TimeDelta::Millis(ms); };
  const auto kbps = [](std::int64_t n) { return DataRate::KilobitsPerSec(n); };
  CHECK(news.IsNews(kbps(1000), at(0)));
  CHECK_FALSE(news.IsNews(kbps(500), at(999)));
  CHECK(news.IsNews(kbps(500), at(1000)));
  CHECK_FALSE(news.IsNews(kbps(549), at(5000)));
  CHECK(news.IsNews(kbps(550), at(5001)));
}

}  // namespace
}  // namespace onair::session
