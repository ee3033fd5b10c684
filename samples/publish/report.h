// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
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
  // `session_id`: as PublisherConfig has it; empty where none was given.
  explicit PublishReport(Timestamp started_at, std::string session_id = {});

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
    std::optional<double> loss_percent;
    PublishState state;
  };
  struct Output {
    std::vector<Row> timeline;
    DataSize sent_before = DataSize::Zero();
    PacketCounts packets_before;
  };

  Json OfOutput(std::size_t index, const PublisherStats& stats, TimeDelta span) const;
  Json Timeline(const Output& output) const;

  const Timestamp started_at_;
  const std::string session_id_;
  std::vector<Output> outputs_;  // One per destination.
  Timestamp sampled_at_;
};

}  // namespace onair::samples
