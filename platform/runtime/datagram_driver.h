// SPDX-License-Identifier: Apache-2.0
//
// Brings a datagram machine to life: sockets at its feet, one timer, its events to the owner.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <variant>

#include "core/machine/datagram.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/datagram_socket.h"
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

  // One for each interface and family is plenty.
  static constexpr std::size_t kMostSockets = 64;

  // `machine` and `loop` outlive the driver.
  DatagramDriver(Loop& loop, M& machine, OnEvent on_event)
      : loop_(loop),
        machine_(machine),
        on_event_(std::move(on_event)),
        timer_(loop, [this](Timestamp now) {
          machine_.HandleTimeout(now);
          Drain();
        }) {}
  DatagramDriver(const DatagramDriver&) = delete;
  DatagramDriver& operator=(const DatagramDriver&) = delete;

  // A socket more; where it is bound is for the caller to tell the machine. Errors as
  // DatagramSocket::Bind(), and kLimit past kMostSockets.
  Result<SocketAddress> Bind(const SocketAddress& local, const DatagramSocketConfig& config = {}) {
    if (sockets_.size() >= kMostSockets) return Fail(ErrorCode::kLimit, "sockets of one session");
    auto socket =
        std::make_unique<DatagramSocket>(loop_, config, [this](const Datagram& in, Timestamp now) {
          machine_.HandleDatagram(in, now);
          Drain();
        });
    auto bound = socket->Bind(local);
    if (bound) sockets_.emplace(*bound, std::move(socket));
    return bound;
  }

  // What the machine still sends from there is dropped and counted.
  void Unbind(const SocketAddress& local) { sockets_.erase(local); }

  // Runs `command(machine, now)` and what follows from it.
  template <typename Command>
  void Do(Command&& command) {
    std::forward<Command>(command)(machine_, Now());
    Drain();
  }

  const DatagramSocket* socket(const SocketAddress& local) const {
    const auto found = sockets_.find(local);
    return found == sockets_.end() ? nullptr : found->second.get();
  }
  std::int64_t without_socket() const { return without_socket_; }
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
        Send(*transmit);
      } else if (on_event_) {
        on_event_(std::move(std::get<Event>(out)), now);
      }
    }
    return Idle{now, "driver.yield"};
  }

  void Send(const DatagramTransmit& out) {
    const auto found = sockets_.find(out.path.local);
    if (found == sockets_.end()) {
      ++without_socket_;
    } else {
      found->second->Send(out);
    }
  }

  Loop& loop_;
  M& machine_;
  OnEvent on_event_;
  std::map<SocketAddress, std::unique_ptr<DatagramSocket>> sockets_;
  std::int64_t without_socket_ = 0;  // Sent from an address that is bound no more.
  bool draining_ = false;
  MachineTimer timer_;
};

}  // namespace onair::runtime
