// SPDX-License-Identifier: Apache-2.0
#include "core/twin/shared_pipe.h"

#include <utility>

namespace onair::twin {

SharedPipe::SharedPipe(World& world, std::unique_ptr<Link> link)
    : world_(world), link_(std::move(link)), wake_(world, "shared_pipe", [this] {
        link_->HandleTimeout(world_.now());
        Pump();
      }) {}

void SharedPipe::Send(Packet packet) {
  if (packet.number == 0) {
    packet.number = next_number_++;
    packet.sent_at = world_.now();
  }
  FlowStats& stats = stats_[packet.flow];
  ++stats.sent;
  stats.bytes_sent += packet.size();
  link_->HandlePacket(std::move(packet), world_.now());
  Pump();
}

SharedPipe::FlowStats SharedPipe::flow_stats(FlowId flow) const {
  const auto found = stats_.find(flow);
  return found == stats_.end() ? FlowStats{} : found->second;
}

void SharedPipe::Pump() {
  if (is_pumping_) return;  // A listener that sends: the outer call goes on draining.
  is_pumping_ = true;
  for (std::int64_t i = 0; i < World::kStepLimit; ++i) {
    LinkOutput out = link_->Poll();
    if (const auto* idle = std::get_if<Idle>(&out)) {
      if (idle->wake_at.is_finite()) wake_.set_name(idle->timer);
      wake_.Set(idle->wake_at);
      is_pumping_ = false;
      return;
    }
    Deliver(std::move(*std::get_if<Packet>(&out)));
  }
  world_.Fail("a link's Poll() never settles");
}

void SharedPipe::Deliver(Packet packet) {
  FlowStats& stats = stats_[packet.flow];
  ++stats.arrived;
  stats.bytes_arrived += packet.size();
  const auto found = listeners_.find(packet.flow);
  if (found == listeners_.end()) return;
  // A listener may forget itself in its own call.
  const OnPacket listener = found->second;
  listener(std::move(packet), world_.now());
}

}  // namespace onair::twin
