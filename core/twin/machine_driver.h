// SPDX-License-Identifier: Apache-2.0
//
// Keeps the machine contract in virtual time: one input, drain, wait for the deadline. What
// platform/runtime does with real sockets.
#pragma once

#include <functional>
#include <string_view>
#include <utility>
#include <variant>

#include "core/machine/machine.h"
#include "core/twin/stream_socket.h"
#include "core/twin/world.h"

namespace onair::twin {

// Binds `machine` to a socket that may come later and change. `M` has HandleBytes,
// HandleTimeout and Poll; HandleUnsent, HandleEnd and HandleClosed are used where they exist.
// Single-owner; the machine outlives it.
template <typename M>
class MachineDriver final : public StreamUser {
 public:
  using Event = typename M::Event;
  // Called in the order of Poll(); may call the machine's commands and this driver.
  using OnEvent = std::function<void(Event&)>;

  MachineDriver(World& world, M& machine, OnEvent on_event)
      : world_(world),
        machine_(machine),
        on_event_(std::move(on_event)),
        wake_(world, "machine", [this] {
          TellFacts();
          machine_.HandleTimeout(world_.now());
          Pump();
        }) {}
  ~MachineDriver() override { Unbind(); }
  MachineDriver(const MachineDriver&) = delete;
  MachineDriver& operator=(const MachineDriver&) = delete;

  // Speaks through `socket` from now on.
  void Bind(StreamSocket& socket) {
    Unbind();
    socket_ = &socket;
    socket.Attach(this);
    reported_unsent_ = DataSize::Zero();
  }
  void Unbind() {
    if (socket_ != nullptr) socket_->Detach();
    socket_ = nullptr;
  }
  StreamSocket* socket() { return socket_; }

  // Drains the machine; after every command that was given from outside.
  void Pump() {
    if (is_pumping_) return;  // The outer call goes on draining.
    is_pumping_ = true;
    do {
      Drain();
    } while (ReportUnsent());
    is_pumping_ = false;
  }

  // A command and what follows from it.
  template <typename Command>
  void Do(Command command) {
    TellFacts();
    command(machine_, world_.now());
    Pump();
  }

  void OnBytes(ByteView in) override {
    TellFacts();
    machine_.HandleBytes(in, world_.now());
    Pump();
  }
  void OnUnsent() override {
    if (ReportUnsent()) Pump();
  }
  void OnClosed(const Error& error) override {
    socket_ = nullptr;
    if constexpr (requires { machine_.HandleClosed(error, world_.now()); }) {
      machine_.HandleClosed(error, world_.now());
    } else if constexpr (requires { machine_.HandleEnd(world_.now()); }) {
      machine_.HandleEnd(world_.now());
    }
    Pump();
  }

  DataSize bytes_sent() const { return bytes_sent_; }

 private:
  // Source: ours; a burst of 2000 queued frames is far below.
  static constexpr int kPollLimit = 100'000;

  void Drain() {
    for (int i = 0; i < kPollLimit; ++i) {
      auto out = machine_.Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) return Wait(*idle);
      if (auto* transmit = std::get_if<Transmit>(&out)) {
        bytes_sent_ += DataSize::Bytes(static_cast<std::int64_t>(transmit->bytes.size()));
        if (socket_ != nullptr) socket_->Write(std::move(transmit->bytes));
        has_written_ = true;
      } else if (on_event_) {
        on_event_(*std::get_if<Event>(&out));
      }
    }
    world_.Fail("a machine's Poll() never settles");
  }

  void Wait(const Idle& idle) {
    if (idle.wake_at.is_finite()) wake_.set_name(idle.timer);
    wake_.Set(idle.wake_at);
  }

  // In front of every input.
  void TellFacts() {
    if constexpr (requires { machine_.HandleSocketFacts(SocketFacts{}, world_.now()); }) {
      if (socket_ == nullptr) return;
      if (const auto info = socket_->tcp_info()) {
        machine_.HandleSocketFacts(FactsOf(*info), world_.now());
      }
    }
  }

  // True: the machine was told something new.
  bool ReportUnsent() {
    if constexpr (requires { machine_.HandleUnsent(DataSize::Zero(), world_.now()); }) {
      if (socket_ == nullptr) return false;
      if (!std::exchange(has_written_, false) && socket_->unsent() == reported_unsent_)
        return false;
      reported_unsent_ = socket_->unsent();
      TellFacts();
      machine_.HandleUnsent(reported_unsent_, world_.now());
      return true;
    }
    return false;
  }

  World& world_;
  M& machine_;
  OnEvent on_event_;
  Alarm wake_;
  StreamSocket* socket_ = nullptr;
  DataSize reported_unsent_ = DataSize::Zero();
  bool has_written_ = false;  // Since the last report.
  DataSize bytes_sent_ = DataSize::Zero();
  bool is_pumping_ = false;
};

}  // namespace onair::twin
