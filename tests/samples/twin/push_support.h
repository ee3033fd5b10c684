// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "core/twin/network_trace.h"
#include "samples/twin/push_run.h"
#include "transport/cc/registry.h"

namespace onair::samples {

inline TimeDelta Sec(std::int64_t s) {
  return TimeDelta::Seconds(s);
}
inline TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
inline Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + Ms(ms);
}
inline DataRate Kbps(std::int64_t kbps) {
  return DataRate::KilobitsPerSec(kbps);
}

inline MakeController Named(const std::string& name) {
  return [name](const cc::ControllerConfig& config) {
    auto made = cc::MakeController(name, config);
    REQUIRE(made.has_value());
    return std::move(*made);
  };
}

// One flow over one bottleneck with 300 ms of queue.
inline PushCase Link(const std::vector<RateStep>& steps, TimeDelta duration) {
  PushCase out;
  out.name = "link";
  out.group = "steps";
  out.duration = duration;
  out.forward.push_back(MakeBottleneck(TraceOf(steps, duration), Ms(300)));
  return out;
}

inline PushResult RunOf(const PushCase& push_case, const MakeController& make,
                        std::uint64_t seed = 1) {
  PushSettings settings;
  settings.make_controller = make;
  settings.seed = seed;
  return RunPush(push_case, settings);
}

}  // namespace onair::samples
