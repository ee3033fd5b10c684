// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "core/twin/link.h"
#include "core/twin/packet_queue.h"
#include "core/twin/rate_schedule.h"

namespace onair::twin {

// A bottleneck: sends one packet after the other at the rate of the moment; the others wait
// in its queue. A packet comes out when its last bit has left.
class RateLimit final : public Link {
 public:
  // `overhead`: bytes that every packet costs on top, such as IP and UDP headers.
  RateLimit(RateSchedule rate, std::unique_ptr<PacketQueue> queue,
            DataSize overhead = DataSize::Zero());

  void HandlePacket(Packet packet, Timestamp now) override;
  void HandleTimeout(Timestamp now) override;
  LinkOutput Poll() override;
  LinkStats stats() const override;

  DataSize queued() const { return queue_->size(); }

 private:
  struct Sending {
    Timestamp done;
    Packet packet;
  };
  void SendNext(Timestamp begin);

  RateSchedule rate_;
  std::unique_ptr<PacketQueue> queue_;
  DataSize overhead_;
  Timestamp now_ = Timestamp::MinusInfinity();
  std::optional<Sending> sending_;
  std::int64_t taken_ = 0;
  std::int64_t passed_ = 0;
};

}  // namespace onair::twin
