// SPDX-License-Identifier: Apache-2.0
//
// Of `gcc`: the rate that delay allows, from packets as they arrived to the next step.
#pragma once

#include <optional>
#include <span>

#include "core/api/congestion_control.h"
#include "transport/cc/gcc_aimd.h"
#include "transport/cc/gcc_packet_groups.h"
#include "transport/cc/gcc_trendline.h"

namespace onair::cc {

// Pure. Times do not decrease.
class GccDelay {
 public:
  enum class Step { kNone = 1, kMoved = 2, kProbed = 3 };
  enum class Queue { kAsBefore = 1, kDrained = 2 };

  explicit GccDelay(const GccAimd::Limits& limits) : aimd_(limits) {}

  // What a feedback told, in order of arrival; kDrained: the queue of an overuse is gone.
  Queue Read(std::span<const PacketFate> arrived, Timestamp now);
  void SetRtt(TimeDelta rtt) { aimd_.SetRtt(rtt); }
  // After Read(), where something arrived.
  Step Move(std::optional<DataRate> acked, std::optional<DataRate> probed, Timestamp now);

  DataRate rate() const { return aimd_.rate(); }
  GccLineUse use() const { return trendline_.use(); }

 private:
  GccPacketGroups groups_;
  GccTrendline trendline_;
  GccAimd aimd_;
  std::optional<Timestamp> read_at_;
};

}  // namespace onair::cc
