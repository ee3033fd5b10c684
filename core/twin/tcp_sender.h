// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "core/machine/datagram.h"
#include "core/machine/timer_table.h"
#include "core/twin/tcp_congestion.h"
#include "core/twin/tcp_info.h"
#include "core/twin/tcp_rtt.h"
#include "core/twin/tcp_scoreboard.h"

namespace onair::twin {

// The sending half of a connection: what was written becomes segments, as the window, the
// peer and losses allow. A part of TcpEndpoint, which puts acks into what it answers.
// Single-owner.
class TcpSender {
 public:
  TcpSender(const TcpConfig& config, Rng rng);

  // The connection stands; `window` is the peer's. Nothing is sent before.
  void Open(std::int64_t window, Timestamp now);
  // Before Open(): what is sent may be marked, and marks are heeded.
  void UseEcn() { info_.has_ecn = true; }
  void OnSegment(const TcpSegment& in, Timestamp now);
  void HandleTimeout(Timestamp now);

  void Write(Bytes bytes);
  void Finish() { is_finished_ = true; }
  void Drop();  // Nothing more is sent.

  // What to send next; empty: nothing now. The payload is valid until the next call.
  struct Out {
    std::uint64_t seq;
    ByteView payload;
    bool is_fin;
    bool is_probe;  // Empty, so that the peer tells its window.
    Ecn ecn = Ecn::kNotEct;
    bool tells_reduction = false;  // For the flag kCwr.
  };
  std::optional<Out> Next(Timestamp now);
  Idle next_timeout() const { return timers_.Next(); }

  void OnHandshakeRtt(TimeDelta rtt, Timestamp now) { rtt_.OnSample(rtt, now); }
  bool has_ecn() const { return info_.has_ecn; }
  std::int64_t unsent() const { return queued_; }
  std::int64_t written() const { return written_; }
  bool is_all_acked() const { return has_sent_fin_ && board_.empty(); }
  // Too many timeouts without a word from the peer.
  bool has_given_up() const { return backoffs_ > config_.retries; }
  TcpPhase phase() const { return phase_; }
  const TcpCongestion& congestion() const { return *congestion_; }
  TcpInfo info() const;

 private:
  enum class Timer { kRetransmit, kProbe, kReorder, kPace };

  void OnAckOf(const TcpSegment& in, Timestamp now);
  void TakeLosses(std::int64_t newly_lost, Timestamp now);
  void TakeMarkEcho(const TcpSegment& in, Timestamp now);
  void NoteReduction();
  void UndoIfSpurious(const TcpSegment& in, Timestamp now);
  void LeavePhase(Timestamp now);
  void EnterRecovery(Timestamp now);
  void Shrink(TcpPhase phase, Timestamp now);
  void AllowByProportion(std::int64_t delivered);
  void OnRetransmitTimeout(Timestamp now);
  void ProbeTail();
  void RestartTimers(Timestamp now);

  bool MaySend(std::int64_t size, Timestamp now);
  std::int64_t Window() const;
  SentSegment* NextNew(Timestamp now);
  Bytes TakeQueued(std::size_t size);
  Out Transmit(SentSegment& segment, Timestamp now);
  // What is held for lost is being sent again.
  bool IsRepairing() const { return phase_ == TcpPhase::kRecovery || phase_ == TcpPhase::kTimeout; }
  bool has_new() const { return queued_ > 0 || (is_finished_ && !has_sent_fin_); }

  TcpConfig config_;
  std::unique_ptr<TcpCongestion> congestion_;
  TcpRtt rtt_;
  TcpScoreboard board_;
  TimerTable<Timer, 4> timers_;

  std::deque<Bytes> queue_;  // Written, never sent.
  std::size_t front_offset_ = 0;
  std::int64_t queued_ = 0;
  std::int64_t written_ = 0;
  bool is_open_ = false;
  bool is_finished_ = false;
  bool has_sent_fin_ = false;

  std::uint64_t peer_limit_ = 0;  // First sequence number past the peer's window.
  bool wants_window_probe_ = false;
  bool wants_tail_probe_ = false;
  bool has_probed_tail_ = false;

  TcpPhase phase_ = TcpPhase::kOpen;
  std::uint64_t phase_ends_ = 0;                           // An ack of this ends the phase.
  Timestamp phase_resent_at_ = Timestamp::PlusInfinity();  // First retransmission of it.
  int backoffs_ = 0;
  // RFC 6937, proportional rate reduction.
  std::int64_t prr_flight_ = 0;
  std::int64_t prr_delivered_ = 0;
  std::int64_t prr_sent_ = 0;
  std::int64_t prr_allowed_ = 0;

  std::uint64_t next_mark_from_ = 0;  // Acks of less tell of marks that were heeded.
  bool owes_reduction_word_ = false;

  bool is_window_limited_ = false;
  std::int64_t app_limited_until_ = 0;  // In bytes delivered; 0: it is not.
  Timestamp last_sent_at_ = Timestamp::MinusInfinity();
  Timestamp paced_until_ = Timestamp::MinusInfinity();
  std::int64_t sent_ = 0;
  TcpInfo info_;
};

}  // namespace onair::twin
