// SPDX-License-Identifier: Apache-2.0
//
// How fast a line takes a burst, such as a key frame: read off packets that left as one train.
// Trains that arrive as close together as they left allow faster ones; one that was drawn apart
// tells what the line carries.
#pragma once

#include <cstdint>
#include <optional>

#include "core/api/congestion_control.h"

namespace onair::cc {

// Pure. `now` does not decrease.
class BurstRate {
 public:
  // In order of sending, over all reports.
  void OnPacket(const PacketFate& packet, Timestamp now);
  // The line is full: what was known of it when it was empty means nothing now.
  void OnFull(Timestamp now);

  // What bursts may leave at, as far as trains have shown; nothing before the first.
  std::optional<DataRate> rate() const { return rate_; }

 private:
  struct Train {
    Timestamp first_sent, last_sent;
    Timestamp first_arrived, last_arrived;
    int packets = 1;                     // That arrived.
    DataSize behind = DataSize::Zero();  // Without the first packet.
  };

  void Judge(const Train& train, Timestamp now);

  std::optional<Train> train_;
  std::optional<DataRate> rate_;
  Timestamp no_faster_until_ = Timestamp::MinusInfinity();
};

}  // namespace onair::cc
