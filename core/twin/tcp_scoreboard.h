// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <span>

#include "core/twin/tcp_segment.h"
#include "core/units/data.h"

namespace onair::twin {

// One segment from its first transmission to its acknowledgement.
struct SentSegment {
  std::uint64_t seq = 0;
  std::uint64_t end = 0;  // A FIN counts for one.
  Bytes payload;
  bool is_fin = false;
  bool is_sacked = false;
  bool is_lost = false;
  int transmissions = 0;
  Timestamp sent_at = Timestamp::Zero();  // The last time.

  // draft-cheng-iccrg-delivery-rate-estimation section 3.2: as of that transmission.
  std::int64_t delivered = 0;
  Timestamp delivered_at = Timestamp::Zero();
  Timestamp first_sent_at = Timestamp::Zero();
  bool is_app_limited = false;

  std::int64_t size() const { return static_cast<std::int64_t>(end - seq); }
};

// What is sent and not acknowledged: who is lost (RFC 8985, RACK), how much flies (RFC 6675
// "pipe") and how fast it is delivered. Pure.
class TcpScoreboard {
 public:
  struct AckResult {
    std::int64_t delivered = 0;  // Newly.
    bool advances = false;       // The left edge moved.
    std::optional<TimeDelta> rtt;
    DataRate rate = DataRate::Zero();
    bool is_app_limited = false;
    std::int64_t delivered_when_sent = 0;
  };

  // A new segment; it counts as sent only after MarkSent().
  SentSegment& Append(Bytes payload, std::uint64_t seq, bool is_fin);
  void MarkSent(SentSegment& segment, Timestamp now, bool is_app_limited);

  AckResult OnAck(std::uint64_t ack, std::span<const SeqRange> blocks, Timestamp now);
  // Marks what has been overtaken for longer than the reordering window; newly lost bytes.
  std::int64_t DetectLosses(Timestamp now, TimeDelta smoothed, TimeDelta least, bool in_recovery);
  // When DetectLosses() may find more; infinity: only an ack can tell.
  Timestamp detect_again_at() const { return detect_again_at_; }

  void MarkAllLost();
  void UnmarkLost();  // They were only late.

  SentSegment* FirstLost();
  SentSegment* Last() { return segments_.empty() ? nullptr : &segments_.back(); }
  const SentSegment* First() const { return segments_.empty() ? nullptr : &segments_.front(); }

  bool empty() const { return segments_.empty(); }
  std::uint64_t end() const { return end_; }  // Next new sequence number.
  std::uint64_t unacked_from() const { return acked_; }
  std::int64_t outstanding() const { return static_cast<std::int64_t>(end_ - acked_); }
  std::int64_t in_flight() const { return outstanding() - sacked_ - lost_; }
  std::int64_t sacked() const { return sacked_; }
  std::int64_t lost() const { return lost_; }
  std::int64_t delivered() const { return delivered_; }

 private:
  void Deliver(SentSegment& segment, AckResult& result, Timestamp now);
  void TakeSample(const SentSegment& segment, AckResult& result);
  void FinishSample(AckResult& result, Timestamp now);
  TimeDelta ReorderWindow(TimeDelta smoothed, TimeDelta least, bool in_recovery) const;

  std::deque<SentSegment> segments_;  // By sequence.
  std::size_t lost_hint_ = 0;         // Nothing before this index is lost.
  std::uint64_t end_ = 0;
  std::uint64_t acked_ = 0;
  std::int64_t sacked_ = 0;
  std::int64_t lost_ = 0;
  int sacked_segments_ = 0;
  int resent_in_flight_ = 0;

  // RFC 8985 section 5.2: of the segment that was sent last of all delivered ones.
  Timestamp rack_sent_at_ = Timestamp::MinusInfinity();
  std::uint64_t rack_end_ = 0;
  TimeDelta rack_rtt_ = TimeDelta::Zero();
  std::uint64_t highest_delivered_ = 0;
  bool has_reordering_ = false;
  Timestamp detect_again_at_ = Timestamp::PlusInfinity();

  std::int64_t delivered_ = 0;
  Timestamp delivered_at_ = Timestamp::Zero();
  Timestamp first_sent_at_ = Timestamp::Zero();
  // The sample of the ack that is being taken.
  std::optional<SentSegment> sample_;
};

}  // namespace onair::twin
