// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "core/base/rng.h"
#include "core/machine/wires.h"
#include "transport/ice/agent_config.h"
#include "transport/ice/pair.h"
#include "transport/ice/turn_client.h"
#include "transport/ice/turn_stream.h"

namespace onair::ice {

// Of an agent: a TCP or TLS connection to a TURN server, from 1 on.
using onair::StreamId;

// All TURN clients of an agent: one for each pair of socket and UDP server, one for each server
// behind a stream. Single-owner.
class Relays {
 public:
  struct Allocated {
    LocalEnd end;
    SocketAddress mapped;
    SocketAddress server;
  };
  // It relays no more, or never did.
  struct Lost {
    int relay;
    Error error;
  };
  struct PeerRefused {
    DatagramPath path;  // local: the relayed address.
  };
  // Ours to `id`'s server; bytes stay until the next call.
  struct StreamBytes {
    StreamId id;
    ByteView bytes;
  };
  using Event = std::variant<Allocated, Lost, PeerRefused, StreamBytes>;

  struct Inner {
    ByteView bytes;     // Borrowed from the datagram around it.
    DatagramPath path;  // local: the relayed address.
  };

  static constexpr std::size_t kMaxRelays = 8;

  Relays(const AgentConfig& config, Rng rng) : servers_(config.turn_servers), rng_(rng) {}

  // Opens an allocation by UDP for each server that `base` can reach.
  void AddBase(const SocketAddress& base, std::uint16_t cost, Timestamp now);
  // Its socket is gone: its allocations end by themselves.
  void RemoveBase(const SocketAddress& base);
  // As AddBase() with each base so far. kLimit past kMaxServers; a known one is nothing new.
  Status AddServer(const TurnServer& server, Timestamp now);
  // As AddBase() where an allocation was lost or refused: the network may be another one now.
  void BeginAgain(Timestamp now);
  // The streams that the driver is to open, each once.
  struct Wanted {
    StreamId id;
    TurnServer server;
  };
  std::optional<Wanted> TakeWantedStream();
  void HandleStreamOpened(StreamId id, const DatagramPath& ends, Timestamp now);
  void HandleStreamClosed(StreamId id, const Error& why);

  // Whether it comes from a server of ours to the socket that uses it.
  bool Owns(const DatagramPath& path) const;
  // A relayed datagram is unwrapped; every other one is taken.
  std::optional<Inner> HandleDatagram(const Datagram& in, Timestamp now);
  // Calls `take` for each relayed datagram in what came by a stream.
  void HandleStreamBytes(StreamId id, ByteView in, Timestamp now,
                         const std::function<void(const Inner&)>& take);
  void HandleTimeout(Timestamp now);

  void Send(int relay, const SocketAddress& peer, ByteView bytes, Timestamp now);
  void BindChannel(int relay, const SocketAddress& peer, Timestamp now);
  void Forget(int relay, const SocketAddress& peer);
  void Close(Timestamp now);

  [[nodiscard]] DatagramOutput<Event> Poll();

  bool is_waiting() const;  // For an allocation.
  std::int64_t dropped() const;

 private:
  struct Relay {
    int number;
    TurnServer server;
    SocketAddress base;
    std::uint16_t cost;
    std::unique_ptr<TurnClient> client = nullptr;  // Absent until its stream is open.
    TurnDeframer deframer = {};
    bool is_over = false;
    bool is_wanted = false;  // Its stream was not asked for yet.

    bool is_stream() const { return server.transport != TurnTransport::kUdp; }
  };

  struct Base {
    SocketAddress address;
    std::uint16_t cost;
  };

  void Begin(const TurnServer& server, const Base& base, Timestamp now);
  void Open(Relay& relay, const DatagramPath& path, Timestamp now);
  void End(Relay& relay, const Error& why);
  std::optional<Inner> TakeFrame(Relay& relay, const Datagram& in, Timestamp now);
  std::optional<Event> Translate(Relay& relay, const TurnClient::Event& event);
  Relay* Find(int number);

  std::vector<TurnServer> servers_;
  Rng rng_;
  std::vector<Base> bases_;  // Bounded by Gathering's.
  std::vector<Relay> relays_;
  int next_number_ = 1;
  std::vector<Lost> lost_;  // To be told; at most one for each relay.
};

}  // namespace onair::ice
