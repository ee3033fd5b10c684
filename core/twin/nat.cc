// SPDX-License-Identifier: Apache-2.0
#include "core/twin/nat.h"

#include <algorithm>
#include <utility>

#include "core/twin/holding_link.h"

namespace onair::twin {
namespace {

class NatOut final : public HoldingLink {
 public:
  explicit NatOut(const Nat& nat) : HoldingLink("nat"), nat_(nat) {}

 private:
  void Take(Packet packet, Timestamp now) override {
    packet.source = nat_.MappingAt(now);
    Release(std::move(packet), now);
  }

  Nat nat_;
};

class NatIn final : public HoldingLink {
 public:
  explicit NatIn(const Nat& nat) : HoldingLink("nat"), nat_(nat) {}

 private:
  void Take(Packet packet, Timestamp now) override {
    if (packet.destination != nat_.MappingAt(now)) return Drop();
    Release(std::move(packet), now);
  }

  Nat nat_;
};

}  // namespace

std::uint32_t Nat::MappingAt(Timestamp now) const {
  const auto after = std::upper_bound(rebinds_.begin(), rebinds_.end(), now);
  return 1 + static_cast<std::uint32_t>(after - rebinds_.begin());
}

std::unique_ptr<Link> Nat::Outbound() const {
  return std::make_unique<NatOut>(*this);
}

std::unique_ptr<Link> Nat::Inbound() const {
  return std::make_unique<NatIn>(*this);
}

}  // namespace onair::twin
