// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/turn_client.h"

#include <algorithm>
#include <utility>

#include "core/base/byte_reader.h"

namespace onair::ice {
namespace {

// RFC 8656 section 7.1: IANA's number of UDP, in the first byte.
constexpr std::uint32_t kRequestUdp = 17U << 24;

constexpr std::size_t kChannelHeader = 4;

}  // namespace

Status TurnConfig::Validate() const {
  const auto invalid = [](const char* field) {
    return onair::Fail(ErrorCode::kInvalidConfig, field);
  };
  if (path.remote.port == 0 || path.remote.ip.is_any()) return invalid("turn.server");
  if (username.empty() || username.size() > 508) return invalid("turn.username");
  if (password.size() > 1024) return invalid("turn.password");
  if (rto < TimeDelta::Millis(50) || rto > TimeDelta::Seconds(3)) return invalid("turn.rto");
  return {};
}

TurnClient::TurnClient(const TurnConfig& config, Rng rng, Timestamp now)
    : config_(config), ids_(AsBytes(config.password), rng), now_(now) {
  SendAllocate(now);
}

// --- What the world says.

void TurnClient::HandleDatagram(const Datagram& in, Timestamp now) {
  now_ = std::max(now_, now);
  if (state_ == State::kClosed) return;
  if (const auto data = Unwrap(in)) {
    inbox_.assign(data->bytes.begin(), data->bytes.end());
    events_.Push(Data{data->peer, inbox_});
    return;
  }
  const auto message = StunMessage::Parse(in.bytes);
  const bool is_answer =
      message && in.path.remote == config_.path.remote &&
      (message->kind() == StunClass::kSuccess || message->kind() == StunClass::kError);
  if (!is_answer) {
    ++ignored_;
    return;
  }
  OnResponse(*message, now_);
}

std::optional<TurnClient::Data> TurnClient::Unwrap(const Datagram& in) const {
  if (state_ != State::kAllocated || in.path.remote != config_.path.remote) return std::nullopt;
  if (LooksLikeChannelData(in.bytes)) {
    ByteReader reader(in.bytes);
    const SocketAddress* peer = FindByChannel(reader.U16());
    // RFC 8656 section 12.5: over UDP the padding is optional, so more may follow.
    const ByteView inside = reader.Take(reader.U16());
    if (peer == nullptr || !reader.ok()) return std::nullopt;
    return Data{*peer, inside};
  }
  if (!LooksLikeStun(in.bytes)) return std::nullopt;
  const auto message = StunMessage::Parse(in.bytes);
  if (!message || message->kind() != StunClass::kIndication ||
      message->method() != StunMethod::kData) {
    return std::nullopt;
  }
  const auto peer = message->Address(StunAttribute::kXorPeerAddress);
  const auto inside = message->Find(StunAttribute::kData);
  if (!peer || !inside) return std::nullopt;
  return Data{*peer, *inside};
}

void TurnClient::HandleTimeout(Timestamp now) {
  now_ = std::max(now_, now);
  if (state_ == State::kClosed) return;
  RunControl(now_);
  // By index: a refused peer stays in the list.
  for (std::size_t i = 0; i < peers_.size() && state_ == State::kAllocated; ++i) {
    RunPeer(peers_[i], now_);
  }
}

void TurnClient::RunControl(Timestamp now) {
  const bool is_allocating = state_ == State::kAllocating;
  switch (control_.TakeDue(now)) {
    case Retransmit::Due::kNothing:
      break;
    case Retransmit::Due::kSend:
      is_allocating ? SendAllocate(now) : SendRefresh(kLifetimeSeconds, now);
      break;
    case Retransmit::Due::kGiveUp:
      return Fail(ErrorCode::kTimeout, "the TURN server does not answer", 0);
  }
  if (now >= refresh_at_) {
    refresh_at_ = Timestamp::PlusInfinity();
    SendRefresh(kLifetimeSeconds, now);
  }
}

void TurnClient::RunPeer(TurnPeer& peer, Timestamp now) {
  switch (peer.permission.TakeDue(now)) {
    case Retransmit::Due::kNothing:
      break;
    case Retransmit::Due::kSend:
      SendPermission(peer, now);
      break;
    case Retransmit::Due::kGiveUp:
      Refuse(peer, 0);
      break;
  }
  switch (peer.binding.TakeDue(now)) {
    case Retransmit::Due::kNothing:
      break;
    case Retransmit::Due::kSend:
      SendChannelBind(peer, now);
      break;
    case Retransmit::Due::kGiveUp:
      peer.is_bound = false;
      break;
  }
  if (now >= peer.permit_again_at) {
    peer.permit_again_at = Timestamp::PlusInfinity();
    SendPermission(peer, now);
  }
  if (now >= peer.bind_again_at) {
    peer.bind_again_at = Timestamp::PlusInfinity();
    SendChannelBind(peer, now);
  }
}

// --- Requests. One that still runs is a retransmission and keeps its id.

Carrier TurnClient::carrier() const {
  return config_.transport == TurnTransport::kUdp ? Carrier::kDatagrams : Carrier::kStream;
}

void TurnClient::SendAllocate(Timestamp now) {
  if (!control_.is_running()) control_.Start(ids_.Next(), config_.rto, carrier(), now);
  StunWriter writer(outbox_.Reserve(), StunMethod::kAllocate, StunClass::kRequest, control_.id());
  writer.U32(StunAttribute::kRequestedTransport, kRequestUdp);
  // RFC 8656 section 18.8: 1 is IPv4, 2 is IPv6; absent means IPv4.
  if (config_.relayed_family == IpAddress::Family::kV6) {
    writer.U32(StunAttribute::kRequestedAddressFamily, 2U << 24);
  }
  writer.U32(StunAttribute::kLifetime, kLifetimeSeconds);
  Authenticate(writer);
  Commit(writer);
}

void TurnClient::SendRefresh(std::uint32_t lifetime_seconds, Timestamp now) {
  if (!control_.is_running()) control_.Start(ids_.Next(), config_.rto, carrier(), now);
  StunWriter writer(outbox_.Reserve(), StunMethod::kRefresh, StunClass::kRequest, control_.id());
  writer.U32(StunAttribute::kLifetime, lifetime_seconds);
  Authenticate(writer);
  Commit(writer);
}

void TurnClient::SendPermission(TurnPeer& peer, Timestamp now) {
  if (!peer.permission.is_running()) {
    peer.permission.Start(ids_.Next(), config_.rto, carrier(), now);
  }
  StunWriter writer(outbox_.Reserve(), StunMethod::kCreatePermission, StunClass::kRequest,
                    peer.permission.id());
  writer.XorAddress(StunAttribute::kXorPeerAddress, peer.address);
  Authenticate(writer);
  Commit(writer);
}

void TurnClient::SendChannelBind(TurnPeer& peer, Timestamp now) {
  if (!peer.binding.is_running()) peer.binding.Start(ids_.Next(), config_.rto, carrier(), now);
  StunWriter writer(outbox_.Reserve(), StunMethod::kChannelBind, StunClass::kRequest,
                    peer.binding.id());
  writer.U32(StunAttribute::kChannelNumber, std::uint32_t{peer.channel} << 16);
  writer.XorAddress(StunAttribute::kXorPeerAddress, peer.address);
  Authenticate(writer);
  Commit(writer);
}

void TurnClient::Authenticate(StunWriter& writer) {
  if (!key_) return;
  writer.Text(StunAttribute::kUsername, config_.username);
  writer.Text(StunAttribute::kRealm, realm_).Text(StunAttribute::kNonce, nonce_);
  writer.Integrity(*key_);
}

void TurnClient::Commit(StunWriter& writer) {
  outbox_.Commit(writer.Finish(), config_.path);
}

// --- What the application says.

Status TurnClient::Permit(const SocketAddress& peer, Timestamp now) {
  now_ = std::max(now_, now);
  if (state_ != State::kAllocated) return onair::Fail(ErrorCode::kInvalidState, "no allocation");
  if (Find(peer) != nullptr) return {};
  if (peers_.size() == kMaxPeers) return onair::Fail(ErrorCode::kLimit, "TURN peers");
  peers_.push_back({.address = peer, .channel = TakeFormerChannel(peer)});
  SendPermission(peers_.back(), now_);
  return {};
}

Status TurnClient::Send(const SocketAddress& peer, ByteView bytes, Timestamp now) {
  if (bytes.size() > kMaxDatagramBytes) return onair::Fail(ErrorCode::kLimit, "TURN datagram");
  if (const Status permitted = Permit(peer, now); !permitted) return Forward(permitted);
  const auto room = outbox_.Reserve();
  if (room.empty()) return {};
  const TurnPeer& known = *Find(peer);
  if (!known.is_bound) {
    StunWriter writer(room, StunMethod::kSend, StunClass::kIndication, ids_.Next());
    writer.XorAddress(StunAttribute::kXorPeerAddress, peer).Raw(StunAttribute::kData, bytes);
    Commit(writer);
    return {};
  }
  room[0] = static_cast<std::uint8_t>(known.channel >> 8);
  room[1] = static_cast<std::uint8_t>(known.channel);
  room[2] = static_cast<std::uint8_t>(bytes.size() >> 8);
  room[3] = static_cast<std::uint8_t>(bytes.size());
  std::ranges::copy(bytes, room.begin() + kChannelHeader);
  std::size_t size = kChannelHeader + bytes.size();
  // RFC 8656 section 12.5: "Over TCP and TLS-over-TCP, the ChannelData message MUST be padded".
  while (carrier() == Carrier::kStream && size % 4 != 0) room[size++] = 0;
  outbox_.Commit(ByteView(room).first(size), config_.path);
  return {};
}

Status TurnClient::BindChannel(const SocketAddress& peer, Timestamp now) {
  if (const Status permitted = Permit(peer, now); !permitted) return Forward(permitted);
  TurnPeer& known = *Find(peer);
  if (known.is_bound || known.binding.is_running()) return {};
  if (known.channel == 0) {
    if (next_channel_ > kLastChannel) return onair::Fail(ErrorCode::kLimit, "TURN channels");
    known.channel = next_channel_++;
  }
  SendChannelBind(known, now_);
  return {};
}

void TurnClient::Forget(const SocketAddress& peer) {
  const TurnPeer* known = Find(peer);
  if (known == nullptr) return;
  if (known->channel != 0) {
    if (former_peers_.size() == kMaxFormerPeers) former_peers_.erase(former_peers_.begin());
    former_peers_.push_back({peer, known->channel});
  }
  std::erase_if(peers_, [&](const TurnPeer& one) { return one.address == peer; });
}

std::uint16_t TurnClient::TakeFormerChannel(const SocketAddress& peer) {
  const auto at = std::ranges::find(former_peers_, peer, &FormerPeer::address);
  if (at == former_peers_.end()) return 0;
  const std::uint16_t channel = at->channel;
  former_peers_.erase(at);
  return channel;
}

void TurnClient::Close(Timestamp now) {
  now_ = std::max(now_, now);
  if (state_ == State::kClosed) return;
  events_.Clear();
  outbox_.Clear();
  control_.Stop();
  if (state_ == State::kAllocated) SendRefresh(0, now_);
  control_.Stop();
  state_ = State::kClosed;
}

// --- Output.

DatagramOutput<TurnClient::Event> TurnClient::Poll() {
  if (auto transmit = outbox_.Pop()) return *transmit;
  if (auto event = events_.Pop()) return std::move(*event);
  return Wake();
}

Idle TurnClient::Wake() const {
  if (state_ == State::kClosed) return {};
  Idle wake{control_.deadline(), "turn.answer"};
  const auto sooner = [&](Timestamp at, std::string_view name) {
    if (at < wake.wake_at) wake = {at, name};
  };
  sooner(refresh_at_, "turn.refresh");
  for (const TurnPeer& peer : peers_) {
    sooner(peer.permission.deadline(), "turn.answer");
    sooner(peer.binding.deadline(), "turn.answer");
    sooner(peer.permit_again_at, "turn.permission");
    sooner(peer.bind_again_at, "turn.channel");
  }
  return wake.wake_at.is_finite() ? wake : Idle{};
}

TurnPeer* TurnClient::Find(const SocketAddress& peer) {
  const auto at = std::ranges::find(peers_, peer, &TurnPeer::address);
  return at == peers_.end() ? nullptr : &*at;
}

const SocketAddress* TurnClient::FindByChannel(std::uint16_t number) const {
  const auto at = std::ranges::find(peers_, number, &TurnPeer::channel);
  if (at != peers_.end()) return &at->address;
  const auto former = std::ranges::find(former_peers_, number, &FormerPeer::channel);
  return former == former_peers_.end() ? nullptr : &former->address;
}

}  // namespace onair::ice
