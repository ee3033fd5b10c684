// SPDX-License-Identifier: Apache-2.0
//
// The contract of machines that own several byte streams and sockets (realtime sessions): what
// they ask of their driver is one output, what it tells them one input. Otherwise as datagram.h.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/machine/datagram.h"
#include "core/machine/endpoint.h"
#include "core/machine/ip_address.h"
#include "core/machine/machine.h"
#include "core/units/data.h"

namespace onair {

// One byte stream of a machine, by a number that it gives and never gives twice.
enum class StreamId : int {};

// What a machine asks for.

// What a stream is for, for those who count a connection's stages.
enum class StreamUse { kSignalling = 1, kRelay };

// Connect; StreamConnected or StreamClosed follows.
struct OpenStream {
  StreamId id;
  Endpoint endpoint;
  StreamUse use = StreamUse::kSignalling;
};
// Write what was transmitted, then close. Nothing is told of it any more.
struct CloseStream {
  StreamId id;
};
// One socket on each local address that has none, or on `only` alone, listed or not; each is told
// by SocketBound. Those whose address is gone are closed and told by SocketGone. SocketsOpen ends
// the list.
struct OpenSockets {
  std::optional<IpAddress> only = std::nullopt;
};
// One that SocketBound told.
struct CloseSocket {
  SocketAddress local;
};
struct CloseSockets {};  // All of them; nothing is told.
// Look up the addresses of this name; NameResolved follows.
struct ResolveName {
  std::string host;
};
// All that a machine can ask for.
using WireOrder =
    std::variant<OpenStream, CloseStream, OpenSockets, CloseSocket, CloseSockets, ResolveName>;

// To be written to an open stream; else dropped. Nothing is allocated for media through a relay:
// `bytes` are the machine's own and stay until the next call of any of its methods.
struct StreamTransmit {
  StreamId id;
  ByteView bytes;
};

// What Poll() of such a machine answers.
template <typename Event>
using RealtimeOutput = std::variant<Idle, StreamTransmit, DatagramTransmit, WireOrder, Event>;

// What the driver tells. Views are borrowed for the call.

struct StreamResolved {  // The name has an address.
  StreamId id;
};
struct StreamReached {  // By TCP; TLS may follow.
  StreamId id;
};
struct StreamConnected {  // And secured: bytes may flow.
  StreamId id;
};
// It could not be opened or broke; kPeerClosed: the peer closed in good order. The last of it.
struct StreamClosed {
  StreamId id;
  Error error;
};
// Came in.
struct StreamBytes {
  StreamId id;     // From here on, as of OpenStream.
  ByteView bytes;  // As they came.
};
// What was transmitted and is not on the wire.
struct StreamUnsent {
  StreamId id;
  DataSize unsent;
};
// There is a socket now.
struct SocketBound {
  SocketAddress local;    // With the port that the system gave.
  std::string interface;  // The system's name, "wlan0"; empty where it knows none.
};
// Its address went, or the system closed it.
struct SocketGone {
  SocketAddress local;  // As SocketBound told it.
};
// All that OpenSockets asked for is told.
struct SocketsOpen {};
// The answer to ResolveName.
struct NameResolved {
  std::string host;                  // As it was asked for.
  std::vector<IpAddress> addresses;  // Empty: it has none.
};
// All that a driver can tell.
using WireInput =
    std::variant<Datagram, StreamResolved, StreamReached, StreamConnected, StreamClosed,
                 StreamBytes, StreamUnsent, SocketBound, SocketGone, SocketsOpen, NameResolved>;

template <typename M>
concept RealtimeMachine = requires(M m, const WireInput& in, Timestamp now) {
  typename M::Event;
  { m.HandleWire(in, now) } -> std::same_as<void>;
  { m.HandleTimeout(now) } -> std::same_as<void>;
  { m.Poll() } -> std::same_as<RealtimeOutput<typename M::Event>>;
};

}  // namespace onair
