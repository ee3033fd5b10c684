// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/push_case.h"

#include <utility>

#include "samples/twin/capacity_line.h"

namespace onair::samples {

std::shared_ptr<const twin::NetworkTrace> TraceOf(const std::vector<RateStep>& steps,
                                                  TimeDelta duration) {
  twin::RateTrace trace;
  for (const RateStep& step : steps) {
    trace.slots.push_back({step.from, step.rate, step.round_trip});
  }
  trace.period = duration;
  return std::make_shared<const twin::NetworkTrace>(std::move(trace));
}

std::optional<PushCase::Queueing> QueueingOf(std::string_view name) {
  using enum PushCase::Queueing;
  if (name == "tail_drop") return kTailDrop;
  if (name == "codel") return kCodel;
  if (name == "fq_codel") return kFqCodel;
  if (name == "pie") return kPie;
  return std::nullopt;
}

PushCase::Bottleneck MakeBottleneck(std::shared_ptr<const twin::NetworkTrace> capacity,
                                    TimeDelta limit) {
  const DataSize queue = CapacityLine(*capacity).mean() * limit;
  return {std::move(capacity), queue};
}

}  // namespace onair::samples
