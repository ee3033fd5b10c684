// SPDX-License-Identifier: Apache-2.0
//
// Brings a protocol machine to life on one byte stream: the server's side of a connection, or
// a client that connects once.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "core/machine/machine.h"
#include "platform/runtime/byte_stream.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/loop.h"
#include "platform/runtime/machine_timer.h"

namespace onair::runtime {

// single-owner, on the loop's thread. Once the loop is stopped it may be destroyed anywhere.
template <Machine M>
class MachineDriver final : private ByteStreamListener {
 public:
  using Event = typename M::Event;
  struct Handlers {
    // callback on the loop's thread. May call Do(), Close() and the stream's Write(); must
    // not destroy the driver.
    std::function<void(Event&& event, Timestamp now)> on_event;
    // The last callback; the driver may be destroyed here.
    std::function<void(const Error& error, Timestamp now)> on_closed;
    // With kKeepSending the machine's HandleEnd() comes when the peer ends its side, and
    // Close() must follow from what the machine says then or later.
    AfterPeerEnd after_peer_end = AfterPeerEnd::kClose;
  };

  // `machine` and `loop` outlive the driver. The machine is driven once connected.
  MachineDriver(Loop& loop, std::unique_ptr<ByteStream> stream, M& machine, Handlers handlers)
      : machine_(machine),
        handlers_(std::move(handlers)),
        stream_(std::move(stream)),
        timer_(loop, [this](Timestamp now) {
          machine_.HandleTimeout(now);
          Drain();
        }) {}
  MachineDriver(const MachineDriver&) = delete;
  MachineDriver& operator=(const MachineDriver&) = delete;

  // One of the two, once: for an accepted stream, for a client.
  void Start() { stream_->Attach(*this); }
  void Open(const Endpoint& endpoint) { stream_->Open(endpoint, *this); }

  // Runs `command(machine, now)` and what follows from it; see SessionDriver.
  template <typename Command>
  void Do(Command&& command) {
    std::forward<Command>(command)(machine_, Now());
    Drain();
  }

  // Writes what the machine has to say, then closes; on_closed follows in time.
  void Close(TimeDelta flush_within) {
    close_within_ = flush_within;
    Drain();
  }

  // For bytes that pass the machine by, such as shared media Buffers.
  ByteStream& stream() { return *stream_; }
  const ByteStream& stream() const { return *stream_; }
  const WakeUps& wake_ups() const { return timer_.wake_ups(); }

 private:
  static constexpr int kOutputsPerTurn = 10'000;  // As in SessionDriver.

  void OnConnected(Timestamp now) override {
    connected_ = true;
    if constexpr (requires { machine_.HandleConnected(now); }) machine_.HandleConnected(now);
    Drain();
  }
  void OnBytes(ByteView in, Timestamp now) override {
    machine_.HandleBytes(in, now);
    Drain();
  }
  void OnUnsent(DataSize unsent, Timestamp now) override {
    machine_.HandleUnsent(unsent, now);
    Drain();
  }
  AfterPeerEnd OnPeerEnd(Timestamp now) override {
    if constexpr (requires { machine_.HandleEnd(now); }) {
      if (handlers_.after_peer_end == AfterPeerEnd::kKeepSending) {
        machine_.HandleEnd(now);
        Drain();
        return AfterPeerEnd::kKeepSending;
      }
    }
    return AfterPeerEnd::kClose;
  }
  void OnClosed(const Error& error, Timestamp now) override {
    if constexpr (requires { machine_.HandleEnd(now); }) {
      if (error.code == ErrorCode::kPeerClosed) machine_.HandleEnd(now);
    }
    if constexpr (requires { machine_.HandleClosed(error, now); }) {
      machine_.HandleClosed(error, now);
    }
    close_within_.reset();
    Drain();
    connected_ = false;
    timer_.Stop();
    const auto on_closed = std::move(handlers_.on_closed);
    if (on_closed) on_closed(error, now);  // May destroy this.
  }

  void Drain() {
    if (draining_) return;  // The outer call goes on until Idle.
    if (connected_) {
      draining_ = true;
      timer_.Arm(PollUntilIdle());
      draining_ = false;
    }
    if (close_within_ && stream_->is_open()) {
      const TimeDelta within = *std::exchange(close_within_, std::nullopt);
      stream_->CloseAfterFlush(within);
    }
  }

  Idle PollUntilIdle() {
    const Timestamp now = Now();
    for (int i = 0; i < kOutputsPerTurn; ++i) {
      auto out = machine_.Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) return *idle;
      if (auto* transmit = std::get_if<Transmit>(&out)) {
        stream_->Write(std::move(transmit->bytes));
      } else if (handlers_.on_event) {
        handlers_.on_event(std::move(std::get<Event>(out)), now);
      }
    }
    return Idle{now, "driver.yield"};
  }

  M& machine_;
  Handlers handlers_;
  std::unique_ptr<ByteStream> stream_;
  std::optional<TimeDelta> close_within_;
  bool connected_ = false;
  bool draining_ = false;
  MachineTimer timer_;
};

}  // namespace onair::runtime
