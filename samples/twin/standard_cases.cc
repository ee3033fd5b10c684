// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/standard_cases.h"

#include <algorithm>
#include <utility>

#include "core/twin/rfc8867.h"
#include "core/twin/synthetic_trace.h"
#include "samples/twin/case_units.h"

namespace onair::samples {
namespace {

using twin::EvalCase;
using twin::EvalDefaults;

// Source: transport facts: a second of the mean rate is what cells and Wi-Fi queue.
constexpr TimeDelta kTraceQueue = TimeDelta::Seconds(1);
constexpr TimeDelta kLongestTrace = TimeDelta::Seconds(600);

std::vector<RateStep> RatesOf(const EvalCase& eval, const std::vector<EvalCase::Step>& steps) {
  std::vector<RateStep> rates;
  for (const auto& step : steps) rates.push_back({step.from, eval.reference.Scaled(step.ratio)});
  return rates;
}

PushCase::Cross CrossOf(const EvalCase::Tcp& tcp) {
  const bool is_long = tcp.kind == EvalCase::Tcp::Kind::kLong;
  return {is_long ? PushCase::Cross::Kind::kLongTcp : PushCase::Cross::Kind::kWeb,
          tcp.start,
          tcp.end,
          tcp.count,
          tcp.starting_on,
          nullptr};
}

PushCase::Flow FlowOf(const EvalCase::Flow& flow, TimeDelta one_way) {
  PushCase::Flow out{.start = flow.start, .end = flow.end};
  out.one_way = flow.one_way == EvalDefaults::kOneWay ? one_way : flow.one_way;
  if (flow.direction == EvalCase::Direction::kBackward) {
    out.direction = PushCase::Direction::kBackward;
  }
  if (flow.pause) out.pause = PushCase::Pause{flow.pause->from, flow.pause->to};
  out.first_bottleneck = flow.first_bottleneck;
  out.last_bottleneck = flow.last_bottleneck;
  out.priority = flow.priority;
  return out;
}

// RFC 8867 section 6.2 names no queue; RFC 7567 section 4.3 wants one that marks. CoDel, as it has
// no parameter of its own for a rate and lets flows meet in one queue.
void MarkEcn(PushCase& out) {
  out.has_ecn = true;
  for (PushCase::Bottleneck& one : out.forward) one.queueing = PushCase::Queueing::kCodel;
  if (out.backward) out.backward->queueing = PushCase::Queueing::kCodel;
}

PushCase FromEval(const EvalCase& eval, TimeDelta one_way, TimeDelta queue) {
  PushCase out;
  out.name = eval.id;
  out.group = "rfc8867";
  out.title = eval.title;
  out.duration = eval.duration;
  for (const auto& bottleneck : eval.forward) {
    out.forward.push_back(
        MakeBottleneck(TraceOf(RatesOf(eval, bottleneck.capacity), eval.duration), queue));
  }
  if (!eval.backward.empty()) {
    out.backward = MakeBottleneck(TraceOf(RatesOf(eval, eval.backward), eval.duration), queue);
  }
  out.flows.clear();
  for (const auto& flow : eval.flows) out.flows.push_back(FlowOf(flow, one_way));
  for (const auto& tcp : eval.tcp) out.cross.push_back(CrossOf(tcp));
  if (eval.has_ecn) MarkEcn(out);
  out.has_jitter = true;
  out.wander = EvalDefaults::kVideoVariation;
  out.rates = PushRates{EvalDefaults::kVideoLeast, EvalDefaults::kVideoMost,
                        EvalDefaults::kVideoStart, EvalDefaults::kAudio};
  return out;
}

// Capacity taken away by datagrams instead of a slower link.
PushCase WithDatagrams(const EvalCase& eval, PushCase base, TimeDelta queue) {
  base.name += "+udp";
  base.title += ", the rest of 4 Mbit/s taken by datagrams";
  std::vector<RateStep> rest = RatesOf(eval, eval.forward.front().capacity);
  for (RateStep& step : rest) {
    step.rate = std::max(eval.background_link - step.rate, DataRate::Zero());
  }
  PushCase::Cross cross{.kind = PushCase::Cross::Kind::kConstant};
  cross.rate = TraceOf(rest, eval.duration);
  base.cross.push_back(std::move(cross));
  base.forward.front() =
      MakeBottleneck(TraceOf({{TimeDelta::Zero(), eval.background_link}}, eval.duration), queue);
  return base;
}

PushCase Steps(const char* name, const char* title, std::vector<RateStep> steps, TimeDelta duration,
               TimeDelta one_way) {
  PushCase out;
  out.name = name;
  out.group = "steps";
  out.title = title;
  out.duration = duration;
  out.forward.push_back(MakeBottleneck(TraceOf(steps, duration), EvalDefaults::kQueue));
  // 300 ms of what the link had before it fell.
  out.forward.front().queue = steps.front().rate * EvalDefaults::kQueue;
  out.flows.front().one_way = one_way;
  return out;
}

// From 4 Mbit/s down to 0.5 and up again in a hundred steps.
std::vector<RateStep> Ramp() {
  std::vector<RateStep> steps;
  constexpr std::int64_t kHalf = 50;
  for (std::int64_t i = 0; i <= 2 * kHalf; ++i) {
    const std::int64_t depth = i <= kHalf ? i : 2 * kHalf - i;
    const TimeDelta from = i == 0 ? TimeDelta::Zero() : Sec(15) + TimeDelta::Millis(600 * i);
    steps.push_back({from, Kbps(4000 - 70 * depth)});
  }
  return steps;
}

PushCase Synthetic(const char* name, const twin::SyntheticConfig& config, TimeDelta one_way) {
  constexpr std::uint64_t kSeed = 2026;
  PushCase out =
      TracePushCase(name, twin::MakeSyntheticTrace(config, Sec(120), Rng(kSeed)), one_way);
  out.group = "synthetic";
  out.title = "generated, two minutes";
  return out;
}

}  // namespace

std::vector<PushCase> Rfc8867PushCases() {
  std::vector<PushCase> out;
  for (const EvalCase& eval : twin::Rfc8867Cases()) {
    for (const TimeDelta one_way : eval.one_ways) {
      for (const TimeDelta queue : eval.queues) {
        // CoDel fills no queue of either size.
        if (eval.has_ecn && queue != eval.queues.front()) continue;
        PushCase one = FromEval(eval, one_way, queue);
        if (one_way != eval.one_ways.front()) one.name += "@" + std::to_string(one_way.ms()) + "ms";
        if (queue != eval.queues.front()) one.name += "/" + std::to_string(queue.ms()) + "ms";
        out.push_back(std::move(one));
      }
    }
    // Datagrams that cannot be marked would be dropped, and the case be another one.
    if (eval.background_link > DataRate::Zero() && !eval.has_ecn) {
      out.push_back(WithDatagrams(eval, FromEval(eval, eval.one_ways.front(), eval.queues.front()),
                                  eval.queues.front()));
    }
  }
  return out;
}

std::vector<PushCase> StepPushCases(TimeDelta one_way) {
  return {
      Steps("half", "4 to 2 Mbit/s and back",
            {{Sec(0), Kbps(4000)}, {Sec(20), Kbps(2000)}, {Sec(40), Kbps(4000)}}, Sec(60), one_way),
      Steps("fifth", "5 to 1 Mbit/s and back",
            {{Sec(0), Kbps(5000)}, {Sec(20), Kbps(1000)}, {Sec(40), Kbps(5000)}}, Sec(60), one_way),
      Steps("outage", "3 Mbit/s, nothing for 5 s",
            {{Sec(0), Kbps(3000)}, {Sec(20), Kbps(0)}, {Sec(25), Kbps(3000)}}, Sec(60), one_way),
      Steps("ramp", "4 Mbit/s down to 0.5 in half a minute, and up", Ramp(), Sec(90), one_way)};
}

std::vector<PushCase> SyntheticPushCases(TimeDelta one_way) {
  return {Synthetic("lte", twin::SyntheticConfig::Lte(), one_way),
          Synthetic("wifi", twin::SyntheticConfig::WiFi(), one_way),
          Synthetic("rail", twin::SyntheticConfig::Rail(), one_way)};
}

PushCase TracePushCase(std::string name, twin::NetworkTrace trace, TimeDelta one_way) {
  PushCase out;
  out.name = std::move(name);
  out.group = "traces";
  out.title = "recorded";
  out.duration = std::min(twin::PeriodOf(trace), kLongestTrace);
  out.forward.push_back(
      MakeBottleneck(std::make_shared<const twin::NetworkTrace>(std::move(trace)), kTraceQueue));
  out.flows.front().one_way = one_way;
  if (const auto* rates = std::get_if<twin::RateTrace>(out.forward.front().capacity.get())) {
    const TimeDelta told = rates->slots.front().round_trip;
    if (told > TimeDelta::Zero()) out.flows.front().one_way = told / 2;
  }
  return out;
}

}  // namespace onair::samples
