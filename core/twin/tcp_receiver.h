// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "core/machine/datagram.h"
#include "core/machine/timer_table.h"
#include "core/twin/tcp_config.h"
#include "core/twin/tcp_segment.h"

namespace onair::twin {

// The receiving half: puts segments in order and decides when to acknowledge. A part of
// TcpEndpoint. Single-owner.
class TcpReceiver {
 public:
  explicit TcpReceiver(const TcpConfig& config) : config_(config) {}

  // `ecn`: of the packet that it came in; anything but kNotEct only after both ends agreed.
  void OnSegment(const TcpSegment& in, Ecn ecn, Timestamp now);
  void HandleTimeout(Timestamp now);

  void PauseReading() { is_reading_ = false; }
  void ResumeReading();

  // In order and not given yet; empty while reading pauses.
  Bytes TakeBytes();
  // Once, after all bytes of a peer that finished were taken.
  bool TakeEnd();

  // An acknowledgement is due by itself.
  bool wants_ack() const { return wants_ack_; }
  // Writes ack, window, echo and blocks into what is about to be sent.
  void Fill(TcpSegment& out);
  Timestamp ack_due() const { return ack_due_; }

  std::uint64_t next() const { return next_; }
  std::int64_t marks() const { return marks_; }

 private:
  void TakeMark(const TcpSegment& in, Ecn ecn);
  void Store(const TcpSegment& in);
  void Join();
  void DecideAck(bool is_in_order, bool fills_hole, Timestamp now);
  std::uint32_t Window() const;

  TcpConfig config_;
  std::uint64_t next_ = 0;
  Bytes ready_;  // In order, not taken.
  std::map<std::uint64_t, Bytes> later_;
  std::int64_t later_bytes_ = 0;
  std::uint64_t newest_ = 0;      // Start of the latest segment out of order.
  std::uint64_t fin_at_ = ~0ULL;  // Sequence number of the peer's FIN.
  bool is_reading_ = true;
  bool has_given_end_ = false;

  Timestamp echo_ = Timestamp::MinusInfinity();  // RFC 7323 TS.Recent.
  std::uint64_t last_ack_ = 0;
  std::uint64_t limit_ = 0;  // The window's right edge never goes back.
  std::int64_t unacked_ = 0;
  int quick_acks_ = 0;
  bool echoes_mark_ = false;  // Until the peer says that it reduced.
  std::int64_t marks_ = 0;
  bool wants_ack_ = false;
  Timestamp ack_due_ = Timestamp::PlusInfinity();
};

}  // namespace onair::twin
