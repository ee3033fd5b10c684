// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>

#include "core/twin/codel.h"

namespace onair::twin {

// RFC 8290: each flow has its own CoDel queue and they take turns by bytes; a flow that begins
// goes first. Flows are told apart by Packet::flow and never collide. Single-owner.
class FqCodel final : public PacketQueue {
 public:
  // `quantum` > 0. RFC 8290 section 5.2.2: "a quantum of 1514 bytes".
  explicit FqCodel(const CodelConfig& config = {}, DataSize quantum = DataSize::Bytes(1514))
      : config_(config), quantum_(quantum) {}

  void Push(Packet packet, Timestamp now) override;
  std::optional<Packet> Pop(Timestamp now) override;
  DataSize size() const override { return size_; }
  std::int64_t dropped() const override;
  std::int64_t marked() const override;

 private:
  enum class Turn { kNone = 1, kNew, kOld };
  struct Flow {
    CodelFifo fifo;
    DataSize credit = DataSize::Zero();
    Turn turn = Turn::kNone;
  };
  Flow& FlowOf(FlowId id);
  void DropFromLongest();
  // The flow whose turn it is; null: none has anything.
  Flow* TakeTurn(FlowId& id);
  void EndTurn(FlowId id, Flow& flow);

  CodelConfig config_;
  DataSize quantum_;
  std::map<FlowId, Flow> flows_;
  std::deque<FlowId> new_;
  std::deque<FlowId> old_;
  DataSize size_ = DataSize::Zero();
};

}  // namespace onair::twin
