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
// HandleConnected and HandleClosed; HandleResolved and HandleTcpConnected, and what belongs to a
// standby, where they exist.
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
    // Set: the network of the n-th attempt (from 1), instead of `link`: a device that changes
    // its network opens the next connection over another.
    std::function<StreamLink(int attempt)> link_of = nullptr;
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
  Connection* connection() { return present_.is_open ? present_.connection.get() : nullptr; }
  // Breaks it at both ends at once, as a change of network does.
  void BreakConnection(const Error& error) {
    if (!present_.is_open) return;
    Drop(present_);
    session_.HandleClosed(error, world_.now());
    driver_.Pump();
  }
  int attempts() const { return attempts_; }  // OpenStream and OpenStandby events seen.
  int connections() const { return connections_; }
  DataSize unsent() {
    return present_.is_open ? present_.connection->client().unsent() : DataSize::Zero();
  }

 private:
  static constexpr bool kHasStandby = requires { typename Session::OpenStandby; };

  struct Way {
    int attempt = 0;  // 0: none.
    bool is_open = false;
    std::unique_ptr<Connection> connection;
    std::unique_ptr<Peer> peer;  // Declared last: dies before the socket it speaks through.
  };

  // Carries what comes on the standby.
  class StandbyUser final : public StreamUser {
   public:
    explicit StandbyUser(SessionWorld& net) : net_(net) {}

    void OnBytes(ByteView in) override {
      if constexpr (kHasStandby) net_.session_.HandleStandbyBytes(in, net_.world_.now());
      net_.driver_.Pump();
    }
    void OnUnsent() override {}
    void OnClosed(const Error& error) override {
      if constexpr (kHasStandby) net_.session_.HandleStandbyClosed(error, net_.world_.now());
      net_.driver_.Pump();
    }

   private:
    SessionWorld& net_;
  };

  void OnEvent(Event& event) {
    if (auto* open = std::get_if<typename Session::OpenStream>(&event)) {
      driver_.Unbind();
      Drop(present_);
      Open(present_, open->endpoint);
    } else if (std::holds_alternative<typename Session::CloseStream>(event)) {
      CloseStream();
    } else if (!ObeyForStandby(event) && config_.on_event) {
      config_.on_event(event, world_.now());
    }
  }

  // False: the event is not the standby's.
  bool ObeyForStandby(Event& event) {
    if constexpr (kHasStandby) {
      if (auto* open = std::get_if<typename Session::OpenStandby>(&event)) {
        Drop(standby_);
        Open(standby_, open->endpoint);
      } else if (auto* transmit = std::get_if<typename Session::StandbyTransmit>(&event)) {
        if (standby_.is_open) standby_.connection->client().Write(std::move(transmit->bytes));
      } else if (std::holds_alternative<typename Session::CloseStandby>(event)) {
        Drop(standby_);
      } else if (std::holds_alternative<typename Session::PromoteStandby>(event)) {
        Promote();
      } else {
        return false;
      }
      return true;
    }
    return false;
  }

  void Promote() {
    CloseStream();
    present_ = std::move(standby_);
    standby_ = {};
    if (!present_.is_open) return;
    present_.connection->client().Detach();
    driver_.Bind(present_.connection->client());
  }

  void Open(Way& way, const Endpoint& endpoint) {
    const int attempt = way.attempt = ++attempts_;
    const Timestamp now = world_.now();
    if (config_.network != nullptr) {
      return At(now + config_.connect.resolve, attempt,
                [this, attempt, endpoint](Way& w) { OpenTcp(w, endpoint, attempt); });
    }
    const StreamLink link = config_.link_of ? config_.link_of(attempt) : config_.link;
    const auto when = config_.connect.Plan(link, endpoint.security, now);
    At(now + config_.connect.resolve, attempt, [this](Way& w) { TellResolved(w); });
    if (!when.syn_arrives.is_finite()) {
      return At(when.gives_up, attempt,
                [this](Way& w) { FailConnect(w, ErrorCode::kConnectTimeout); });
    }
    At(when.syn_arrives, attempt,
       [this, endpoint, link, when](Way& w) { Meet(w, config_.peer(endpoint), link, when); });
  }

  void OpenTcp(Way& way, const Endpoint& endpoint, int attempt) {
    TellResolved(way);
    auto connection = std::make_unique<TcpConnection>(*config_.network, config_.tcp);
    TcpConnection& tcp = *connection;
    way.connection = std::move(connection);
    const auto if_present = [this, attempt](auto task) {
      return [this, attempt, task](auto&&... args) {
        Way* const w = Find(attempt);
        if (w == nullptr) return;
        task(*w, args...);
        driver_.Pump();
      };
    };
    tcp.Connect({.on_arrived = if_present(
                     [this, endpoint, &tcp](Way& w) { MeetTcp(w, config_.peer(endpoint), tcp); }),
                 .on_connected = if_present([this, endpoint, attempt, &tcp](Way& w) {
                   TellTcpConnected(w);
                   const TimeDelta trip = tcp.client().tcp_info()->rtt;
                   const bool is_tls = endpoint.security == Security::kTls;
                   const int trips = is_tls ? config_.connect.tls_round_trips : 0;
                   At(world_.now() + trip * trips, attempt, [this](Way& v) { Begin(v); });
                 }),
                 .on_failed = if_present(
                     [this](Way& w, const Error& error) { FailConnect(w, error.code); })});
  }

  void MeetTcp(Way& way, Answer answer, TcpConnection& tcp) {
    if (std::holds_alternative<NoAnswer>(answer)) return;
    if (std::holds_alternative<Refuse>(answer)) return tcp.server().Refuse();
    way.peer = std::move(*std::get_if<std::unique_ptr<Peer>>(&answer));
    tcp.server().Accept();
    way.peer->Accept(world_, tcp.server());
  }

  void Meet(Way& way, Answer answer, const StreamLink& link, const ConnectModel::Times& when) {
    const int attempt = way.attempt;
    if (std::holds_alternative<Refuse>(answer)) {
      return At(when.connected, attempt,
                [this](Way& w) { FailConnect(w, ErrorCode::kConnectRefused); });
    }
    if (std::holds_alternative<NoAnswer>(answer)) {
      return At(when.gives_up, attempt,
                [this](Way& w) { FailConnect(w, ErrorCode::kConnectTimeout); });
    }
    way.connection = std::make_unique<StreamConnection>(world_, link);
    way.peer = std::move(*std::get_if<std::unique_ptr<Peer>>(&answer));
    At(when.connected, attempt, [this](Way& w) { TellTcpConnected(w); });
    At(when.secured, attempt, [this](Way& w) {
      w.peer->Accept(world_, w.connection->server());
      Begin(w);
    });
  }

  // Bytes may flow.
  void Begin(Way& way) {
    way.is_open = true;
    ++connections_;
    if (IsPresent(way)) {
      driver_.Bind(way.connection->client());
      session_.HandleConnected(world_.now());
    } else if constexpr (kHasStandby) {
      way.connection->client().Attach(&standby_user_);
      session_.HandleStandbyConnected(world_.now());
    }
  }

  void TellResolved(const Way& way) {
    if constexpr (requires { session_.HandleResolved(world_.now()); }) {
      if (IsPresent(way)) session_.HandleResolved(world_.now());
    }
  }
  void TellTcpConnected(const Way& way) {
    if constexpr (requires { session_.HandleTcpConnected(world_.now()); }) {
      if (IsPresent(way)) session_.HandleTcpConnected(world_.now());
    }
  }
  void FailConnect(Way& way, ErrorCode code) {
    const bool is_present = IsPresent(way);
    Drop(way);
    const Error error{code, "twin"};
    if (is_present) return session_.HandleClosed(error, world_.now());
    if constexpr (kHasStandby) session_.HandleStandbyClosed(error, world_.now());
  }

  // "Write what was transmitted, then close": the connection lives on until it has.
  void CloseStream() {
    driver_.Unbind();
    if (present_.is_open) present_.connection->client().Finish();
    Retire(present_);
  }
  void Drop(Way& way) {
    if (IsPresent(way)) driver_.Unbind();
    if (way.is_open) way.connection->client().Reset();
    Retire(way);
  }
  // Calls of this connection may be on the stack: it dies later. A minute is enough for its
  // last bytes or its reset to reach the peer.
  void Retire(Way& way) {
    if (way.is_open) way.connection->client().Detach();
    Way gone = std::exchange(way, {});
    if (gone.connection == nullptr) return;
    retired_.push_back(std::move(gone));
    world_.At(world_.now() + TimeDelta::Seconds(60), "session_world.retire",
              [this] { retired_.pop_front(); });
  }

  bool IsPresent(const Way& way) const { return &way == &present_; }
  // Null when the attempt is over.
  Way* Find(int attempt) {
    if (present_.attempt == attempt) return &present_;
    return standby_.attempt == attempt ? &standby_ : nullptr;
  }
  // A step of an attempt, if it still is under way; it may have been promoted meanwhile.
  template <typename Task>
  void At(Timestamp at, int attempt, Task task) {
    world_.At(at, "session_world.connect", [this, attempt, task] {
      Way* const way = Find(attempt);
      if (way == nullptr) return;
      task(*way);
      driver_.Pump();
    });
  }

  World& world_;
  Session& session_;
  Config config_;
  StandbyUser standby_user_{*this};
  Way present_;
  Way standby_;
  std::deque<Way> retired_;
  int attempts_ = 0;
  int connections_ = 0;
  MachineDriver<Session> driver_;
};

}  // namespace onair::twin
