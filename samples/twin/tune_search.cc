// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/tune_search.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>
#include <utility>

#include "core/base/rng.h"

namespace onair::samples {
namespace {

// Source: ours; "The search finds a planted optimum". More look wider and come less far.
constexpr std::size_t kCandidates = 8;
// Of the cube's side, to each side of the best; after a round without a better one, times kNarrow.
constexpr double kWidth = 0.3;
constexpr double kNarrow = 0.7;
constexpr double kNarrowest = 0.005;

// Items measured by the end of each rung.
std::vector<std::size_t> RungsOf(std::size_t items) {
  std::vector<std::size_t> rungs = {(items + 3) / 4, (items + 1) / 2, items};
  rungs.erase(std::unique(rungs.begin(), rungs.end()), rungs.end());
  return rungs;
}

class Search {
 public:
  Search(const TuneTask& task, std::size_t budget, std::uint64_t seed)
      : task_(task), budget_(budget), rng_(seed), order_(task.items), rungs_(RungsOf(task.items)) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    Shuffle(order_);
  }

  TuneFound Run() {
    found_.best = task_.start;
    seen_.insert(task_.start);
    best_scores_ = Measure({task_.start}, 0, task_.items).front();
    found_.start_mean = found_.best_mean = Mean(best_scores_);
    double width = kWidth;
    for (int round = 0; width > kNarrowest; ++round) {
      const std::size_t count = Affordable();
      if (count == 0) break;
      const auto points = round == 0 ? Spread(count) : Around(count, width);
      if (!Race(points, round)) width *= kNarrow;
    }
    return std::move(found_);
  }

 private:
  struct Candidate {
    TunePoint point;
    std::vector<double> scores;  // In the order of `order_`.
    double mean = 0;
  };

  std::size_t Cost(std::size_t count) const {
    std::size_t cost = 0;
    std::size_t measured = 0;
    for (const std::size_t rung : rungs_) {
      cost += count * (rung - measured);
      measured = rung;
      count = std::max<std::size_t>(1, count / 2);
    }
    return cost;
  }
  std::size_t Affordable() const {
    std::size_t count = kCandidates;
    while (count > 0 && found_.runs + Cost(count) > budget_) count /= 2;
    return count;
  }

  template <typename T>
  void Shuffle(std::vector<T>& list) {
    for (std::size_t i = list.size(); i > 1; --i) {
      std::swap(list[i - 1], list[static_cast<std::size_t>(rng_.Below(i))]);
    }
  }

  // Over the whole cube, so that each side is looked at in as many places as there are points.
  std::vector<TunePoint> Spread(std::size_t count) {
    std::vector<TunePoint> points(count, TunePoint(task_.dimensions));
    std::vector<std::size_t> strata(count);
    for (std::size_t d = 0; d < task_.dimensions; ++d) {
      std::iota(strata.begin(), strata.end(), std::size_t{0});
      Shuffle(strata);
      for (std::size_t i = 0; i < count; ++i) {
        points[i][d] =
            (static_cast<double>(strata[i]) + rng_.Fraction()) / static_cast<double>(count);
      }
    }
    return points;
  }
  // Every second one along one side alone: what one does tells more there.
  std::vector<TunePoint> Around(std::size_t count, double width) {
    std::vector<TunePoint> points(count, found_.best);
    for (std::size_t i = 0; i < count; ++i) {
      const auto only = static_cast<std::size_t>(rng_.Below(task_.dimensions));
      for (std::size_t d = 0; d < task_.dimensions; ++d) {
        const double step = (2 * rng_.Fraction() - 1) * width;
        if (i % 2 == 0 && d != only) continue;
        points[i][d] = std::clamp(points[i][d] + step, 0.0, 1.0);
      }
    }
    return points;
  }

  // By items [from, to) of the order; in the order of points and items.
  std::vector<std::vector<double>> Measure(const std::vector<TunePoint>& points, std::size_t from,
                                           std::size_t to) {
    std::vector<TuneTask::Run> runs;
    for (std::size_t p = 0; p < points.size(); ++p) {
      for (std::size_t i = from; i < to; ++i) runs.push_back({p, order_[i]});
    }
    const std::vector<double> values = task_.measure(points, runs);
    found_.runs += runs.size();
    std::vector<std::vector<double>> scores(points.size());
    for (std::size_t k = 0; k < runs.size(); ++k) scores[runs[k].point].push_back(values[k]);
    return scores;
  }
  static double Mean(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  }
  double BestMeanOver(std::size_t items) const {
    return Mean({best_scores_.begin(), best_scores_.begin() + static_cast<std::ptrdiff_t>(items)});
  }

  // Whether one of them is the best now.
  bool Race(const std::vector<TunePoint>& points, int round) {
    std::vector<Candidate> alive;
    for (const TunePoint& point : points) {
      if (seen_.insert(point).second) alive.push_back({point, {}, 0});
    }
    if (alive.empty()) return false;
    std::size_t measured = 0;
    for (const std::size_t rung : rungs_) {
      if (measured > 0) Halve(alive, measured, round);
      Climb(alive, measured, rung);
      measured = rung;
    }
    return Judge(alive, round);
  }
  void Climb(std::vector<Candidate>& alive, std::size_t from, std::size_t to) {
    std::vector<TunePoint> points;
    for (const Candidate& one : alive) points.push_back(one.point);
    auto scores = Measure(points, from, to);
    for (std::size_t i = 0; i < alive.size(); ++i) {
      alive[i].scores.insert(alive[i].scores.end(), scores[i].begin(), scores[i].end());
      alive[i].mean = Mean(alive[i].scores);
    }
    std::ranges::stable_sort(alive, std::greater<>(), &Candidate::mean);
  }
  void Halve(std::vector<Candidate>& alive, std::size_t measured, int round) {
    const std::size_t kept = std::max<std::size_t>(1, alive.size() / 2);
    for (std::size_t i = kept; i < alive.size(); ++i) {
      Tell(alive[i], measured, round, TuneTried::Fate::kDropped);
    }
    alive.resize(kept);
  }
  // The best first: what is below the first that is taken is no better than it.
  bool Judge(const std::vector<Candidate>& alive, int round) {
    bool is_taken = false;
    for (const Candidate& one : alive) {
      auto fate = TuneTried::Fate::kNoBetter;
      if (one.mean > found_.best_mean) {
        fate = task_.admits(one.point) ? TuneTried::Fate::kTaken : TuneTried::Fate::kRefused;
      }
      Tell(one, task_.items, round, fate);
      if (fate != TuneTried::Fate::kTaken) continue;
      found_.best = one.point;
      found_.best_mean = one.mean;
      best_scores_ = one.scores;
      is_taken = true;
    }
    return is_taken;
  }
  void Tell(const Candidate& one, std::size_t runs, int round, TuneTried::Fate fate) {
    found_.tried.push_back({one.point, round, runs, one.mean, BestMeanOver(runs), fate});
  }

  const TuneTask& task_;
  const std::size_t budget_;
  Rng rng_;
  std::vector<std::size_t> order_;
  const std::vector<std::size_t> rungs_;
  std::vector<double> best_scores_;
  std::set<TunePoint> seen_;  // A cube's corner comes up again and again.
  TuneFound found_;
};

}  // namespace

TuneFound SearchBest(const TuneTask& task, std::size_t budget, std::uint64_t seed) {
  return Search(task, budget, seed).Run();
}

}  // namespace onair::samples
