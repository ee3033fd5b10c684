// SPDX-License-Identifier: Apache-2.0
#include "core/twin/network_trace.h"

#include <algorithm>

namespace onair::twin {
namespace {

std::vector<DataRate> RatesOf(const RateTrace& trace, TimeDelta window) {
  std::vector<DataRate> rates;
  for (TimeDelta begin = TimeDelta::Zero(); begin + window <= trace.period; begin += window) {
    std::int64_t bits_us = 0;
    for (TimeDelta at = begin; at < begin + window;) {
      const RateTrace::Slot& slot = trace.At(at);
      const bool is_last = &slot == &trace.slots.back();
      const TimeDelta end = is_last ? trace.period : (&slot + 1)->from;
      const TimeDelta part = std::min(end, begin + window) - at;
      bits_us += units_internal::MultiplyDivide(slot.rate.bps(), part.us(), 1000);
      at += part;
    }
    rates.push_back(DataRate::BitsPerSec(bits_us * 1000 / window.us()));
  }
  return rates;
}

std::vector<DataRate> RatesOf(const OpportunityTrace& trace, TimeDelta window) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(trace.period().us() / window.us()), 0);
  for (const std::int32_t ms : trace.at_ms) {
    const auto i = static_cast<std::size_t>(TimeDelta::Millis(ms).us() / window.us());
    if (i < counts.size()) ++counts[i];
  }
  std::vector<DataRate> rates;
  rates.reserve(counts.size());
  for (const std::int64_t count : counts) {
    rates.push_back(DataSize::Bytes(count * OpportunityTrace::kOpportunity.bytes()) / window);
  }
  return rates;
}

TimeDelta LongestGap(const RateTrace& trace) {
  TimeDelta longest = TimeDelta::Zero();
  TimeDelta zero_since = TimeDelta::PlusInfinity();
  for (const RateTrace::Slot& slot : trace.slots) {
    if (slot.rate <= DataRate::Zero()) {
      zero_since = std::min(zero_since, slot.from);
    } else if (zero_since.is_finite()) {
      longest = std::max(longest, slot.from - zero_since);
      zero_since = TimeDelta::PlusInfinity();
    }
  }
  return zero_since.is_finite() ? std::max(longest, trace.period - zero_since) : longest;
}

TimeDelta LongestGap(const OpportunityTrace& trace) {
  std::int32_t longest = trace.at_ms.front();
  for (std::size_t i = 1; i < trace.at_ms.size(); ++i) {
    longest = std::max(longest, trace.at_ms[i] - trace.at_ms[i - 1]);
  }
  return TimeDelta::Millis(longest);
}

double Quantile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1) + 0.5)];
}

}  // namespace

const RateTrace::Slot& RateTrace::At(TimeDelta at) const {
  const TimeDelta inside =
      period > TimeDelta::Zero() ? TimeDelta::Micros(at.us() % period.us()) : TimeDelta::Zero();
  const auto after = std::upper_bound(slots.begin(), slots.end(), inside,
                                      [](TimeDelta t, const Slot& slot) { return t < slot.from; });
  return after == slots.begin() ? slots.front() : *std::prev(after);
}

RateSchedule RateTrace::Unroll(Timestamp start, TimeDelta length) const {
  RateSchedule schedule(slots.front().rate);
  std::size_t steps = 0;
  for (TimeDelta round = TimeDelta::Zero(); round < length; round += period) {
    for (const Slot& slot : slots) {
      if (round + slot.from >= length || ++steps > kMostSteps) return schedule;
      schedule.Change(start + round + slot.from, slot.rate);
    }
    if (period <= TimeDelta::Zero()) break;
  }
  return schedule;
}

TimeDelta PeriodOf(const NetworkTrace& trace) {
  const auto* rates = std::get_if<RateTrace>(&trace);
  return rates != nullptr ? rates->period : std::get_if<OpportunityTrace>(&trace)->period();
}

std::vector<DataRate> CapacityOf(const NetworkTrace& trace, TimeDelta window) {
  if (const auto* rates = std::get_if<RateTrace>(&trace)) return RatesOf(*rates, window);
  return RatesOf(*std::get_if<OpportunityTrace>(&trace), window);
}

TraceStats StatsOf(const NetworkTrace& trace) {
  TraceStats stats;
  std::vector<double> mbps;
  for (const DataRate rate : CapacityOf(trace, TimeDelta::Seconds(1))) {
    mbps.push_back(rate.kbps_f() / 1000);
  }
  if (mbps.empty()) return stats;
  const auto count = static_cast<double>(mbps.size());
  double halvings = 0;
  for (std::size_t i = 0; i < mbps.size(); ++i) {
    stats.mean_mbps += mbps[i] / count;
    if (mbps[i] < 0.3) stats.share_below_300_kbps += 1 / count;
    if (i > 0 && mbps[i - 1] > 0 && mbps[i] <= mbps[i - 1] / 2) halvings += 1;
  }
  stats.halvings_per_minute = halvings * 60 / count;
  std::sort(mbps.begin(), mbps.end());
  stats.p5_mbps = Quantile(mbps, 0.05);
  stats.p50_mbps = Quantile(mbps, 0.50);
  stats.p95_mbps = Quantile(mbps, 0.95);
  const auto* rates = std::get_if<RateTrace>(&trace);
  stats.longest_gap =
      rates != nullptr ? LongestGap(*rates) : LongestGap(*std::get_if<OpportunityTrace>(&trace));
  return stats;
}

}  // namespace onair::twin
