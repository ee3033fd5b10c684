// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include "core/twin/packet_queue.h"

namespace onair::twin {

// First in, first out; refuses what does not fit.
class TailDrop final : public PacketQueue {
 public:
  // At most `limit` bytes wait. A limit in time is a rate times that time.
  explicit TailDrop(DataSize limit) : limit_(limit) {}
  TailDrop(TimeDelta limit, DataRate rate) : TailDrop(rate * limit) {}

  void Push(Packet packet, Timestamp now) override;
  std::optional<Packet> Pop(Timestamp now) override;
  DataSize size() const override { return size_; }
  std::int64_t dropped() const override { return dropped_; }

 private:
  DataSize limit_;
  DataSize size_ = DataSize::Zero();
  std::deque<Packet> queue_;
  std::int64_t dropped_ = 0;
};

}  // namespace onair::twin
