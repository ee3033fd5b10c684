// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/capacity_line.h"

#include <algorithm>
#include <cmath>

namespace onair::samples {

CapacityLine::CapacityLine(const twin::NetworkTrace& trace) {
  points_.push_back({0, 0});
  if (const auto* rates = std::get_if<twin::RateTrace>(&trace)) {
    Add(*rates);
  } else {
    Add(*std::get_if<twin::OpportunityTrace>(&trace));
  }
}

void CapacityLine::Add(const twin::RateTrace& trace) {
  for (std::size_t i = 0; i < trace.slots.size(); ++i) {
    const bool is_last = i + 1 == trace.slots.size();
    const TimeDelta end = is_last ? trace.period : trace.slots[i + 1].from;
    const auto span_us = static_cast<double>((end - trace.slots[i].from).us());
    const double bytes = static_cast<double>(trace.slots[i].rate.bps()) * span_us / 8e6;
    points_.push_back({end.us(), points_.back().bytes + bytes});
  }
}

// The bytes of a moment go within the millisecond before it.
void CapacityLine::Add(const twin::OpportunityTrace& trace) {
  constexpr auto kBytes = static_cast<double>(twin::OpportunityTrace::kOpportunity.bytes());
  double bytes = 0;
  for (std::size_t i = 0; i < trace.at_ms.size(); ++i) {
    const std::int64_t us = std::max<std::int64_t>(trace.at_ms[i], 1) * 1000;
    if (us - 1000 > points_.back().us) points_.push_back({us - 1000, bytes});
    bytes += kBytes;
    if (us > points_.back().us) points_.push_back({us, bytes});
    points_.back().bytes = bytes;
  }
}

double CapacityLine::BytesBy(Timestamp at) const {
  const std::int64_t period = points_.back().us;
  const auto rounds = static_cast<double>(at.us() / period);
  const std::int64_t us = at.us() % period;
  const auto after = std::upper_bound(points_.begin() + 1, points_.end(), us,
                                      [](std::int64_t t, const Point& p) { return t < p.us; });
  const Point& to = after == points_.end() ? points_.back() : *after;
  const Point& from = *(after == points_.end() ? after - 2 : after - 1);
  const double share = static_cast<double>(us - from.us) / static_cast<double>(to.us - from.us);
  return rounds * points_.back().bytes + from.bytes + share * (to.bytes - from.bytes);
}

double CapacityLine::KbpsOver(Timestamp at, TimeDelta window) const {
  return BytesBetween(at, at + window) * 8e3 / static_cast<double>(window.us());
}

Timestamp CapacityLine::FinishOf(DataSize size, Timestamp from) const {
  if (size <= DataSize::Zero()) return from;
  const double in_period = points_.back().bytes;
  if (in_period <= 0) return Timestamp::PlusInfinity();
  const double target = BytesBy(from) + static_cast<double>(size.bytes());
  // The last byte of a period is reached in it, not at the begin of the next.
  const double rounds = std::max(0.0, std::ceil(target / in_period) - 1);
  const double bytes = target - rounds * in_period;
  const auto to = std::lower_bound(points_.begin() + 1, points_.end() - 1, bytes,
                                   [](const Point& p, double b) { return p.bytes < b; });
  const Point& begin = *(to - 1);
  const double share = (bytes - begin.bytes) / std::max(to->bytes - begin.bytes, 1e-9);
  const double us = static_cast<double>(begin.us) + share * static_cast<double>(to->us - begin.us);
  const auto whole = static_cast<std::int64_t>(rounds) * points_.back().us;
  return Timestamp::Micros(whole + static_cast<std::int64_t>(std::ceil(us)));
}

DataRate CapacityLine::mean() const {
  return DataRate::BitsPerSec(static_cast<std::int64_t>(points_.back().bytes * 8e6 /
                                                        static_cast<double>(points_.back().us)));
}

}  // namespace onair::samples
