// SPDX-License-Identifier: Apache-2.0
#include "core/twin/tcp_endpoint.h"

#include <algorithm>
#include <utility>

namespace onair::twin {

TcpEndpoint::TcpEndpoint(Role role, const TcpConfig& config, Rng rng)
    : role_(role), config_(config), sender_(config, rng), receiver_(config) {}

void TcpEndpoint::HandlePacket(ByteView packet, Ecn ecn, Timestamp now) {
  now_ = std::max(now_, now);
  const auto in = Decode(packet);
  if (!in) {
    ++damaged_;
    return;
  }
  if (in->has(TcpSegment::kReset)) return OnReset();
  if (state_ == State::kClosed) {
    owes_reset_ = true;  // RFC 9293 section 3.10.7.1.
    return;
  }
  if (in->has(TcpSegment::kSyn) || state_ != State::kOpen) return OnHandshake(*in);
  sender_.OnSegment(*in, now_);
  receiver_.OnSegment(*in, sender_.has_ecn() ? ecn : Ecn::kNotEct, now_);
}

void TcpEndpoint::HandleTimeout(Timestamp now) {
  now_ = std::max(now_, now);
  if (state_ == State::kConnecting && now_ >= syn_again_at_) SendSyn();
  if (state_ != State::kOpen) return;
  sender_.HandleTimeout(now_);
  receiver_.HandleTimeout(now_);
  if (sender_.has_given_up()) Fail(ErrorCode::kTimeout, "no acknowledgement");
}

void TcpEndpoint::Connect(Timestamp now) {
  now_ = std::max(now_, now);
  if (role_ != Role::kClient || state_ != State::kIdle) return;
  state_ = State::kConnecting;
  SendSyn();
}

void TcpEndpoint::Accept(Timestamp now) {
  now_ = std::max(now_, now);
  if (state_ != State::kArrived) return;
  state_ = State::kOpen;
  owes_syn_ = true;
  if (was_asked_ecn_ && config_.ecn != TcpConfig::EcnUse::kNever) sender_.UseEcn();
  sender_.Open(config_.segment.bytes() * config_.initial_window, now_);
}

void TcpEndpoint::Refuse(Timestamp now) {
  now_ = std::max(now_, now);
  if (state_ == State::kArrived) Reset(now);
}

void TcpEndpoint::Write(Bytes bytes, Timestamp now) {
  now_ = std::max(now_, now);
  if (state_ != State::kClosed) sender_.Write(std::move(bytes));
}

void TcpEndpoint::Finish(Timestamp now) {
  now_ = std::max(now_, now);
  sender_.Finish();
}

void TcpEndpoint::Reset(Timestamp now) {
  now_ = std::max(now_, now);
  if (state_ == State::kClosed) return;
  owes_reset_ = state_ != State::kIdle;
  state_ = State::kClosed;
  event_.reset();
  sender_.Drop();
}

void TcpEndpoint::ResumeReading(Timestamp now) {
  now_ = std::max(now_, now);
  receiver_.ResumeReading();
}

TcpInfo TcpEndpoint::info() const {
  TcpInfo info = sender_.info();
  info.marks = receiver_.marks();
  return info;
}

TcpEndpoint::Output TcpEndpoint::Poll() {
  if (event_) return *std::exchange(event_, std::nullopt);
  if (auto packet = NextPacket()) return *std::move(packet);
  if (state_ == State::kConnecting) return Idle{syn_again_at_, "tcp.syn"};
  if (state_ != State::kOpen) return Idle{};
  if (Bytes bytes = receiver_.TakeBytes(); !bytes.empty()) return Event(Readable{std::move(bytes)});
  if (receiver_.TakeEnd()) return Event(Finished{});
  return Earlier(sender_.next_timeout(), Idle{receiver_.ack_due(), "tcp.ack"});
}

// Both sides of the handshake, and what reaches a side that is not open.
void TcpEndpoint::OnHandshake(const TcpSegment& in) {
  const bool is_syn = in.has(TcpSegment::kSyn);
  if (role_ == Role::kServer && is_syn) {
    syn_stamp_ = in.sent_at;
    if (state_ == State::kIdle) {
      state_ = State::kArrived;
      was_asked_ecn_ = in.has(TcpSegment::kEce) && in.has(TcpSegment::kCwr);
      event_ = Arrived{};
    } else if (state_ == State::kOpen) {
      owes_syn_ = true;  // Our answer was lost.
    }
    return;
  }
  if (role_ != Role::kClient || !is_syn || !in.has(TcpSegment::kAck)) return;
  owes_ack_ = true;
  if (state_ != State::kConnecting) return;  // Our ack was lost.
  state_ = State::kOpen;
  syn_again_at_ = Timestamp::PlusInfinity();
  const bool is_agreed = in.has(TcpSegment::kEce) && !in.has(TcpSegment::kCwr);
  if (is_agreed && config_.ecn == TcpConfig::EcnUse::kAsks) sender_.UseEcn();
  sender_.Open(in.window, now_);
  if (in.echo.is_finite()) sender_.OnHandshakeRtt(now_ - in.echo, now_);
  event_ = Connected{};
}

void TcpEndpoint::OnReset() {
  if (state_ == State::kConnecting) return Fail(ErrorCode::kConnectRefused, "refused");
  if (state_ == State::kOpen) Fail(ErrorCode::kConnectionLost, "connection reset");
}

// RFC 6298 section 2: "the sender SHOULD set RTO <- 1 second", doubled each time.
void TcpEndpoint::SendSyn() {
  if (syns_ == config_.syn_tries) return Fail(ErrorCode::kConnectTimeout, "no answer");
  owes_syn_ = true;
  syn_again_at_ = now_ + TimeDelta::Seconds(std::int64_t{1} << syns_);
  ++syns_;
}

void TcpEndpoint::Fail(ErrorCode code, const char* detail) {
  state_ = State::kClosed;
  sender_.Drop();
  event_ = Failed{{code, detail}};
}

std::optional<Packet> TcpEndpoint::NextPacket() {
  TcpSegment out;
  out.sent_at = now_;
  if (std::exchange(owes_reset_, false)) {
    out.flags = TcpSegment::kReset;
    return Packet{Encode(out)};
  }
  const bool may_send_syn = state_ == State::kConnecting || state_ == State::kOpen;
  if (may_send_syn && std::exchange(owes_syn_, false)) return Packet{Encode(SynSegment())};
  if (state_ != State::kOpen) return std::nullopt;
  const auto next = sender_.Next(now_);
  if (!next && !receiver_.wants_ack() && !std::exchange(owes_ack_, false)) return std::nullopt;
  receiver_.Fill(out);
  owes_ack_ = false;
  if (!next) return Packet{Encode(out)};
  out.seq = next->seq;
  out.payload = next->payload;
  if (next->is_fin) out.flags |= TcpSegment::kFin;
  if (next->is_probe) out.flags |= TcpSegment::kProbe;
  if (next->tells_reduction) out.flags |= TcpSegment::kCwr;
  Packet packet{Encode(out)};
  packet.ecn = next->ecn;
  return packet;
}

// RFC 3168 section 6.1.1: a SYN asks for ECN with ECE and CWR, its answer agrees with ECE alone.
// Section 6.1.1.1: what is not answered is retried without, as a firewall may have dropped it.
TcpSegment TcpEndpoint::SynSegment() {
  TcpSegment out;
  out.sent_at = now_;
  if (state_ == State::kOpen) {
    receiver_.Fill(out);
    out.flags |= TcpSegment::kSyn;
    if (sender_.has_ecn()) out.flags |= TcpSegment::kEce;
    out.echo = syn_stamp_;
    return out;
  }
  out.flags = TcpSegment::kSyn;
  if (config_.ecn == TcpConfig::EcnUse::kAsks && syns_ == 1) {
    out.flags |= TcpSegment::kEce | TcpSegment::kCwr;
  }
  return out;
}

}  // namespace onair::twin
