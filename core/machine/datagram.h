// SPDX-License-Identifier: Apache-2.0
//
// The contract of machine.h for protocols over datagrams: HandleDatagram() instead of
// HandleBytes(), DatagramTransmit instead of Transmit, all else the same.
#pragma once

#include <cstdint>
#include <variant>

#include "core/base/bytes.h"
#include "core/machine/ip_address.h"
#include "core/machine/machine.h"

namespace onair {

// RFC 3168 section 5: the two bits of the IP header by their values.
enum class Ecn : std::uint8_t { kNotEct = 0, kEct1 = 1, kEct0 = 2, kCe = 3 };

// Which socket a datagram uses and whom it comes from or goes to.
struct DatagramPath {
  SocketAddress local;   // That the socket is bound to; a machine has told or been told of it.
  SocketAddress remote;  // Of the peer.

  auto operator<=>(const DatagramPath&) const = default;
};

// Came in. Bytes are borrowed for the call.
struct Datagram {
  ByteView bytes;
  DatagramPath path;
  Ecn ecn = Ecn::kNotEct;
};

// To be sent at once from the bound socket of path.local. Nothing is allocated for a packet:
// `bytes` are the machine's own and stay until the next call of any of its methods.
struct DatagramTransmit {
  ByteView bytes;
  DatagramPath path;
  Ecn ecn = Ecn::kNotEct;
};

// What Poll() of a machine over datagrams answers.
template <typename Event>
using DatagramOutput = std::variant<Idle, DatagramTransmit, Event>;

template <typename M>
concept DatagramMachine = requires(M m, const Datagram& in, Timestamp now) {
  typename M::Event;
  { m.HandleDatagram(in, now) } -> std::same_as<void>;
  { m.HandleTimeout(now) } -> std::same_as<void>;
  { m.Poll() } -> std::same_as<DatagramOutput<typename M::Event>>;
};

// Longest datagram that we send: fits IPv6's least MTU with a TURN header and a tunnel.
// Source: RFC 8834 section 9 ("conservative"), as libwebrtc's default packet size.
inline constexpr std::size_t kMaxDatagramBytes = 1200;

}  // namespace onair
