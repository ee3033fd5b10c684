// SPDX-License-Identifier: Apache-2.0
//
// Two machines of ours on the two ends of one byte stream: a client and its server.
#pragma once

#include <functional>
#include <utility>

#include "core/twin/machine_driver.h"
#include "core/twin/stream_connection.h"
#include "core/twin/world.h"

namespace onair::twin {

// The connection stands from the start on; `A` is the client. Single-owner; both machines
// outlive it.
template <typename A, typename B>
class PairWorld {
 public:
  // Event handlers may be empty; they may call the machines' commands.
  struct Handlers {
    std::function<void(typename A::Event&, Timestamp)> on_client;
    std::function<void(typename B::Event&, Timestamp)> on_server;
  };

  PairWorld(World& world, A& client, B& server, const StreamLink& link, Handlers handlers)
      : world_(world),
        handlers_(std::move(handlers)),
        connection_(world, link),
        client_(world, client,
                [this](typename A::Event& event) {
                  if (handlers_.on_client) handlers_.on_client(event, world_.now());
                }),
        server_(world, server, [this](typename B::Event& event) {
          if (handlers_.on_server) handlers_.on_server(event, world_.now());
        }) {
    client_.Bind(connection_.client());
    server_.Bind(connection_.server());
  }

  // Lets both speak: once before the first run, and after commands given past Do().
  void Pump() {
    client_.Pump();
    server_.Pump();
  }

  // A command and what follows: DoClient([](A& a, Timestamp now) { ... }).
  template <typename Command>
  void DoClient(Command command) {
    client_.Do(command);
  }
  template <typename Command>
  void DoServer(Command command) {
    server_.Do(command);
  }

  MachineDriver<A>& client() { return client_; }
  MachineDriver<B>& server() { return server_; }
  StreamConnection& connection() { return connection_; }

 private:
  World& world_;
  Handlers handlers_;
  StreamConnection connection_;
  MachineDriver<A> client_;
  MachineDriver<B> server_;
};

}  // namespace onair::twin
