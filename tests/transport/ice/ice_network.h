// SPDX-License-Identifier: Apache-2.0
//
// A small internet in virtual time: hosts with sockets, home routers of three kinds, one TURN and
// STUN server, and the same delay and loss between any two of them.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/twin/datagram_pipe.h"
#include "core/twin/delay.h"
#include "core/twin/nat.h"
#include "core/twin/path.h"
#include "core/twin/random_loss.h"
#include "core/twin/world.h"
#include "tests/transport/ice/turn_server_model.h"

namespace onair::ice::testing {

inline SocketAddress At(const std::string& text) {
  return *SocketAddress::Parse(text);
}

// RFC 4787's words: how a router maps and filters.
enum class RouterKind { kFullCone = 1, kPortRestricted, kSymmetric };

class Router {
 public:
  Router(IpAddress outside, RouterKind kind, twin::Nat nat = twin::Nat({}))
      : outside_(outside), kind_(kind), nat_(std::move(nat)) {}

  const IpAddress& outside() const { return outside_; }

  SocketAddress Outbound(const SocketAddress& inside, const SocketAddress& to, Timestamp now) {
    const SocketAddress key_to = kind_ == RouterKind::kSymmetric ? to : SocketAddress{};
    const Key key{inside, key_to, nat_.MappingAt(now)};
    const auto [at, is_new] = ports_.try_emplace(key, next_port_);
    if (is_new) inside_by_port_[next_port_++] = key;
    allowed_.insert({at->second, to});
    return {outside_, at->second};
  }

  std::optional<SocketAddress> Inbound(std::uint16_t port, const SocketAddress& from,
                                       Timestamp now) const {
    const auto at = inside_by_port_.find(port);
    if (at == inside_by_port_.end() || at->second.mapping != nat_.MappingAt(now)) return {};
    const bool is_open = kind_ == RouterKind::kFullCone || allowed_.count({port, from}) != 0;
    return is_open ? std::optional(at->second.inside) : std::nullopt;
  }

 private:
  struct Key {
    SocketAddress inside;
    SocketAddress to;
    std::uint32_t mapping = 0;
    auto operator<=>(const Key&) const = default;
  };
  IpAddress outside_;
  RouterKind kind_;
  twin::Nat nat_;
  std::uint16_t next_port_ = 20'000;
  std::map<Key, std::uint16_t> ports_;
  std::map<std::uint16_t, Key> inside_by_port_;
  std::set<std::pair<std::uint16_t, SocketAddress>> allowed_;
};

class Network {
 public:
  // `path.local` is the receiving socket.
  using OnDatagram = std::function<void(ByteView bytes, const DatagramPath& path)>;

  Network(twin::World& world, TimeDelta one_way, double loss = 0)
      : world_(world),
        server(At("192.0.2.9:3478")),
        common_(std::make_unique<Lane>(*this, MakeLink(world, one_way, loss))) {}

  // What goes to this socket takes a link of its own. Links that reorder are fine.
  void LinkTo(const SocketAddress& socket, std::unique_ptr<twin::Link> link) {
    lanes_[socket] = std::make_unique<Lane>(*this, std::move(link));
  }

  // `router`: nothing for a host on the open internet.
  void AddSocket(const SocketAddress& address, Router* router, OnDatagram on_datagram) {
    sockets_[address] = {router, std::move(on_datagram)};
  }
  // Nothing passes this socket any more, or again.
  void Block(const SocketAddress& socket) { blocked_.insert(socket); }
  void Unblock(const SocketAddress& socket) { blocked_.erase(socket); }
  void BlockPath(const DatagramPath& path) { blocked_paths_.insert(path); }

  void Send(ByteView bytes, const DatagramPath& path) {
    ++sent;
    const auto from = sockets_.find(path.local);
    if (from == sockets_.end() || blocked_.count(path.local) != 0) return;
    Router* router = from->second.router;
    Way way{path.local, path.remote, router};
    // Inside one home datagrams go straight.
    const auto to = sockets_.find(path.remote);
    const bool is_local = to != sockets_.end() && to->second.router == router;
    if (router != nullptr && !is_local) {
      way.from = router->Outbound(path.local, path.remote, world_.now());
    }
    if (blocked_paths_.count({way.from, way.to}) != 0) return;
    Carry(bytes, way);
  }

  std::int64_t sent = 0;
  std::map<SocketAddress, SocketAddress> last_sender;  // To each socket.

 private:
  struct Socket {
    Router* router = nullptr;
    OnDatagram on_datagram;
  };
  struct Way {
    SocketAddress from;
    SocketAddress to;
    Router* home;  // Where it is on the way, for private addresses.
  };
  struct Lane {
    Lane(Network& network, std::unique_ptr<twin::Link> link)
        : pipe(network.world_, std::move(link),
               [this, &network](const twin::Packet& packet, Timestamp) {
                 const auto at = ways.find(packet.number);
                 const Way way = at->second;
                 // Of those long before nothing comes any more: they were lost.
                 const std::uint64_t old = packet.number - std::min(packet.number, kMemory);
                 ways.erase(ways.begin(), ways.lower_bound(old));
                 network.Arrive(packet, way);
               }) {}
    static constexpr std::uint64_t kMemory = 10'000;
    std::map<std::uint64_t, Way> ways;
    std::uint64_t next_number = 0;
    twin::DatagramPipe pipe;
  };

  static std::unique_ptr<twin::Link> MakeLink(twin::World& world, TimeDelta one_way, double loss) {
    auto path = std::make_unique<twin::Path>();
    path->Then(std::make_unique<twin::RandomLoss>(loss, world.ForkRng()));
    path->Then(std::make_unique<twin::Delay>(one_way));
    return path;
  }

  void Carry(ByteView bytes, const Way& way) {
    const auto own = lanes_.find(way.to);
    Lane& lane = own != lanes_.end() ? *own->second : *common_;
    lane.ways[lane.next_number++] = way;
    lane.pipe.Send(Bytes(bytes.begin(), bytes.end()));
  }

  void Arrive(const twin::Packet& packet, const Way& way) {
    if (way.to == server.address()) return FromServer(server.OnClient(packet.bytes, way.from));
    if (server.Owns(way.to)) return FromServer(server.OnPeer(packet.bytes, way.to, way.from));
    const auto direct = sockets_.find(way.to);
    if (direct != sockets_.end() &&
        (direct->second.router == nullptr || direct->second.router == way.home)) {
      return Deliver(way.to, packet.bytes, way.from);
    }
    for (const auto& [address, socket] : sockets_) {
      if (socket.router == nullptr || socket.router->outside() != way.to.ip) continue;
      const auto inside = socket.router->Inbound(way.to.port, way.from, world_.now());
      if (inside) Deliver(*inside, packet.bytes, way.from);
      return;
    }
  }

  void FromServer(const std::vector<TurnServerModel::Sent>& replies) {
    for (const auto& reply : replies) Carry(reply.bytes, {reply.path.local, reply.path.remote, {}});
  }

  void Deliver(const SocketAddress& to, const Bytes& bytes, const SocketAddress& from) {
    if (blocked_.count(to) != 0 || bytes.empty()) return;
    last_sender[to] = from;
    sockets_.at(to).on_datagram(bytes, {to, from});
  }

  twin::World& world_;

 public:
  TurnServerModel server;

 private:
  std::map<SocketAddress, Socket> sockets_;
  std::set<SocketAddress> blocked_;
  std::set<DatagramPath> blocked_paths_;
  std::unique_ptr<Lane> common_;
  std::map<SocketAddress, std::unique_ptr<Lane>> lanes_;
};

}  // namespace onair::ice::testing
