// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include "core/base/rng.h"
#include "core/twin/packet_queue.h"

namespace onair::twin {

// RFC 8033 section 4 and appendix A; all values from its table of defaults.
struct PieConfig {
  TimeDelta target = TimeDelta::Millis(15);      // QDELAY_REF.
  TimeDelta update = TimeDelta::Millis(15);      // T_UPDATE.
  TimeDelta burst = TimeDelta::Millis(150);      // MAX_BURST.
  double alpha = 0.125;                          // Per second of delay.
  double beta = 1.25;                            // Per second of delay.
  double mark_limit = 0.1;                       // MAX_ECNTH: above it packets are dropped.
  DataSize limit = DataSize::Mebibytes(4);       // Range [1 packet, 64 MiB].
  DataSize mean_packet = DataSize::Bytes(1500);  // MEAN_PKTSIZE.
};

// Drops or marks at the entry, with a chance steered by the delay and its trend. The delay is
// that of the packet that left last. Single-owner.
class Pie final : public PacketQueue {
 public:
  Pie(const PieConfig& config, Rng rng) : config_(config), rng_(rng), burst_left_(config.burst) {}

  void Push(Packet packet, Timestamp now) override;
  std::optional<Packet> Pop(Timestamp now) override;
  DataSize size() const override { return size_; }
  std::int64_t dropped() const override { return dropped_; }
  std::int64_t marked() const override { return marked_; }

  double chance() const { return chance_; }

 private:
  struct Waiting {
    Timestamp since;
    Packet packet;
  };
  bool Refuses(Packet& packet);
  bool Draws();
  void UpdateTo(Timestamp now);
  void Update();

  PieConfig config_;
  Rng rng_;
  std::deque<Waiting> queue_;
  DataSize size_ = DataSize::Zero();
  double chance_ = 0;
  double gathered_ = 0;  // "accu_prob".
  TimeDelta delay_ = TimeDelta::Zero();
  TimeDelta last_delay_ = TimeDelta::Zero();
  TimeDelta burst_left_;
  Timestamp update_at_ = Timestamp::MinusInfinity();
  std::int64_t dropped_ = 0;
  std::int64_t marked_ = 0;
};

}  // namespace onair::twin
