// SPDX-License-Identifier: Apache-2.0
#include "core/twin/fq_codel.h"

#include <algorithm>
#include <utility>

namespace onair::twin {

void FqCodel::Push(Packet packet, Timestamp now) {
  const FlowId id = packet.flow;
  Flow& flow = FlowOf(id);
  size_ += packet.size();
  flow.fifo.Push(std::move(packet), now);
  if (flow.turn == Turn::kNone) {
    flow.turn = Turn::kNew;
    flow.credit = quantum_;
    new_.push_back(id);
  }
  while (size_ > config_.limit) DropFromLongest();
}

std::optional<Packet> FqCodel::Pop(Timestamp now) {
  FlowId id = 0;
  while (Flow* flow = TakeTurn(id)) {
    const DataSize before = flow->fifo.size();
    std::optional<Packet> packet = flow->fifo.Pop(now);
    size_ -= before - flow->fifo.size();
    if (packet) {
      flow->credit -= packet->size();
      return packet;
    }
    EndTurn(id, *flow);
  }
  return std::nullopt;
}

std::int64_t FqCodel::dropped() const {
  std::int64_t sum = 0;
  for (const auto& [id, flow] : flows_) sum += flow.fifo.dropped();
  return sum;
}

std::int64_t FqCodel::marked() const {
  std::int64_t sum = 0;
  for (const auto& [id, flow] : flows_) sum += flow.fifo.marked();
  return sum;
}

FqCodel::Flow& FqCodel::FlowOf(FlowId id) {
  return flows_.try_emplace(id, Flow{CodelFifo(config_)}).first->second;
}

// RFC 8290 section 4.1: packets are dropped "from the head of the queue with the largest
// current byte count".
void FqCodel::DropFromLongest() {
  const auto longest = std::max_element(
      flows_.begin(), flows_.end(),
      [](const auto& a, const auto& b) { return a.second.fifo.size() < b.second.fifo.size(); });
  CodelFifo& fifo = longest->second.fifo;
  const DataSize before = fifo.size();
  fifo.DropHead();
  size_ -= before - fifo.size();
}

// RFC 8290 section 4.2: new queues first; one without credit gets a quantum and goes to the
// end of the old ones.
FqCodel::Flow* FqCodel::TakeTurn(FlowId& id) {
  while (!new_.empty() || !old_.empty()) {
    std::deque<FlowId>& list = new_.empty() ? old_ : new_;
    id = list.front();
    Flow& flow = FlowOf(id);
    if (flow.credit > DataSize::Zero()) return &flow;
    flow.credit += quantum_;
    flow.turn = Turn::kOld;
    list.pop_front();
    old_.push_back(id);
  }
  return nullptr;
}

// RFC 8290 section 4.2: an empty new queue goes to the old ones first, so that it cannot stay
// new by sending a little at a time.
void FqCodel::EndTurn(FlowId id, Flow& flow) {
  if (flow.turn == Turn::kNew) {
    new_.pop_front();
    flow.turn = Turn::kOld;
    old_.push_back(id);
  } else {
    old_.pop_front();
    flow.turn = Turn::kNone;
  }
}

}  // namespace onair::twin
