// SPDX-License-Identifier: Apache-2.0
//
// What happens to datagrams between two hosts, as machines: packets go in, come out later or
// never. Composed into a Path; driven by a DatagramPipe.
#pragma once

#include <cstdint>
#include <variant>

#include "core/base/bytes.h"
#include "core/machine/datagram.h"
#include "core/units/data.h"

namespace onair::twin {

// Which conversation a packet belongs to, where several share a link.
using FlowId = std::uint32_t;

struct Packet {
  Bytes bytes;
  std::uint64_t number = 0;  // In order of sending; set by the pipe.
  Timestamp sent_at = Timestamp::Zero();
  FlowId flow = 0;
  Ecn ecn = Ecn::kNotEct;  // Routers mark it instead of dropping the packet.
  // The sender's and the receiver's place as a Nat rewrites them; 0 without one.
  std::uint32_t source = 0;
  std::uint32_t destination = 0;

  DataSize size() const { return DataSize::Bytes(static_cast<std::int64_t>(bytes.size())); }
};

// Counters only grow; taken + doubled = passed + dropped + what is inside.
struct LinkStats {
  std::int64_t taken = 0;
  std::int64_t passed = 0;
  std::int64_t dropped = 0;
  std::int64_t doubled = 0;
  std::int64_t damaged = 0;
};

using LinkOutput = std::variant<Idle, Packet>;

// Driven like every machine: one input, then Poll() until Idle, then HandleTimeout() at
// wake_at. Single-owner.
class Link {
 public:
  virtual ~Link() = default;

  virtual void HandlePacket(Packet packet, Timestamp now) = 0;
  virtual void HandleTimeout(Timestamp now) = 0;
  [[nodiscard]] virtual LinkOutput Poll() = 0;

  virtual LinkStats stats() const = 0;
};

}  // namespace onair::twin
