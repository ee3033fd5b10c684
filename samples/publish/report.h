// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/sdk/publisher_stats.h"
#include "samples/common/process_usage.h"
#include "samples/common/report.h"

namespace onair::samples {

// Gathers a publisher's timeline and writes its report.
class PublishReport {
 public:
  explicit PublishReport(Timestamp started_at);

  // One row of the timeline; call each 500 ms.
  void Sample(const PublisherStats& stats, Timestamp now);

  // The whole report. `error`: why the run failed.
  Json Finish(const PublisherStats& stats, const std::optional<Error>& error, Timestamp now) const;

  // One line for people.
  std::string StatusText(const PublisherStats& stats, Timestamp now);

 private:
  // One row, small: a run of days keeps all of them.
  struct Row {
    Timestamp at;
    double target_kbps;
    double sent_kbps;
    double fps;
    PictureSize size;
    TimeDelta queue;
    std::optional<TimeDelta> rtt;
    PublishState state;
  };

  Timestamp started_at_;
  std::vector<Row> timeline_;
  DataSize sent_before_ = DataSize::Zero();
  Timestamp sampled_at_;
  double sent_kbps_ = 0;
};

}  // namespace onair::samples
