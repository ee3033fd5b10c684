// SPDX-License-Identifier: Apache-2.0
//
// The test cases of RFC 8867 as data, for whoever runs them. Times from the begin of a case.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/twin/rate_schedule.h"

namespace onair::twin {

// RFC 8867 section 4.2 and 4.3: what holds unless a case says otherwise.
struct EvalDefaults {
  static constexpr TimeDelta kOneWay = TimeDelta::Millis(50);
  static constexpr TimeDelta kLargestJitter = TimeDelta::Millis(30);
  static constexpr TimeDelta kQueue = TimeDelta::Millis(300);  // Tail drop.
  static constexpr TimeDelta kSample = TimeDelta::Millis(200);
  static constexpr DataRate kVideoLeast = DataRate::KilobitsPerSec(150);
  static constexpr DataRate kVideoMost = DataRate::KilobitsPerSec(1500);
  static constexpr DataRate kVideoStart = DataRate::KilobitsPerSec(150);
  static constexpr DataRate kAudio = DataRate::KilobitsPerSec(20);
  static constexpr double kVideoVariation = 0.05;  // Over 1 s.
  static constexpr TimeDelta kRateResponse = TimeDelta::Millis(100);
};

struct EvalCase {
  enum class Direction { kForward = 1, kBackward = 2 };
  struct Step {
    TimeDelta from;
    double ratio;  // Of `reference`.
  };
  // A bottleneck and its capacity; case 6.3 alone has several in a row.
  struct Bottleneck {
    std::string name;
    std::vector<Step> capacity;
  };
  struct Pause {
    TimeDelta from;
    TimeDelta to;
  };
  // One media source: video and audio.
  struct Flow {
    TimeDelta start;
    TimeDelta end;
    Direction direction = Direction::kForward;
    TimeDelta one_way = EvalDefaults::kOneWay;
    std::optional<Pause> pause = std::nullopt;
    int priority = 1;
    std::size_t first_bottleneck = 0;  // Indices into `forward`, both included.
    std::size_t last_bottleneck = 0;
  };
  struct Tcp {
    enum class Kind { kLong = 1, kShort = 2 } kind;
    int count;
    int starting_on;
    TimeDelta start;
    TimeDelta end;
  };

  std::string id;  // "5.1"; "6.2/5.1" for case 5.1 with ECN.
  std::string title;
  TimeDelta duration;
  DataRate reference;
  std::vector<Bottleneck> forward;
  std::vector<Step> backward;  // Empty: not a bottleneck.
  std::vector<Flow> flows;
  std::vector<Tcp> tcp = {};
  // To be run once for each; a flow's own one_way wins over `one_ways`.
  std::vector<TimeDelta> one_ways = {EvalDefaults::kOneWay};
  std::vector<TimeDelta> queues = {EvalDefaults::kQueue};
  // The other way to vary capacity: a link of this rate and datagrams that take the rest.
  DataRate background_link = DataRate::Zero();
  bool has_ecn = false;

  // A bottleneck's capacity in a world in which the case begins at `start`.
  RateSchedule Schedule(const std::vector<Step>& steps, Timestamp start) const;
  // The datagrams of the other way: background_link less the schedule.
  RateSchedule Background(const std::vector<Step>& steps, Timestamp start) const;
};

// 5.1 to 5.8, 6.1, 6.2 for each of 5.1 to 5.8, and 6.3. There is no 5.9.
std::vector<EvalCase> Rfc8867Cases();
std::optional<EvalCase> FindRfc8867Case(std::string_view id);

}  // namespace onair::twin
