// SPDX-License-Identifier: Apache-2.0
//
// Of `gcc`: what a probe has shown, from its packets as they left and as they arrived.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/api/congestion_control.h"

namespace onair::cc {

// Pure.
class GccProbeMeter {
 public:
  void OnPlanned(const ProbePlan& plan, Timestamp now);
  // A packet that arrived; others than probes' are let be. What the line carries, once 80 % of the
  // probe is there, and again with each further packet of it.
  std::optional<DataRate> Add(const PacketFate& packet);

 private:
  struct Plan {
    DataSize size;
    Timestamp at;
  };
  struct Train {
    std::uint32_t number = 0;
    Timestamp first_sent, last_sent;
    Timestamp first_arrived, last_arrived;
    DataSize size = DataSize::Zero();
    DataSize last_sent_size, first_arrived_size;
    int packets = 0;
  };

  Train* TrainOf(const PacketFate& packet);
  DataSize PlannedFor(Timestamp sent_at) const;
  static std::optional<DataRate> Measure(const Train& train, DataSize planned);

  static constexpr std::size_t kHeld = 4;  // More are never under way.
  std::array<std::optional<Plan>, kHeld> plans_;
  std::array<std::optional<Train>, kHeld> trains_;
  std::size_t next_plan_ = 0;
  std::size_t next_train_ = 0;
};

}  // namespace onair::cc
