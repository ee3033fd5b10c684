// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/tune_search.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

namespace onair::samples {
namespace {

constexpr std::size_t kItems = 12;

// A hill with its top at `top`, seen through items of which each adds its own, the same for all
// points, and a little that hangs on both.
struct Hill {
  TunePoint top;
  std::set<std::pair<TunePoint, std::size_t>> looked = {};
  std::size_t looks = 0;

  double At(const TunePoint& point) const {
    double below = 0;
    for (std::size_t d = 0; d < top.size(); ++d) below += std::pow(point[d] - top[d], 2);
    return 100 - 100 * below;
  }
  TuneTask Task() {
    TuneTask task;
    task.dimensions = top.size();
    task.items = kItems;
    task.start = TunePoint(top.size(), 0.9);
    task.measure = [this](const auto& points, const auto& runs) {
      std::vector<double> values;
      for (const TuneTask::Run& run : runs) {
        const TunePoint& point = points[run.point];
        REQUIRE(run.item < kItems);
        ++looks;
        // Nothing is measured twice.
        CHECK(looked.insert({point, run.item}).second);
        const double own = 10 * std::sin(static_cast<double>(run.item));
        values.push_back(At(point) + own + 0.2 * std::sin(40 * point[0] + own));
      }
      return values;
    };
    task.admits = [](const TunePoint&) { return true; };
    return task;
  }
};

TEST_CASE("The search finds a planted optimum, in one, two and four dimensions") {
  for (const TunePoint& top :
       {TunePoint{0.25}, TunePoint{0.1, 0.6}, TunePoint{0.3, 0.3, 0.7, 0.5}}) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      Hill hill{top};
      const TuneFound found = SearchBest(hill.Task(), 1500, seed);
      INFO(top.size() << " dimensions, seed " << seed);
      CHECK(found.best_mean > found.start_mean + 5);
      for (std::size_t d = 0; d < top.size(); ++d) CHECK(std::abs(found.best[d] - top[d]) < 0.08);
    }
  }
}

TEST_CASE("The same seed gives the same search, another one another") {
  const auto search = [](std::uint64_t seed) {
    Hill hill{{0.1, 0.6}};
    return SearchBest(hill.Task(), 300, seed);
  };
  const TuneFound one = search(7);
  const TuneFound again = search(7);
  const TuneFound other = search(8);
  CHECK(one.best == again.best);
  CHECK(one.best_mean == again.best_mean);
  REQUIRE(one.tried.size() == again.tried.size());
  for (std::size_t i = 0; i < one.tried.size(); ++i) {
    CHECK(one.tried[i].point == again.tried[i].point);
    CHECK(one.tried[i].fate == again.tried[i].fate);
  }
  CHECK(one.tried[0].point != other.tried[0].point);
}

TEST_CASE("A search keeps to its budget, whatever it is") {
  for (const std::size_t budget : {0U, 12U, 13U, 24U, 100U, 333U}) {
    Hill hill{{0.1, 0.6}};
    const TuneFound found = SearchBest(hill.Task(), budget, 1);
    INFO(budget);
    CHECK(found.runs == hill.looks);
    CHECK(found.runs <= std::max<std::size_t>(budget, kItems));
    if (budget >= 100) CHECK(found.runs > budget / 2);
  }
}

TEST_CASE("What must not be lost is not given up for a better mean") {
  Hill hill{{0.1}};
  TuneTask task = hill.Task();
  task.admits = [](const TunePoint& point) { return point[0] > 0.5; };
  const TuneFound found = SearchBest(task, 800, 1);
  CHECK(found.best[0] > 0.5);
  CHECK(found.best[0] < 0.6);
  bool has_refused = false;
  for (const TuneTried& one : found.tried) {
    has_refused = has_refused || one.fate == TuneTried::Fate::kRefused;
    if (one.fate == TuneTried::Fate::kTaken) CHECK(one.point[0] > 0.5);
  }
  CHECK(has_refused);
}

TEST_CASE("Where nothing is better the start stays") {
  Hill hill{{0.9}};
  TuneTask task = hill.Task();
  task.measure = [](const auto& points, const auto& runs) {
    std::vector<double> values;
    for (const auto& run : runs) values.push_back(points[run.point][0] == 0.9 ? 1 : 0);
    return values;
  };
  const TuneFound found = SearchBest(task, 400, 1);
  CHECK(found.best == TunePoint{0.9});
  CHECK(found.best_mean == found.start_mean);
}

TEST_CASE("What was tried is told with how far it came, beside the best over the same items") {
  Hill hill{{0.1, 0.6}};
  const TuneFound found = SearchBest(hill.Task(), 200, 1);
  REQUIRE(found.tried.size() >= 8);
  for (const TuneTried& one : found.tried) {
    CHECK(one.runs >= kItems / 4);
    if (one.fate == TuneTried::Fate::kDropped) {
      CHECK(one.runs < kItems);
    } else {
      CHECK(one.runs == kItems);
    }
    if (one.fate == TuneTried::Fate::kTaken) CHECK(one.mean > one.best_mean);
  }
}

}  // namespace
}  // namespace onair::samples
