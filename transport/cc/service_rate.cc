// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/service_rate.h"

#include <algorithm>

namespace onair::cc {
namespace {

constexpr TimeDelta kMemory = TimeDelta::Millis(500);
// Half a second at 50 Mbit/s.
constexpr std::size_t kMostPackets = 3000;
// A packet that met an empty line and came later than that still waited: for its turn on the air.
constexpr TimeDelta kTurn = TimeDelta::Millis(3);
// Where feedback is missing, a wait of that length is still the line's and not that of packets
// nobody told of.
constexpr TimeDelta kStall = TimeDelta::Millis(100);
// Within a train; our pacer lets leave together what is due within 5 ms.
constexpr TimeDelta kClose = TimeDelta::Millis(15);
// No packet is overtaken by so much: the receiver's clock was set back.
constexpr TimeDelta kClockStep = TimeDelta::Seconds(2);
constexpr TimeDelta kLongest = TimeDelta::Seconds(10);
// A rate over less would be that of one picture.
constexpr TimeDelta kLeastSpan = TimeDelta::Millis(50);
// What the air loses between two arrivals, at most.
constexpr std::int64_t kMostLost = 1'000'000;

double Seconds(std::int64_t us) {
  return static_cast<double>(us) * 1e-6;
}

}  // namespace

void ServiceRate::AddLost(DataSize size) {
  lost_bytes_ = std::min(lost_bytes_ + size.bytes(), kMostLost);
}

void ServiceRate::Add(const PacketFate& packet, TimeDelta base) {
  if (*packet.arrived_at < last_arrived_ - kClockStep) {
    served_.clear();
    last_arrived_ = Timestamp::MinusInfinity();
  }
  const Timestamp ready = packet.sent_at + base;
  const Timestamp arrived = std::max(*packet.arrived_at, last_arrived_);
  const TimeDelta served = arrived - std::max(ready, last_arrived_);
  const bool has_waited = last_arrived_ > ready || served > kTurn;
  const bool is_known = !is_broken_ || served >= kStall;
  const TimeDelta before = packet.sent_at - last_sent_;
  Served entry{.at = arrived, .bytes = packet.size.bytes() + lost_bytes_};
  if (has_waited && is_known) {
    entry.served_us = std::clamp(served, TimeDelta::Zero(), kLongest).us();
  }
  if (!is_broken_ && before >= TimeDelta::Zero() && before <= kClose) {
    entry.before_us = before.us();
    entry.after_us = std::min(arrived - last_arrived_, kLongest).us();
  }
  served_.push_back(entry);
  is_broken_ = false;
  lost_bytes_ = 0;
  last_sent_ = packet.sent_at;
  last_arrived_ = arrived;
  while (served_.size() > kMostPackets || served_.front().at < arrived - kMemory) {
    served_.pop_front();
  }
}

ServiceRate::Measure ServiceRate::Over(TimeDelta window) const {
  return Sum(window, kLongest);
}
ServiceRate::Measure ServiceRate::OverBusy(TimeDelta busy) const {
  return Sum(kMemory, busy);
}

ServiceRate::Measure ServiceRate::Sum(TimeDelta window, TimeDelta busy) const {
  Measure out;
  for (auto at = served_.rbegin(); at != served_.rend(); ++at) {
    if (at->at < last_arrived_ - window || out.seconds >= busy.seconds_f()) break;
    out.apart_before += Seconds(at->before_us);
    out.apart_after += Seconds(at->after_us);
    if (at->served_us < 0) continue;
    // Of a stall only what lies within: the line is back, and is judged by what it did since.
    const double served = Seconds(at->served_us);
    const double within = (at->at - (last_arrived_ - window)).seconds_f();
    const bool is_stall = TimeDelta::Micros(at->served_us) > kStall;
    const double part =
        is_stall ? std::min({served, within, busy.seconds_f() - out.seconds}) : served;
    out.bytes += static_cast<double>(at->bytes) * (is_stall ? part / served : 1);
    out.seconds += part;
    ++out.packets;
  }
  return out;
}

double ServiceRate::DeliveredBps(TimeDelta window) const {
  std::int64_t bytes = 0;
  TimeDelta span = TimeDelta::Zero();
  for (auto at = served_.rbegin(); at != served_.rend(); ++at) {
    span = last_arrived_ - at->at;
    if (span > window) break;
    bytes += at->bytes;
  }
  span = std::clamp(span, kLeastSpan, window);
  return static_cast<double>(bytes) * 8 / span.seconds_f();
}

}  // namespace onair::cc
