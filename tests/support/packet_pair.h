// SPDX-License-Identifier: Apache-2.0
//
// Two machines that exchange packets without addresses (DTLS, data channels), on the two ends
// of a modelled path in virtual time.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "core/machine/machine.h"
#include "core/twin/datagram_pipe.h"
#include "core/twin/world.h"

namespace onair::test {

struct SentPacket {
  Timestamp at;
  Bytes bytes;
};

// `M` has HandleDatagram(ByteView, Timestamp), HandleTimeout and Poll() with Idle, M::Outgoing
// and M::Event. Single-owner; dies before its world.
template <typename M>
class PacketEnd {
 public:
  using Event = typename M::Event;

  PacketEnd(twin::World& world, M machine)
      : machine_(std::move(machine)), world_(world), wake_(world, "packet end", [this] {
          before_call(world_.now());
          machine_.HandleTimeout(world_.now());
          Pump();
        }) {}

  void Connect(PacketEnd& other, std::unique_ptr<twin::Link> link) {
    pipe_ = std::make_unique<twin::DatagramPipe>(
        world_, std::move(link),
        [&other](const twin::Packet& packet, Timestamp) { other.Deliver(packet.bytes); });
  }

  void Deliver(ByteView bytes) {
    before_call(world_.now());
    machine_.HandleDatagram(bytes, world_.now());
    Pump();
  }

  // A command and what follows: Do([](auto& machine, Timestamp now) { … }).
  template <typename Command>
  void Do(Command command) {
    before_call(world_.now());
    command(machine_, world_.now());
    Pump();
  }

  void Pump() {
    for (int i = 0; i < 100'000; ++i) {
      auto out = machine_.Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) {
        wake_.Set(idle->wake_at);
        return;
      }
      if (const auto* packet = std::get_if<typename M::Outgoing>(&out)) {
        Send(packet->bytes);
      } else {
        on_event(std::get<Event>(out));
      }
    }
    FAIL("Poll() never settles");
  }

  M& machine() { return machine_; }
  Timestamp wakes_at() const { return wake_.due(); }

  std::function<void(Event&)> on_event = [](Event&) {};
  std::function<void(Timestamp now)> before_call = [](Timestamp) {};
  // False: this packet, the `index`th sent, is lost.
  std::function<bool(std::size_t index)> passes = [](std::size_t) { return true; };
  std::vector<SentPacket> sent;

 private:
  void Send(ByteView bytes) {
    sent.push_back({world_.now(), Bytes(bytes.begin(), bytes.end())});
    if (pipe_ && passes(sent.size() - 1)) pipe_->Send(sent.back().bytes);
  }

  M machine_;
  twin::World& world_;
  std::unique_ptr<twin::DatagramPipe> pipe_;
  twin::Alarm wake_;
};

}  // namespace onair::test
