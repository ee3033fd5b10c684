// SPDX-License-Identifier: Apache-2.0
//
// Better parameters for a controller, looked for in the twin and held against what the search has
// not seen, as a policy whose arms can race in production.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "samples/twin/qos_arms.h"
#include "samples/twin/tune_search.h"

namespace onair::samples {

// What a run is worth, in points: 100 for all of the line, less 1 for each 10 ms of delay (95th
// percentile, capture to server), less 5 for each percent of the time frozen. Source: ours; what
// the targets of races ask for weighs about alike in it.
double TunePoints(const PushResult& result);

struct TuneConfig {
  using RunOne =
      std::function<PushResult(const PushCase&, const cc::Parameters&, std::uint64_t seed)>;

  std::string controller;  // Of the registry.
  // Of ParametersOf(); those that are looked for. Not empty.
  std::vector<cc::ParameterInfo> parameters;
  std::vector<PushCase> search;    // Not empty.
  std::vector<PushCase> held_out;  // Of which no run takes part in the search. Not empty.
  QosPlace place;
  int seeds = 2;  // Search: 1 to this. Held out: others, as many.
  PushRates rates;
  TimeDelta playout_delay = TimeDelta::Millis(200);
  int threads = 1;
  std::size_t budget = 500;  // Runs, held-out ones included.
  std::uint64_t seed = 1;
  RunOne run = nullptr;  // Null: RunPush() with the controller. From several threads.
};

// A set of parameters over a set of runs.
struct TuneStanding {
  double points = 0;                // Mean.
  std::vector<std::string> missed;  // Lines of the targets' table that are not met.
};

struct TuneReport {
  struct Tried {
    cc::Parameters parameters;
    TuneTried how;
  };
  cc::Parameters best;  // Those that differ from the usual ones.
  TuneStanding search_usual, search_best;
  TuneStanding held_out_usual, held_out_best;
  std::vector<Tried> tried;
  std::size_t runs = 0;

  // On what the search has not seen: more points, and no target missed that the usual values meet.
  bool holds() const;
};

// `config.budget` pays for the usual values on all cases and one more set on the held-out ones at
// least: LeastBudget(). The same config gives the same report, for any number of threads.
TuneReport Tune(const TuneConfig& config);
std::size_t LeastBudget(const TuneConfig& config);

// Two arms for the config's network and transport: "control", the controller as it usually is, and
// "tuned", the same one with `best`. Half of the sessions each where it holds; else "tuned" has
// none, and the note says why.
qos::Policy PolicyOf(const TuneConfig& config, const TuneReport& report);

Json TuneJson(const TuneConfig& config, const TuneReport& report);

// Of each group the second case and each third one after it, so that a group of two or more is on
// both sides.
struct TuneSplit {
  std::vector<PushCase> search, held_out;
};
TuneSplit SplitCases(std::vector<PushCase> cases);

}  // namespace onair::samples
