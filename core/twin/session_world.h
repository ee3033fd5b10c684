// SPDX-License-Identifier: Apache-2.0
//
// A whole session over a bad link in virtual time: opens and closes streams as the session
// asks, and joins each to the peer that the test gives.
//
//   World world(Timestamp::Zero(), seed);
//   SessionWorld<session::Publish> net(world, session, {.link = link, .peer = [&](const auto&) {
//     return std::make_unique<MachinePeer<rtmp::Server>>(...); }, .on_event = ...});
//   net.Do([](auto& s, Timestamp now) { s.Start(now); });
//   world.RunFor(TimeDelta::Seconds(600));
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "core/machine/endpoint.h"
#include "core/twin/connect_model.h"
#include "core/twin/machine_driver.h"
#include "core/twin/peer.h"
#include "core/twin/stream_connection.h"
#include "core/twin/tcp_connection.h"
#include "core/twin/world.h"

namespace onair::twin {

// `Session` has the events OpenStream{Endpoint endpoint} and CloseStream and the inputs
// HandleConnected and HandleClosed; HandleResolved and HandleTcpConnected where they exist.
// Single-owner; the session outlives it, and the world does not run on without it.
template <typename Session>
class SessionWorld {
 public:
  using Event = typename Session::Event;
  struct Config {
    // The network of every connection; schedules are in world time, so an outage meets
    // whichever connection stands.
    StreamLink link;
    // Who answers at `endpoint`, asked once per attempt when the SYN arrives.
    std::function<Answer(const Endpoint& endpoint)> peer;
    // All events but OpenStream and CloseStream. May be empty.
    std::function<void(Event& event, Timestamp now)> on_event;
    ConnectModel connect;
    // Set: streams are TCP connections on this network, which then replaces `link`; names
    // and TLS still take the time that `connect` says. Outlives the session world.
    SharedNetwork* network = nullptr;
    TcpSetup tcp = {};
  };

  SessionWorld(World& world, Session& session, Config config)
      : world_(world),
        session_(session),
        config_(std::move(config)),
        driver_(world, session, [this](Event& event) { OnEvent(event); }) {}

  // A command to the session and what follows: Do([&](Session& s, Timestamp now) { ... }).
  template <typename Command>
  void Do(Command command) {
    driver_.Do(command);
  }

  // The present connection; null between connections.
  Connection* connection() { return is_open_ ? open_.connection.get() : nullptr; }
  // Breaks it at both ends at once, as a change of network does.
  void BreakConnection(const Error& error) {
    if (!is_open_) return;
    DropStream();
    session_.HandleClosed(error, world_.now());
    driver_.Pump();
  }
  int attempts() const { return attempts_; }  // OpenStream events seen.
  int connections() const { return connections_; }
  DataSize unsent() { return is_open_ ? open_.connection->client().unsent() : DataSize::Zero(); }

 private:
  struct Open {
    std::unique_ptr<Connection> connection;
    std::unique_ptr<Peer> peer;  // Declared last: dies before the socket it speaks through.
  };

  void OnEvent(Event& event) {
    if (auto* open = std::get_if<typename Session::OpenStream>(&event)) {
      OpenStream(open->endpoint);
    } else if (std::holds_alternative<typename Session::CloseStream>(event)) {
      CloseStream();
    } else if (config_.on_event) {
      config_.on_event(event, world_.now());
    }
  }

  void OpenStream(const Endpoint& endpoint) {
    DropStream();
    const int attempt = ++attempts_;
    const Timestamp now = world_.now();
    if (config_.network != nullptr) {
      return At(now + config_.connect.resolve, attempt,
                [this, attempt, endpoint] { OpenTcp(endpoint, attempt); });
    }
    const auto when = config_.connect.Plan(config_.link, endpoint.security, now);
    At(now + config_.connect.resolve, attempt, [this] { TellResolved(); });
    if (!when.syn_arrives.is_finite()) {
      return At(when.gives_up, attempt, [this] { FailConnect(ErrorCode::kConnectTimeout); });
    }
    At(when.syn_arrives, attempt,
       [this, attempt, endpoint, when] { Meet(config_.peer(endpoint), attempt, when); });
  }

  void OpenTcp(const Endpoint& endpoint, int attempt) {
    TellResolved();
    auto connection = std::make_unique<TcpConnection>(*config_.network, config_.tcp);
    TcpConnection& tcp = *connection;
    open_.connection = std::move(connection);
    const auto if_present = [this, attempt, epoch = epoch_](auto task) {
      return [this, attempt, epoch, task](auto&&... args) {
        if (attempt != attempts_ || epoch != epoch_) return;
        task(args...);
        driver_.Pump();
      };
    };
    tcp.Connect(
        {.on_arrived = if_present([this, endpoint, &tcp] { MeetTcp(config_.peer(endpoint), tcp); }),
         .on_connected = if_present([this, endpoint, attempt, &tcp] {
           TellTcpConnected();
           const TimeDelta trip = tcp.client().tcp_info()->rtt;
           const bool is_tls = endpoint.security == Security::kTls;
           const int trips = is_tls ? config_.connect.tls_round_trips : 0;
           At(world_.now() + trip * trips, attempt, [this] { BeginSession(); });
         }),
         .on_failed = if_present([this](const Error& error) { FailConnect(error.code); })});
  }

  void MeetTcp(Answer answer, TcpConnection& tcp) {
    if (std::holds_alternative<NoAnswer>(answer)) return;
    if (std::holds_alternative<Refuse>(answer)) return tcp.server().Refuse();
    open_.peer = std::move(*std::get_if<std::unique_ptr<Peer>>(&answer));
    tcp.server().Accept();
    open_.peer->Accept(world_, tcp.server());
  }

  void BeginSession() {
    is_open_ = true;
    ++connections_;
    driver_.Bind(open_.connection->client());
    session_.HandleConnected(world_.now());
  }

  void Meet(Answer answer, int attempt, const ConnectModel::Times& when) {
    if (std::holds_alternative<Refuse>(answer)) {
      return At(when.connected, attempt, [this] { FailConnect(ErrorCode::kConnectRefused); });
    }
    if (std::holds_alternative<NoAnswer>(answer)) {
      return At(when.gives_up, attempt, [this] { FailConnect(ErrorCode::kConnectTimeout); });
    }
    open_.connection = std::make_unique<StreamConnection>(world_, config_.link);
    open_.peer = std::move(*std::get_if<std::unique_ptr<Peer>>(&answer));
    At(when.connected, attempt, [this] { TellTcpConnected(); });
    At(when.secured, attempt, [this] {
      open_.peer->Accept(world_, open_.connection->server());
      BeginSession();
    });
  }

  void TellResolved() {
    if constexpr (requires { session_.HandleResolved(world_.now()); }) {
      session_.HandleResolved(world_.now());
    }
  }
  void TellTcpConnected() {
    if constexpr (requires { session_.HandleTcpConnected(world_.now()); }) {
      session_.HandleTcpConnected(world_.now());
    }
  }
  void FailConnect(ErrorCode code) {
    DropStream();
    session_.HandleClosed(Error{code, "twin"}, world_.now());
  }

  // "Write what was transmitted, then close": the connection lives on until it has.
  void CloseStream() {
    if (is_open_) open_.connection->client().Finish();
    Retire();
  }
  void DropStream() {
    if (is_open_) open_.connection->client().Reset();
    Retire();
  }
  // Calls of this connection may be on the stack: it dies later. A minute is enough for its
  // last bytes or its reset to reach the peer.
  void Retire() {
    driver_.Unbind();
    is_open_ = false;
    ++epoch_;
    if (open_.connection == nullptr) return;
    retired_.push_back(std::move(open_));
    open_ = {};
    world_.At(world_.now() + TimeDelta::Seconds(60), "session_world.retire",
              [this] { retired_.pop_front(); });
  }

  // A step of the attempt that is under way, if it still is.
  template <typename Task>
  void At(Timestamp at, int attempt, Task task) {
    world_.At(at, "session_world.connect", [this, attempt, epoch = epoch_, task] {
      if (attempt != attempts_ || epoch != epoch_) return;
      task();
      driver_.Pump();
    });
  }

  World& world_;
  Session& session_;
  Config config_;
  Open open_;
  std::deque<Open> retired_;
  bool is_open_ = false;
  int attempts_ = 0;
  int connections_ = 0;
  std::uint64_t epoch_ = 0;
  MachineDriver<Session> driver_;
};

}  // namespace onair::twin
