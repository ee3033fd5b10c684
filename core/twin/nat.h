// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "core/twin/link.h"

namespace onair::twin {

// A home or carrier router between a client and the world. What goes out carries the mapping
// of the moment in Packet::source; what comes in for another mapping in Packet::destination
// is dropped. At each moment of `rebinds` the mapping is a new one. The links share nothing
// but this value.
class Nat {
 public:
  // `rebinds` rise.
  explicit Nat(std::vector<Timestamp> rebinds) : rebinds_(std::move(rebinds)) {}

  std::uint32_t MappingAt(Timestamp now) const;  // From 1 on.

  std::unique_ptr<Link> Outbound() const;
  std::unique_ptr<Link> Inbound() const;

 private:
  std::vector<Timestamp> rebinds_;
};

}  // namespace onair::twin
