// SPDX-License-Identifier: Apache-2.0
//
// The other end of a connection, as a test wishes it to be.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <variant>

#include "core/base/bytes.h"
#include "core/twin/machine_driver.h"
#include "core/twin/stream_socket.h"

namespace onair::twin {

// Single-owner; lives as long as its connection.
class Peer {
 public:
  virtual ~Peer() = default;
  // The connection stands.
  virtual void Accept(World& world, StreamSocket& socket) = 0;
};

// Accepts and never reads: the sender's buffers fill.
class SilentPeer final : public Peer {
 public:
  void Accept(World&, StreamSocket& socket) override { socket.PauseReading(); }
};

// Answers each arrival at once with what `reply` gives; empty is no answer.
class ScriptedPeer final : public Peer, private StreamUser {
 public:
  using Reply = std::function<Bytes(ByteView)>;

  explicit ScriptedPeer(Reply reply) : reply_(std::move(reply)) {}
  ~ScriptedPeer() override {
    if (socket_ != nullptr) socket_->Detach();
  }

  void Accept(World&, StreamSocket& socket) override {
    socket_ = &socket;
    socket.Attach(this);
  }

 private:
  void OnBytes(ByteView in) override { socket_->Write(reply_(in)); }
  void OnUnsent() override {}
  void OnClosed(const Error&) override { socket_ = nullptr; }

  Reply reply_;
  StreamSocket* socket_ = nullptr;
};

// A real machine, such as our own server. `on_event` may call Do(), Finish() and Reset().
template <typename M>
class MachinePeer final : public Peer {
 public:
  using OnEvent = std::function<void(MachinePeer&, typename M::Event&)>;

  explicit MachinePeer(std::unique_ptr<M> machine, OnEvent on_event = nullptr)
      : machine_(std::move(machine)), on_event_(std::move(on_event)) {}

  void Accept(World& world, StreamSocket& socket) override {
    world_ = &world;
    socket_ = &socket;
    driver_ = std::make_unique<MachineDriver<M>>(world, *machine_, [this](auto& event) {
      if (on_event_) on_event_(*this, event);
    });
    driver_->Bind(socket);
    driver_->Pump();
  }

  // A command to the machine: Do([](M& m, Timestamp now) { ... }).
  template <typename Command>
  void Do(Command command) {
    driver_->Do(command);
  }
  void Finish() { socket_->Finish(); }
  void Reset() { socket_->Reset(); }

  M& machine() { return *machine_; }
  StreamSocket& socket() { return *socket_; }
  Timestamp now() const { return world_->now(); }

 private:
  World* world_ = nullptr;
  StreamSocket* socket_ = nullptr;
  std::unique_ptr<M> machine_;
  OnEvent on_event_;
  std::unique_ptr<MachineDriver<M>> driver_;
};

// How an address answers a connection attempt.
struct Refuse {};    // At once: nothing listens.
struct NoAnswer {};  // Nothing ever comes back.
using Answer = std::variant<Refuse, NoAnswer, std::unique_ptr<Peer>>;

}  // namespace onair::twin
