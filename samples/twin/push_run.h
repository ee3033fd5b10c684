// SPDX-License-Identifier: Apache-2.0
//
// One run of one case with one controller in virtual time, and what came of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "samples/twin/push_flow.h"

namespace onair::samples {

// How publishers reach their servers: RTMP over TCP, WebRTC over datagrams.
enum class PushTransport { kTcp = 1, kRts = 2 };

struct PushSettings {
  MakeController make_controller;  // Answers a controller, always.
  PushTransport transport = PushTransport::kTcp;
  twin::TcpAlgorithm tcp = twin::TcpAlgorithm::kCubic;  // Of publishers and short TCP.
  PushRates rates;                                      // Unless the case has its own.
  std::uint64_t seed = 1;
  // Of the viewer by whose eyes freezes are counted.
  TimeDelta playout_delay = TimeDelta::Millis(500);
};

struct PushResult {
  struct Spread {
    std::optional<double> mean, p50, p95, p99, max;
  };
  // Every kWatch. Empty: nothing to tell at that moment.
  struct Row {
    Timestamp at;           // End of the span.
    double capacity_kbps;   // Of the narrowest bottleneck, less constant traffic. Mean of the span.
    double target_kbps;     // Asked of all encoders, sound included.
    double sent_kbps;       // Given to the network for the first time, protocol included.
    double delivered_kbps;  // Media.
    std::optional<double> age_ms;  // Of the newest picture at the server; of the worst flow.
    std::optional<double> queue_ms;
  };
  struct Flow {
    double mean_kbps = 0;  // While it was meant to publish.
    // Of what all flows of the narrowest bottleneck got while all were on, and what their
    // priorities ask for. Empty: it is alone, or goes elsewhere.
    std::optional<double> share, asked_share;
    double freeze_percent = 0;
    std::optional<double> frame_delay_p95_ms;
  };
  struct Step {
    double at_s = 0;
    double before_kbps = 0;
    double after_kbps = 0;
    bool is_fall = false;
    std::optional<double> below_capacity_ms, short_queue_ms, used_ms, peak_queue_ms;
  };

  // Empty: nothing could be delivered.
  std::optional<double> utilisation;
  Spread queue_ms;
  Spread send_delay_ms;
  Spread frame_delay_ms;
  double freeze_percent = 0;
  double loss_percent = 0;        // Packets lost on the way.
  double retransmit_percent = 0;  // Segments sent again.
  double overhead_percent = 0;    // Bytes on the wire above media delivered.
  double mean_kbps = 0;           // Media delivered, all flows.
  double longest_gap_ms = 0;      // Between two pictures at a viewer.
  // Media delivered of what the narrowest line could have carried while it was published.
  std::optional<double> goodput;
  // From the first picture until nine tenths of what there is are asked for.
  std::optional<double> start_ms;
  // Asked for in the last minute, of the highest rates.
  double end_share = 0;
  // Beside long TCP: what all flows got of their fair part of the line.
  std::optional<double> fair_part;
  std::optional<double> first_picture_ms;
  std::optional<double> fairness;  // Jain's index of the flows' rates by priority while all are on.
  PushFlow::Counts counts;         // Of all flows.
  std::vector<Flow> flows;
  std::vector<Step> steps;
  std::vector<Row> timeline;
  std::string error;  // Of the first flow that ended by itself.
  std::uint64_t log_hash = 0;
  std::int64_t events = 0;
};

// Source: ours; a picture and a half at 30 per second, and rows that a chart can show.
inline constexpr TimeDelta kSample = TimeDelta::Millis(20);
inline constexpr TimeDelta kWatch = TimeDelta::Millis(100);

// Same arguments, same result, byte for byte.
PushResult RunPush(const PushCase& push_case, const PushSettings& settings);

}  // namespace onair::samples
