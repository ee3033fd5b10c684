// SPDX-License-Identifier: Apache-2.0
#include "core/twin/datagram_pipe.h"

#include <utility>

namespace onair::twin {

DatagramPipe::DatagramPipe(World& world, std::unique_ptr<Link> link, OnPacket on_packet)
    : world_(world),
      link_(std::move(link)),
      on_packet_(std::move(on_packet)),
      wake_(world, "datagram_pipe", [this] {
        link_->HandleTimeout(world_.now());
        Pump();
      }) {}

void DatagramPipe::Send(Bytes bytes) {
  link_->HandlePacket({std::move(bytes), next_number_++, world_.now()}, world_.now());
  Pump();
}

void DatagramPipe::Pump() {
  if (is_pumping_) return;  // A receiver that sends: the outer call goes on draining.
  is_pumping_ = true;
  for (std::int64_t i = 0; i < World::kStepLimit; ++i) {
    LinkOutput out = link_->Poll();
    if (const auto* idle = std::get_if<Idle>(&out)) {
      if (idle->wake_at.is_finite()) wake_.set_name(idle->timer);
      wake_.Set(idle->wake_at);
      is_pumping_ = false;
      return;
    }
    on_packet_(*std::get_if<Packet>(&out), world_.now());
  }
  world_.Fail("a link's Poll() never settles");
}

}  // namespace onair::twin
