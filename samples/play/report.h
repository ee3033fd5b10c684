// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/api/events.h"
#include "platform/sdk/player_stats.h"
#include "platform/sdk/preload_pool.h"
#include "samples/common/process_usage.h"
#include "samples/common/report.h"

namespace onair::samples {

// One change of rooms.
struct ZapRow {
  TimeDelta at;      // From the start of the run.
  std::string room;  // Without secrets.
  PreloadTier preloaded;
  std::optional<TimeDelta> took;  // From the key to the picture; empty: none came.
};
// One change to another address of the stream, done or not.
struct SwitchRow {
  TimeDelta at;  // When it ended, from the start of the run.
  SwitchCause cause;
  std::string url;  // Without secrets.
  bool is_done;
  std::optional<Error> error;
  TimeDelta took;
};
struct RoomsReport {
  const std::vector<ZapRow>& zaps;
  const std::optional<PreloadStats>& preload;
  const std::vector<SwitchRow>& switches;
};

// Gathers a player's timeline and writes its report.
class PlayReport {
 public:
  PlayReport(std::string url, Timestamp started_at);

  // One row of the timeline; call each 500 ms.
  void Sample(const PlayerStats& stats, Timestamp now);

  Json Finish(const PlayerStats& stats, const RoomsReport& rooms, const std::optional<Error>& error,
              Timestamp now) const;

  double kbps() const { return kbps_; }  // Received between the last two rows.

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
