// SPDX-License-Identifier: Apache-2.0
//
// A search for the best point of a cube, where a look costs runs: rounds of candidates around the
// best so far, of which each rung of more runs keeps the better half (successive halving). The same
// seed gives the same search.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace onair::samples {

using TunePoint = std::vector<double>;  // Each in [0, 1].

struct TuneTask {
  std::size_t dimensions = 1;  // >= 1.
  std::size_t items = 1;       // >= 1; a run is one point measured by one item.
  TunePoint start;             // What is in use; it is best until something is better.

  struct Run {
    std::size_t point;  // Index into the points given.
    std::size_t item;
  };
  // What each run came to, more is better; in the order of `runs`.
  std::function<std::vector<double>(const std::vector<TunePoint>& points,
                                    const std::vector<Run>& runs)>
      measure;
  // Of a point that all items have measured and that is better than the best: whether it keeps to
  // what must not be lost.
  std::function<bool(const TunePoint& point)> admits;
};

// One candidate and how far it came.
struct TuneTried {
  enum class Fate { kDropped = 1, kNoBetter = 2, kRefused = 3, kTaken = 4 };
  TunePoint point;
  int round = 0;
  std::size_t runs = 0;  // Items that measured it.
  double mean = 0;       // Over those.
  double best_mean = 0;  // Of the best then, over the same items.
  Fate fate = Fate::kDropped;
};

struct TuneFound {
  TunePoint best;
  double start_mean = 0;
  double best_mean = 0;
  std::size_t runs = 0;  // At most the budget, but that the start is always measured.
  std::vector<TuneTried> tried;
};

[[nodiscard]] TuneFound SearchBest(const TuneTask& task, std::size_t budget, std::uint64_t seed);

}  // namespace onair::samples
