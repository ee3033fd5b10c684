// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "core/twin/link.h"

namespace onair::twin {

// Several ways to one place, one of them taken at a time, as a phone moves from Wi-Fi to LTE.
// What is on its way on an old one still arrives, or is lost with kBreak.
class PathSwitch final : public Link {
 public:
  enum class Leaving { kDrain = 1, kBreak = 2 };
  struct Step {
    Timestamp at;
    std::size_t way;  // Index into `ways`; an index past its end takes nothing.
  };

  // Way 0 before the first step; `steps` rise.
  PathSwitch(std::vector<std::unique_ptr<Link>> ways, std::vector<Step> steps, Leaving leaving);

  void HandlePacket(Packet packet, Timestamp now) override;
  void HandleTimeout(Timestamp now) override;
  LinkOutput Poll() override;
  LinkStats stats() const override;

 private:
  std::size_t WayAt(Timestamp at) const;

  std::vector<std::unique_ptr<Link>> ways_;
  std::vector<Step> steps_;
  Leaving leaving_;
  Timestamp now_ = Timestamp::MinusInfinity();
  std::int64_t taken_ = 0;
  std::int64_t passed_ = 0;
  std::int64_t lost_ = 0;
};

}  // namespace onair::twin
