// SPDX-License-Identifier: Apache-2.0
#include "core/twin/trace_link.h"

#include <algorithm>
#include <utility>

#include "core/twin/chance.h"
#include "core/twin/rate_limit.h"

namespace onair::twin {

OpportunityLink::OpportunityLink(OpportunityTrace trace, std::unique_ptr<PacketQueue> queue,
                                 Timestamp start)
    : trace_(std::move(trace)), queue_(std::move(queue)), round_start_(start), now_(start) {}

void OpportunityLink::HandlePacket(Packet packet, Timestamp now) {
  HandleTimeout(now);
  ++taken_;
  const bool was_idle = !sending_;
  queue_->Push(std::move(packet), now_);
  if (!was_idle) return;
  // What this moment or an earlier one had left is lost with the empty queue.
  credit_ = 0;
  SkipTo(now_);
  TakeNext();
}

void OpportunityLink::HandleTimeout(Timestamp now) {
  now_ = std::max(now_, now);
}

LinkOutput OpportunityLink::Poll() {
  while (sending_) {
    if (credit_ == 0) {
      const Timestamp moment = NextMoment();
      if (moment > now_) return Idle{moment, "opportunity"};
      if (++next_ == trace_.at_ms.size()) {
        next_ = 0;
        round_start_ += trace_.period();
      }
      credit_ = OpportunityTrace::kOpportunity.bytes();
    }
    const std::int64_t part = std::min(left_, credit_);
    left_ -= part;
    credit_ -= part;
    if (left_ > 0) continue;
    Packet packet = std::move(*sending_);
    sending_.reset();
    ++passed_;
    TakeNext();
    if (!sending_) credit_ = 0;
    return packet;
  }
  return Idle{};
}

LinkStats OpportunityLink::stats() const {
  return {taken_, passed_, queue_->dropped()};
}

Timestamp OpportunityLink::NextMoment() const {
  return round_start_ + TimeDelta::Millis(trace_.at_ms[next_]);
}

// To the first moment that is not before `now`.
void OpportunityLink::SkipTo(Timestamp now) {
  if (NextMoment() >= now) return;
  const TimeDelta period = trace_.period();
  const std::int64_t rounds = (now - round_start_).us() / period.us();
  if (rounds > 0) {
    round_start_ += period * rounds;
    next_ = 0;
  }
  const std::int64_t ms = ((now - round_start_).us() + 999) / 1000;
  const auto from = trace_.at_ms.begin() + static_cast<std::ptrdiff_t>(next_);
  next_ = static_cast<std::size_t>(std::lower_bound(from, trace_.at_ms.end(), ms) -
                                   trace_.at_ms.begin());
  if (next_ == trace_.at_ms.size()) {
    next_ = 0;
    round_start_ += period;
  }
}

void OpportunityLink::TakeNext() {
  sending_ = queue_->Pop(now_);
  left_ = sending_ ? std::max<std::int64_t>(1, sending_->size().bytes()) : 0;
}

void TraceConditions::Take(Packet packet, Timestamp now) {
  const RateTrace::Slot& slot = trace_.At(std::max(TimeDelta::Zero(), now - start_));
  if (Happens(slot.loss, rng_)) return Drop();
  const double z = Gaussian(rng_);
  const TimeDelta extra = slot.jitter.Scaled(std::min(z < 0 ? -z : z, 3.0));
  last_leaves_ = std::max(last_leaves_, now + slot.round_trip / 2 + extra);
  Release(std::move(packet), last_leaves_);
}

std::unique_ptr<Link> TraceBottleneck(const NetworkTrace& trace, Timestamp start, TimeDelta length,
                                      std::unique_ptr<PacketQueue> queue) {
  if (const auto* rates = std::get_if<RateTrace>(&trace)) {
    return std::make_unique<RateLimit>(rates->Unroll(start, length), std::move(queue));
  }
  return std::make_unique<OpportunityLink>(*std::get_if<OpportunityTrace>(&trace), std::move(queue),
                                           start);
}

}  // namespace onair::twin
