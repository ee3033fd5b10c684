// SPDX-License-Identifier: Apache-2.0
//
// Links that follow a trace.
#pragma once

#include <memory>
#include <optional>

#include "core/base/rng.h"
#include "core/twin/holding_link.h"
#include "core/twin/network_trace.h"
#include "core/twin/packet_queue.h"

namespace onair::twin {

// A bottleneck that passes up to 1500 bytes, whole packets or parts of them, at each moment of
// its trace; a moment that meets an empty queue is lost. Single-owner.
class OpportunityLink final : public Link {
 public:
  OpportunityLink(OpportunityTrace trace, std::unique_ptr<PacketQueue> queue, Timestamp start);

  void HandlePacket(Packet packet, Timestamp now) override;
  void HandleTimeout(Timestamp now) override;
  LinkOutput Poll() override;
  LinkStats stats() const override;

  DataSize queued() const { return queue_->size(); }

 private:
  Timestamp NextMoment() const;
  void SkipTo(Timestamp now);
  void TakeNext();

  OpportunityTrace trace_;
  std::unique_ptr<PacketQueue> queue_;
  Timestamp round_start_;  // Of the present repetition.
  std::size_t next_ = 0;   // Index into it.
  Timestamp now_;
  std::optional<Packet> sending_;
  std::int64_t left_ = 0;    // Bytes of `sending_` that are still to go.
  std::int64_t credit_ = 0;  // Bytes that the present moment still carries.
  std::int64_t taken_ = 0;
  std::int64_t passed_ = 0;
};

// The delay, loss and jitter that a rate trace tells beside its rate; half of the round trip,
// in order. `start`: when the trace begins.
class TraceConditions final : public HoldingLink {
 public:
  TraceConditions(RateTrace trace, Timestamp start, Rng rng)
      : HoldingLink("trace"), trace_(std::move(trace)), start_(start), rng_(rng) {}

 private:
  void Take(Packet packet, Timestamp now) override;

  RateTrace trace_;
  Timestamp start_;
  Rng rng_;
  Timestamp last_leaves_ = Timestamp::MinusInfinity();
};

// The bottleneck of a trace that begins at `start`. A rate trace is unrolled for `length`.
std::unique_ptr<Link> TraceBottleneck(const NetworkTrace& trace, Timestamp start, TimeDelta length,
                                      std::unique_ptr<PacketQueue> queue);

}  // namespace onair::twin
