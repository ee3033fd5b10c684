// SPDX-License-Identifier: Apache-2.0
//
// Links that do to some packets what a network should not.
#pragma once

#include "core/base/rng.h"
#include "core/twin/holding_link.h"

namespace onair::twin {

// Each packet is held back with this chance, so that later ones overtake it.
class Reorder final : public HoldingLink {
 public:
  Reorder(double share, TimeDelta hold, Rng rng)
      : HoldingLink("reorder"), share_(share), hold_(hold), rng_(rng) {}

 private:
  void Take(Packet packet, Timestamp now) override;

  double share_;
  TimeDelta hold_;
  Rng rng_;
};

// Each packet comes a second time, `later`, with this chance.
class Duplicate final : public HoldingLink {
 public:
  Duplicate(double share, TimeDelta later, Rng rng)
      : HoldingLink("duplicate"), share_(share), later_(later), rng_(rng) {}

 private:
  void Take(Packet packet, Timestamp now) override;

  double share_;
  TimeDelta later_;
  Rng rng_;
};

// One bit of a packet is flipped with this chance. Whoever reads it must notice.
class Corrupt final : public HoldingLink {
 public:
  Corrupt(double share, Rng rng) : HoldingLink("corrupt"), share_(share), rng_(rng) {}

 private:
  void Take(Packet packet, Timestamp now) override;

  double share_;
  Rng rng_;
};

}  // namespace onair::twin
