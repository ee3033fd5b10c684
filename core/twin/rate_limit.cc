// SPDX-License-Identifier: Apache-2.0
#include "core/twin/rate_limit.h"

#include <algorithm>
#include <utility>

namespace onair::twin {

RateLimit::RateLimit(RateSchedule rate, std::unique_ptr<PacketQueue> queue, DataSize overhead)
    : rate_(std::move(rate)), queue_(std::move(queue)), overhead_(overhead) {}

void RateLimit::HandlePacket(Packet packet, Timestamp now) {
  now_ = std::max(now_, now);
  ++taken_;
  queue_->Push(std::move(packet), now_);
  if (!sending_) SendNext(now_);
}

void RateLimit::HandleTimeout(Timestamp now) {
  now_ = std::max(now_, now);
}

LinkOutput RateLimit::Poll() {
  if (!sending_) return Idle{};
  if (sending_->done > now_) return Idle{sending_->done, "rate_limit"};
  // The next one begins when this one was done, even if nobody asked until later.
  Sending done = std::move(*sending_);
  sending_.reset();
  ++passed_;
  SendNext(done.done);
  return std::move(done.packet);
}

LinkStats RateLimit::stats() const {
  return {taken_, passed_, queue_->dropped()};
}

void RateLimit::SendNext(Timestamp begin) {
  std::optional<Packet> packet = queue_->Pop(begin);
  if (!packet) return;
  const Timestamp done = rate_.FinishOf(packet->size() + overhead_, begin);
  sending_.emplace(Sending{done, std::move(*packet)});
}

}  // namespace onair::twin
