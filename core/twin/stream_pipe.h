// SPDX-License-Identifier: Apache-2.0
//
// One direction of a byte stream: reliable and in order, as TCP looks to its user. A model of
// its queues and not yet of its congestion control: loss shows as an outage.
//
//   Write -> [waiting: unsent] -> [send buffer] -> rate -> delay -> [receive buffer] -> reader
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include "core/base/bytes.h"
#include "core/twin/rate_schedule.h"
#include "core/twin/world.h"

namespace onair::twin {

// Range of every size: > 0. Built once per pipe; the rate may change later.
struct PipeConfig {
  RateSchedule rate = RateSchedule::Unlimited();

  // From the last bit sent to the reader. Range [0, 60 s].
  TimeDelta delay = TimeDelta::Zero();

  // What the socket takes beyond what is on the wire; the rest is `unsent`. Range
  // [0, 64 MiB]. Larger hides more backlog from the machine.
  // Source: transport facts, TCP_NOTSENT_LOWAT 8..16 kB.
  DataSize send_buffer = DataSize::Kibibytes(16);

  // Sent but not read, the receive window. Range [1 segment, 64 MiB].
  DataSize receive_buffer = DataSize::Mebibytes(4);

  // Bytes that travel together. Range [1 B, 1 MiB]. Larger runs faster and coarser.
  // Source: RFC 6691 section 2 and Ethernet: 1500 - 40 - 12 of timestamps.
  DataSize segment = DataSize::Bytes(1448);
};

// Single-owner. Hooks are called from world tasks, never from inside a call; a hook may call
// anything here but not destroy the pipe.
class StreamPipe {
 public:
  struct Hooks {
    std::function<void(ByteView)> on_bytes;  // Something arrived.
    std::function<void()> on_unsent;         // unsent() became less.
    std::function<void()> on_end;            // All arrived and the writer is done.
  };

  StreamPipe(World& world, const PipeConfig& config, Hooks hooks);

  // Takes any amount; what the socket has no room for counts as unsent.
  void Write(Bytes bytes);
  // Nothing follows what was written.
  void Finish();
  // Drops everything on its way; nothing happens in this pipe any more.
  void Reset();
  // From now on; what is being sent feels it at once.
  void ChangeRate(DataRate rate);

  // A reader that takes nothing lets the receive buffer fill, then the sender's side.
  void PauseReading() { is_reading_ = false; }
  void ResumeReading();

  DataSize unsent() const;
  DataSize written() const { return DataSize::Bytes(written_); }
  DataSize delivered() const { return DataSize::Bytes(delivered_); }
  const RateSchedule& rate() const { return config_.rate; }
  TimeDelta delay() const { return config_.delay; }

 private:
  struct Segment {
    Timestamp arrives;
    Bytes bytes;
  };

  void StartSegment();
  void FinishSegment();
  void Deliver();
  Bytes TakeFront(std::size_t count);

  World& world_;
  PipeConfig config_;
  Hooks hooks_;
  Alarm sent_;
  Alarm arrived_;

  std::deque<Bytes> queue_;  // Written, not yet on the wire.
  std::size_t front_offset_ = 0;
  std::int64_t queued_ = 0;   // Bytes in `queue_`.
  std::int64_t sending_ = 0;  // Size of the segment on its way into the wire; 0: none.
  Timestamp sending_since_ = Timestamp::Zero();
  std::deque<Segment> flight_;  // Sent, not yet read.
  std::int64_t in_flight_ = 0;
  std::int64_t written_ = 0;
  std::int64_t delivered_ = 0;
  bool is_reading_ = true;
  bool is_finished_ = false;
  bool has_sent_end_ = false;
  bool has_ended_ = false;
};

}  // namespace onair::twin
