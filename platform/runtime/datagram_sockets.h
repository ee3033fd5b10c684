// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "platform/runtime/datagram_socket.h"

namespace onair::runtime {

// The bound sockets of one session, found by their address. single-owner, on the loop's thread.
class DatagramSockets {
 public:
  // One for each interface and family is plenty.
  static constexpr std::size_t kMost = 64;

  // `loop` outlives this. `on_datagram`: as DatagramSocket's, for all of them.
  DatagramSockets(Loop& loop, DatagramSocket::OnDatagram on_datagram)
      : loop_(loop), on_datagram_(std::move(on_datagram)) {}

  // Errors as DatagramSocket::Bind(), and kLimit past kMost.
  Result<SocketAddress> Bind(const SocketAddress& local, const DatagramSocketConfig& config = {}) {
    if (sockets_.size() >= kMost) return Fail(ErrorCode::kLimit, "sockets of one session");
    auto socket = std::make_unique<DatagramSocket>(loop_, config, on_datagram_);
    auto bound = socket->Bind(local);
    if (bound) sockets_.emplace(*bound, std::move(socket));
    return bound;
  }
  // Those on this address.
  void LeaveBy(const IpAddress& ip, const std::string& interface) {
    for (const auto& [local, socket] : sockets_) {
      if (local.ip == ip) socket->LeaveBy(interface);
    }
  }
  void Unbind(const SocketAddress& local) { sockets_.erase(local); }
  void Clear() { sockets_.clear(); }

  // From the socket of path.local; without one it is dropped and counted.
  void Send(const DatagramTransmit& out) {
    const auto found = sockets_.find(out.path.local);
    if (found == sockets_.end()) {
      ++without_socket_;
    } else {
      found->second->Send(out);
    }
  }

  // Of those that are bound now.
  std::vector<SocketAddress> addresses() const {
    std::vector<SocketAddress> all;
    for (const auto& [local, socket] : sockets_) all.push_back(local);
    return all;
  }
  bool has_socket_on(const IpAddress& ip) const {
    const auto found = sockets_.lower_bound({ip, 0});
    return found != sockets_.end() && found->first.ip == ip;
  }
  const DatagramSocket* socket(const SocketAddress& local) const {
    const auto found = sockets_.find(local);
    return found == sockets_.end() ? nullptr : found->second.get();
  }
  std::int64_t without_socket() const { return without_socket_; }

 private:
  Loop& loop_;
  const DatagramSocket::OnDatagram on_datagram_;
  std::map<SocketAddress, std::unique_ptr<DatagramSocket>> sockets_;
  std::int64_t without_socket_ = 0;
};

}  // namespace onair::runtime
