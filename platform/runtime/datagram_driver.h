// SPDX-License-Identifier: Apache-2.0
//
// Brings a datagram machine to life: sockets at its feet, one timer, its events to the owner.
#pragma once

#include <functional>
#include <utility>
#include <variant>

#include "core/machine/datagram.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/datagram_sockets.h"
#include "platform/runtime/loop.h"
#include "platform/runtime/machine_timer.h"

namespace onair::runtime {

// single-owner, on the loop's thread. Once the loop is stopped it may be destroyed anywhere.
template <DatagramMachine M>
class DatagramDriver {
 public:
  using Event = typename M::Event;
  // callback on the loop's thread. May call Do(), Bind() and Unbind(); must not destroy the
  // driver.
  using OnEvent = std::function<void(Event&& event, Timestamp now)>;

  // `machine` and `loop` outlive the driver.
  DatagramDriver(Loop& loop, M& machine, OnEvent on_event)
      : machine_(machine),
        on_event_(std::move(on_event)),
        sockets_(loop,
                 [this](const Datagram& in, Timestamp now) {
                   machine_.HandleDatagram(in, now);
                   Drain();
                 }),
        timer_(loop, [this](Timestamp now) {
          machine_.HandleTimeout(now);
          Drain();
        }) {}
  DatagramDriver(const DatagramDriver&) = delete;
  DatagramDriver& operator=(const DatagramDriver&) = delete;

  // As DatagramSockets; where a socket is bound is for the caller to tell the machine.
  Result<SocketAddress> Bind(const SocketAddress& local, const DatagramSocketConfig& config = {}) {
    return sockets_.Bind(local, config);
  }
  void Unbind(const SocketAddress& local) { sockets_.Unbind(local); }

  // Runs `command(machine, now)` and what follows from it.
  template <typename Command>
  void Do(Command&& command) {
    std::forward<Command>(command)(machine_, Now());
    Drain();
  }

  const DatagramSockets& sockets() const { return sockets_; }
  const WakeUps& wake_ups() const { return timer_.wake_ups(); }

 private:
  static constexpr int kOutputsPerTurn = 10'000;  // As in SessionDriver.

  void Drain() {
    if (draining_) return;  // The outer call goes on until Idle.
    draining_ = true;
    timer_.Arm(PollUntilIdle());
    draining_ = false;
  }

  Idle PollUntilIdle() {
    const Timestamp now = Now();
    for (int i = 0; i < kOutputsPerTurn; ++i) {
      auto out = machine_.Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) return *idle;
      if (const auto* transmit = std::get_if<DatagramTransmit>(&out)) {
        sockets_.Send(*transmit);
      } else if (on_event_) {
        on_event_(std::move(std::get<Event>(out)), now);
      }
    }
    return Idle{now, "driver.yield"};
  }

  M& machine_;
  OnEvent on_event_;
  DatagramSockets sockets_;
  bool draining_ = false;
  MachineTimer timer_;
};

}  // namespace onair::runtime
