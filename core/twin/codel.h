// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include "core/twin/packet_queue.h"

namespace onair::twin {

struct CodelConfig {
  // Standing delay that is acceptable. Range [100 us, 1 s].
  // RFC 8289 section 4.4: "5 ms".
  TimeDelta target = TimeDelta::Millis(5);
  // RFC 8289 section 4.3: "an interval of 100 ms". Range [10 ms, 10 s].
  TimeDelta interval = TimeDelta::Millis(100);
  // At most this many bytes wait. Range [1 packet, 64 MiB].
  DataSize limit = DataSize::Mebibytes(4);
  // RFC 8289 section 5.4: below one packet of backlog nothing is dropped.
  DataSize largest_packet = DataSize::Bytes(1514);
};

// One queue under the controlled-delay law. Packets that can be marked are, instead of being
// dropped. Without a limit of its own: see Codel and FqCodel.
class CodelFifo {
 public:
  explicit CodelFifo(const CodelConfig& config) : config_(config) {}

  void Push(Packet packet, Timestamp now);
  std::optional<Packet> Pop(Timestamp now);
  // The oldest packet goes without having been sent.
  void DropHead();

  bool empty() const { return queue_.empty(); }
  DataSize size() const { return size_; }
  std::int64_t dropped() const { return dropped_; }
  std::int64_t marked() const { return marked_; }

 private:
  struct Waiting {
    Timestamp since;
    Packet packet;
  };
  struct Taken {
    std::optional<Packet> packet;
    bool is_late = false;  // The delay has been above target for an interval.
  };
  Taken Take(Timestamp now);
  // The packet is marked (true: send it) or dropped.
  bool MarkOrDrop(Taken& taken);
  void GoOnDropping(Taken& taken, Timestamp now);
  void BeginDropping(Taken& taken, Timestamp now);
  Timestamp Next(Timestamp from) const;

  CodelConfig config_;
  std::deque<Waiting> queue_;
  DataSize size_ = DataSize::Zero();
  Timestamp first_above_ = Timestamp::PlusInfinity();
  Timestamp drop_next_ = Timestamp::Zero();
  std::int64_t count_ = 0;
  std::int64_t last_count_ = 0;
  bool is_dropping_ = false;
  std::int64_t dropped_ = 0;
  std::int64_t marked_ = 0;
};

// RFC 8289. Single-owner.
class Codel final : public PacketQueue {
 public:
  explicit Codel(const CodelConfig& config = {}) : limit_(config.limit), fifo_(config) {}

  void Push(Packet packet, Timestamp now) override;
  std::optional<Packet> Pop(Timestamp now) override { return fifo_.Pop(now); }
  DataSize size() const override { return fifo_.size(); }
  std::int64_t dropped() const override { return refused_ + fifo_.dropped(); }
  std::int64_t marked() const override { return fifo_.marked(); }

 private:
  DataSize limit_;
  CodelFifo fifo_;
  std::int64_t refused_ = 0;
};

}  // namespace onair::twin
