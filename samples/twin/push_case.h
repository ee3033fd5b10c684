// SPDX-License-Identifier: Apache-2.0
//
// What a publisher is put through: a network over time, who else is on it, and when it publishes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/twin/blackout.h"
#include "core/twin/network_trace.h"
#include "core/twin/tcp_config.h"

namespace onair::samples {

// What the publisher may use. Rates of the video, sound on top; as cc::ControllerConfig.
struct PushRates {
  DataRate least = DataRate::KilobitsPerSec(150);
  DataRate most = DataRate::KilobitsPerSec(8000);
  DataRate start = DataRate::KilobitsPerSec(1500);
  DataRate audio = DataRate::KilobitsPerSec(64);
};

// Times from the begin of the case. Built once; shared by all runs of it.
struct PushCase {
  enum class Direction { kForward = 1, kBackward = 2 };
  // What a bottleneck's queue drops or, where a packet allows it, marks; `queue` bounds all.
  enum class Queueing { kTailDrop = 1, kCodel = 2, kFqCodel = 3, kPie = 4 };
  struct Pause {
    TimeDelta from;
    TimeDelta to;
  };
  // One publisher.
  struct Flow {
    TimeDelta start = TimeDelta::Zero();
    TimeDelta end = TimeDelta::PlusInfinity();  // Or the end of the case, if that is earlier.
    TimeDelta one_way = TimeDelta::Millis(25);  // > 0.
    Direction direction = Direction::kForward;
    std::optional<Pause> pause = std::nullopt;
    int priority = 1;                  // >= 1. Where they differ, as control::PriorityShare says.
    std::size_t first_bottleneck = 0;  // Indices into `forward`, both included.
    std::size_t last_bottleneck = 0;
    std::string controller = {};        // Of a rival; empty: the one that races.
    std::vector<TimeDelta> moves = {};  // RTS: when the device has another address.
  };
  struct Bottleneck {
    std::shared_ptr<const twin::NetworkTrace> capacity;
    DataSize queue;
    Queueing queueing = Queueing::kTailDrop;
  };
  // Other traffic, forward through the first bottleneck.
  struct Cross {
    enum class Kind { kConstant = 1, kLongTcp = 2, kWeb = 3 } kind;
    TimeDelta start = TimeDelta::Zero();
    TimeDelta end = TimeDelta::PlusInfinity();
    int count = 1;                                             // kWeb: browsers.
    int starting_on = 0;                                       // kWeb: of them.
    std::shared_ptr<const twin::NetworkTrace> rate = nullptr;  // kConstant: a RateTrace.
    // kLongTcp. RFC 8867 section 5.6 names RFC 5681.
    twin::TcpAlgorithm algorithm = twin::TcpAlgorithm::kReno;
  };

  std::string name;   // Unique in a race.
  std::string group;  // "rfc8867", "steps", "loss" and so on, "traces", "files".
  std::string title;
  TimeDelta duration = TimeDelta::Seconds(60);
  std::vector<Bottleneck> forward;  // Not empty.
  std::optional<Bottleneck> backward;
  std::vector<Flow> flows = {Flow{}};  // Not empty.
  std::vector<Cross> cross = {};
  double loss_share = 0;  // Of packets that go forward, behind the bottlenecks. Range [0, 1].
  // While these last everything is lost, both ways.
  std::vector<twin::Blackout::Span> blackouts = {};
  bool has_jitter = false;                        // RFC 8868 NR-BPDV behind the bottlenecks.
  bool has_ecn = false;                           // All TCP asks for it, that of other traffic too.
  double wander = 0;                              // FakeEncoderConfig::wander.
  std::optional<PushRates> rates = std::nullopt;  // Win over those of the race.
  bool is_long = false;                           // One seed stands for all.
};

// A rate that changes at steps; the first is at zero. Not empty.
struct RateStep {
  TimeDelta from;
  DataRate rate;
  TimeDelta round_trip = TimeDelta::Zero();  // Zero in all: as the flow has it.
};
std::shared_ptr<const twin::NetworkTrace> TraceOf(const std::vector<RateStep>& steps,
                                                  TimeDelta duration);

// "tail_drop", "codel", "fq_codel", "pie".
std::optional<PushCase::Queueing> QueueingOf(std::string_view name);

// `limit` of time at the mean rate.
PushCase::Bottleneck MakeBottleneck(std::shared_ptr<const twin::NetworkTrace> capacity,
                                    TimeDelta limit);

}  // namespace onair::samples
