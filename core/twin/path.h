// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "core/twin/link.h"

namespace onair::twin {

// Links in a row, themselves a link: what leaves one enters the next at the same moment.
class Path final : public Link {
 public:
  Path& Then(std::unique_ptr<Link> link);

  void HandlePacket(Packet packet, Timestamp now) override;
  void HandleTimeout(Timestamp now) override;
  LinkOutput Poll() override;
  // Taken by the first, passed by the last, dropped anywhere.
  LinkStats stats() const override;

 private:
  std::vector<std::unique_ptr<Link>> links_;
  std::vector<Packet> ready_;  // Without any link a path passes everything at once.
  Timestamp now_ = Timestamp::MinusInfinity();
  std::int64_t taken_ = 0;
  std::int64_t passed_ = 0;
};

}  // namespace onair::twin
