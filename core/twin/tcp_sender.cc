// SPDX-License-Identifier: Apache-2.0
#include "core/twin/tcp_sender.h"

#include <algorithm>
#include <utility>

namespace onair::twin {

TcpSender::TcpSender(const TcpConfig& config, Rng rng)
    : config_(config),
      congestion_(MakeTcpCongestion(config, rng)),
      rtt_(config),
      timers_({"tcp.retransmit", "tcp.probe", "tcp.reorder", "tcp.pace"}) {}

void TcpSender::Open(std::int64_t window, Timestamp now) {
  is_open_ = true;
  peer_limit_ = static_cast<std::uint64_t>(window);
  last_sent_at_ = now;
}

void TcpSender::OnSegment(const TcpSegment& in, Timestamp now) {
  if (!in.has(TcpSegment::kAck) || in.ack > board_.end()) return;
  peer_limit_ = std::max(peer_limit_, in.ack + in.window);
  if (in.ack >= board_.unacked_from()) OnAckOf(in, now);
}

void TcpSender::HandleTimeout(Timestamp now) {
  if (timers_.TakeDue(Timer::kReorder, now)) {
    TakeLosses(board_.DetectLosses(now, rtt_.smoothed(), rtt_.least(), IsRepairing()), now);
    timers_.Set(Timer::kReorder, board_.detect_again_at());
  }
  if (timers_.TakeDue(Timer::kProbe, now)) ProbeTail();
  if (timers_.TakeDue(Timer::kRetransmit, now)) OnRetransmitTimeout(now);
  (void)timers_.TakeDue(Timer::kPace, now);
}

void TcpSender::Write(Bytes bytes) {
  if (bytes.empty() || is_finished_) return;
  queued_ += static_cast<std::int64_t>(bytes.size());
  written_ += static_cast<std::int64_t>(bytes.size());
  queue_.push_back(std::move(bytes));
}

void TcpSender::Drop() {
  queue_.clear();
  queued_ = 0;
  is_open_ = false;
  timers_.StopAll();
}

std::optional<TcpSender::Out> TcpSender::Next(Timestamp now) {
  if (!is_open_) return std::nullopt;
  if (std::exchange(wants_window_probe_, false)) return Out{board_.end(), {}, false, true};
  // RFC 8985 section 7.3: new data if there is any, or the last segment again.
  if (std::exchange(wants_tail_probe_, false)) {
    SentSegment* probe = NextNew(now);
    if (probe == nullptr) probe = board_.Last();
    if (probe != nullptr) return Transmit(*probe, now);
  }
  if (SentSegment* lost = board_.FirstLost(); lost != nullptr) {
    if (!MaySend(lost->size(), now)) return std::nullopt;
    return Transmit(*lost, now);
  }
  if (!has_new() || !MaySend(std::min(queued_, config_.segment.bytes()), now)) {
    return std::nullopt;
  }
  SentSegment* segment = NextNew(now);
  if (segment == nullptr) return std::nullopt;
  Out out = Transmit(*segment, now);
  if (!has_new() && board_.in_flight() < congestion_->window()) {
    app_limited_until_ = board_.delivered() + board_.in_flight();
  }
  return out;
}

TcpInfo TcpSender::info() const {
  TcpInfo info = info_;
  const std::int64_t room =
      std::max<std::int64_t>(0, config_.send_buffer.bytes() - board_.outstanding());
  info.rtt = rtt_.smoothed();
  info.rtt_var = rtt_.variation();
  info.rtt_min = rtt_.least().is_finite() ? rtt_.least() : TimeDelta::Zero();
  info.rto = rtt_.rto(backoffs_);
  info.window = DataSize::Bytes(congestion_->window());
  info.unacked = DataSize::Bytes(board_.outstanding());
  info.unsent = DataSize::Bytes(std::min({queued_, config_.unsent_limit.bytes(), room}));
  info.bytes_acked = DataSize::Bytes(static_cast<std::int64_t>(board_.unacked_from()));
  info.lost = DataSize::Bytes(board_.lost());
  return info;
}

void TcpSender::OnAckOf(const TcpSegment& in, Timestamp now) {
  const std::int64_t prior_in_flight = board_.in_flight();
  const auto result = board_.OnAck(in.ack, std::span(in.blocks.data(), in.block_count), now);
  if (result.rtt) rtt_.OnSample(*result.rtt, now);
  if (result.advances) {
    backoffs_ = 0;
    has_probed_tail_ = false;
    UndoIfSpurious(in, now);
  }
  if (board_.delivered() > app_limited_until_) app_limited_until_ = 0;
  const std::int64_t newly_lost =
      board_.DetectLosses(now, rtt_.smoothed(), rtt_.least(), IsRepairing());
  timers_.Set(Timer::kReorder, board_.detect_again_at());
  if (IsShrinking(phase_)) prr_delivered_ += result.delivered;
  TakeLosses(newly_lost, now);
  if (phase_ != TcpPhase::kOpen && in.ack >= phase_ends_) LeavePhase(now);
  TakeMarkEcho(in, now);
  if (result.rate > DataRate::Zero()) {
    info_.delivery_rate = result.rate;
    info_.is_app_limited = result.is_app_limited;
  }
  if (result.delivered > 0) {
    congestion_->OnAck({.now = now,
                        .phase = phase_,
                        .delivered = result.delivered,
                        .lost = newly_lost,
                        .in_flight = board_.in_flight(),
                        .prior_in_flight = prior_in_flight,
                        .is_window_limited = is_window_limited_,
                        .rtt = result.rtt,
                        .rtt_min = rtt_.least(),
                        .rate = result.rate,
                        .is_app_limited = result.is_app_limited,
                        .delivered_in_all = board_.delivered(),
                        .delivered_when_sent = result.delivered_when_sent,
                        .sent_in_all = sent_});
  }
  if (IsShrinking(phase_) && !congestion_->pacing_rate()) AllowByProportion(result.delivered);
  if (result.advances || result.delivered > 0 || board_.empty()) RestartTimers(now);
}

void TcpSender::TakeLosses(std::int64_t newly_lost, Timestamp now) {
  if (newly_lost > 0 && !IsRepairing()) EnterRecovery(now);
}

// RFC 3168 section 6.1.2: "TCP should not react to congestion indications more than once every
// window of data", whether of marks or losses.
void TcpSender::TakeMarkEcho(const TcpSegment& in, Timestamp now) {
  if (!info_.has_ecn || !in.has(TcpSegment::kEce) || in.ack < next_mark_from_) return;
  ++info_.mark_echoes;
  NoteReduction();
  if (phase_ == TcpPhase::kOpen && congestion_->heeds_marks()) Shrink(TcpPhase::kReduction, now);
}

// RFC 3168 section 6.1.2: the peer hears of a reduction "for any reason", and ends its echo.
void TcpSender::NoteReduction() {
  next_mark_from_ = board_.end() + 1;
  owes_reduction_word_ = info_.has_ecn;
}

// RFC 3522 (Eifel) with timestamps: the ack of a segment that was sent again answers a
// transmission from before that, so nothing had been lost.
void TcpSender::UndoIfSpurious(const TcpSegment& in, Timestamp now) {
  if (!IsRepairing() || in.echo >= phase_resent_at_ || !in.echo.is_finite()) return;
  if (!phase_resent_at_.is_finite()) return;
  board_.UnmarkLost();
  congestion_->OnSpurious(now);
  phase_ = TcpPhase::kOpen;
  phase_resent_at_ = Timestamp::PlusInfinity();
}

void TcpSender::LeavePhase(Timestamp now) {
  if (IsShrinking(phase_)) congestion_->OnRecovered(now);
  phase_ = TcpPhase::kOpen;
  phase_resent_at_ = Timestamp::PlusInfinity();
}

// A window that shrinks for a mark already does not shrink again for a loss in it.
void TcpSender::EnterRecovery(Timestamp now) {
  NoteReduction();
  if (phase_ != TcpPhase::kReduction) return Shrink(TcpPhase::kRecovery, now);
  phase_ = TcpPhase::kRecovery;
  phase_ends_ = board_.end();
}

void TcpSender::Shrink(TcpPhase phase, Timestamp now) {
  phase_ = phase;
  phase_ends_ = board_.end();
  prr_flight_ = std::max<std::int64_t>(1, board_.in_flight() + board_.lost());
  prr_delivered_ = prr_sent_ = 0;
  prr_allowed_ = config_.segment.bytes();
  congestion_->OnLoss(now, board_.in_flight());
}

// RFC 6937 section 3.1, with the slow-start reduction bound.
void TcpSender::AllowByProportion(std::int64_t delivered) {
  const std::int64_t target = congestion_->window();
  const std::int64_t pipe = board_.in_flight();
  if (pipe > target) {
    prr_allowed_ = (prr_delivered_ * target + prr_flight_ - 1) / prr_flight_ - prr_sent_;
  } else {
    const std::int64_t limit =
        std::max(prr_delivered_ - prr_sent_, delivered) + config_.segment.bytes();
    prr_allowed_ = std::min(target - pipe, limit);
  }
}

// RFC 6298 section 5: all that flies counts as lost, and the wait doubles. With nothing in
// flight it is the peer's closed window that is asked about (RFC 9293 section 3.8.6.1).
void TcpSender::OnRetransmitTimeout(Timestamp now) {
  ++backoffs_;
  if (has_given_up()) return Drop();
  if (board_.empty()) {
    // A peer that answers keeps the connection for ever.
    backoffs_ = std::min(backoffs_, config_.retries);
    wants_window_probe_ = true;
  } else {
    ++info_.timeouts;
    // Once per episode: a second timeout says nothing new of the path's capacity.
    if (phase_ != TcpPhase::kTimeout) congestion_->OnTimeout(now, board_.in_flight());
    NoteReduction();
    phase_ = TcpPhase::kTimeout;
    phase_ends_ = board_.end();
    if (backoffs_ == 1) phase_resent_at_ = Timestamp::PlusInfinity();
    board_.MarkAllLost();
    timers_.Stop(Timer::kReorder);
  }
  timers_.Stop(Timer::kProbe);
  timers_.Set(Timer::kRetransmit, now + rtt_.rto(backoffs_));
}

void TcpSender::ProbeTail() {
  if (board_.empty() || IsRepairing()) return;
  has_probed_tail_ = true;
  wants_tail_probe_ = true;
}

void TcpSender::RestartTimers(Timestamp now) {
  timers_.Stop(Timer::kProbe);
  if (board_.empty()) {
    const bool is_shut = has_new() && board_.end() >= peer_limit_;
    timers_.Set(Timer::kRetransmit,
                is_shut ? now + rtt_.rto(backoffs_) : Timestamp::PlusInfinity());
    return;
  }
  timers_.Set(Timer::kRetransmit, now + rtt_.rto(backoffs_));
  // RFC 8985 section 7.2.
  if (IsRepairing() || has_probed_tail_ || board_.sacked() > 0) return;
  if (!rtt_.has_sample()) return;
  TimeDelta wait = rtt_.smoothed() * 2;
  if (board_.outstanding() <= config_.segment.bytes()) wait += config_.rto_min;
  if (wait < rtt_.rto(backoffs_)) timers_.Set(Timer::kProbe, now + wait);
}

bool TcpSender::MaySend(std::int64_t size, Timestamp now) {
  const bool has_room = board_.in_flight() == 0 || board_.in_flight() + size <= Window();
  is_window_limited_ = !has_room || board_.in_flight() * 2 >= Window();
  if (!has_room) return false;
  if (!congestion_->pacing_rate()) return true;
  if (now >= paced_until_) return true;
  timers_.Set(Timer::kPace, paced_until_);
  return false;
}

std::int64_t TcpSender::Window() const {
  if (!IsShrinking(phase_) || congestion_->pacing_rate()) return congestion_->window();
  return board_.in_flight() + std::max<std::int64_t>(0, prr_allowed_);
}

SentSegment* TcpSender::NextNew(Timestamp now) {
  const std::uint64_t seq = board_.end();
  const std::int64_t open = peer_limit_ > seq ? static_cast<std::int64_t>(peer_limit_ - seq) : 0;
  const std::int64_t size = std::min({queued_, config_.segment.bytes(), open});
  const bool is_fin = is_finished_ && !has_sent_fin_ && size == queued_;
  if (size == 0 && !is_fin) {
    if (board_.empty() && !timers_.is_set(Timer::kRetransmit)) RestartTimers(now);
    return nullptr;
  }
  // Source: Linux net.ipv4.tcp_slow_start_after_idle, 1.
  if (board_.empty() && now - last_sent_at_ > rtt_.rto(0)) congestion_->OnIdle(now);
  has_sent_fin_ = has_sent_fin_ || is_fin;
  return &board_.Append(TakeQueued(static_cast<std::size_t>(size)), seq, is_fin);
}

Bytes TcpSender::TakeQueued(std::size_t size) {
  Bytes out;
  out.reserve(size);
  while (out.size() < size) {
    const Bytes& front = queue_.front();
    const std::size_t part = std::min(size - out.size(), front.size() - front_offset_);
    const auto begin = front.begin() + static_cast<std::ptrdiff_t>(front_offset_);
    out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(part));
    front_offset_ += part;
    if (front_offset_ == front.size()) {
      queue_.pop_front();
      front_offset_ = 0;
    }
  }
  queued_ -= static_cast<std::int64_t>(size);
  return out;
}

TcpSender::Out TcpSender::Transmit(SentSegment& segment, Timestamp now) {
  const bool was_empty = board_.outstanding() == 0;
  const bool is_new = segment.transmissions == 0;
  if (segment.transmissions > 0) {
    if (!phase_resent_at_.is_finite()) phase_resent_at_ = now;
    ++info_.segments_retransmitted;
    info_.retransmitted += DataSize::Bytes(segment.size());
  }
  board_.MarkSent(segment, now, app_limited_until_ > 0);
  ++info_.segments_sent;
  sent_ += segment.size();
  last_sent_at_ = now;
  if (IsShrinking(phase_)) {
    prr_sent_ += segment.size();
    prr_allowed_ -= segment.size();
  }
  if (const auto rate = congestion_->pacing_rate()) {
    const DataSize size = DataSize::Bytes(segment.size() + std::int64_t{TcpSegment::kHeaderBytes});
    paced_until_ = std::max(paced_until_, now) + size / *rate;
  }
  if (was_empty || !timers_.is_set(Timer::kRetransmit)) RestartTimers(now);
  Out out{segment.seq, segment.payload, segment.is_fin, false};
  // RFC 3168 section 6.1.5: "hosts MUST NOT set either ECT codepoint ... on retransmitted data".
  if (info_.has_ecn && is_new && segment.size() > 0) {
    out.ecn = Ecn::kEct0;
    out.tells_reduction = std::exchange(owes_reduction_word_, false);
  }
  return out;
}

}  // namespace onair::twin
