// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/sdk/player_stats.h"
#include "samples/common/process_usage.h"
#include "samples/common/report.h"

namespace onair::samples {

// Gathers a player's timeline and writes its report.
class PlayReport {
 public:
  PlayReport(std::string url, Timestamp started_at);

  // One row of the timeline; call each 500 ms.
  void Sample(const PlayerStats& stats, Timestamp now);

  Json Finish(const PlayerStats& stats, const std::optional<Error>& error, Timestamp now) const;

  // One line for people.
  std::string StatusText(const PlayerStats& stats, Timestamp now) const;

 private:
  // One row, small: a run of days keeps all of them.
  struct Row {
    Timestamp at;
    TimeDelta buffered;
    std::optional<TimeDelta> latency;
    double kbps;
    double fps;
    double rate;
    PlayState state;
  };

  std::string url_;
  Timestamp started_at_;
  std::vector<Row> timeline_;
  DataSize received_before_ = DataSize::Zero();
  Timestamp sampled_at_;
  double kbps_ = 0;
};

}  // namespace onair::samples
