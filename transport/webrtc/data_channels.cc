// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/data_channels.h"

#include <algorithm>
#include <utility>

#include "transport/webrtc/dcep.h"

namespace onair::webrtc {
namespace {

constexpr std::size_t kMaxMessageBytes = 1024 * 1024;
// The longest message, and something behind it.
constexpr std::size_t kSendBufferBytes = 2 * kMaxMessageBytes;
// What a peer may have under way to us. Parts of longer messages are taken as they come.
constexpr std::size_t kReceiveBufferBytes = 512 * 1024;
// usrsctp tells no deadline, so it is asked every tick while it has one: while data is on its
// way, and this long after a packet came, for its delayed acknowledgement and what that leads to.
constexpr TimeDelta kBusyAfterPacket = TimeDelta::Millis(300);

std::uint16_t StreamsFor(std::size_t channels) {
  return static_cast<std::uint16_t>(2 * channels);  // One end may open all of them.
}

}  // namespace

Status DataChannelsConfig::Validate() const {
  if (local_port == 0 || remote_port == 0) {
    return Fail(ErrorCode::kInvalidConfig, "local_port or remote_port is 0");
  }
  if (peer_max_message_bytes == 0 || peer_max_message_bytes > kMaxMessageBytes) {
    return Fail(ErrorCode::kInvalidConfig, "peer_max_message_bytes is not in [1 B, 1 MiB]");
  }
  if (max_message_bytes < 1024 || max_message_bytes > kMaxMessageBytes) {
    return Fail(ErrorCode::kInvalidConfig, "max_message_bytes is not in [1 KiB, 1 MiB]");
  }
  if (max_channels == 0 || max_channels > 512) {
    return Fail(ErrorCode::kInvalidConfig, "max_channels is not in [1, 512]");
  }
  return {};
}

Result<DataChannels> DataChannels::Create(const DataChannelsConfig& config, Timestamp now) {
  if (auto status = config.Validate(); !status) return Forward(status);
  auto sctp = SctpSocket::Connect({.local_port = config.local_port,
                                   .remote_port = config.remote_port,
                                   .streams = StreamsFor(config.max_channels),
                                   .packet_bytes = kPacketBytes,
                                   .send_buffer_bytes = kSendBufferBytes,
                                   .receive_buffer_bytes = kReceiveBufferBytes},
                                  now);
  if (!sctp) return Forward(sctp);
  return DataChannels(config, std::move(*sctp), now);
}

DataChannels::DataChannels(const DataChannelsConfig& config, SctpSocket sctp, Timestamp now)
    : config_(config), sctp_(std::move(sctp)), now_(now), busy_until_(now) {}

void DataChannels::HandleDatagram(ByteView packet, Timestamp now) {
  now_ = std::max(now_, now);
  if (state_ == State::kOver) return;
  busy_until_ = now_ + kBusyAfterPacket;
  sctp_.HandlePacket(packet, now_);
  TakeArrivals();
}

void DataChannels::HandleTimeout(Timestamp now) {
  See(now);
}

// Time has passed, and with it whatever usrsctp's timers did.
void DataChannels::See(Timestamp now) {
  now_ = std::max(now_, now);
  if (state_ == State::kOver) return;
  sctp_.HandleTime(now_);
  TakeArrivals();
}

void DataChannels::TakeArrivals() {
  SctpArrival arrival{};
  while (state_ != State::kOver && sctp_.TakeArrival(arrival)) {
    switch (arrival.kind) {
      case SctpArrival::Kind::kMessagePart:
        TakePart(std::move(arrival));
        break;
      case SctpArrival::Kind::kUp:
        state_ = State::kUp;
        events_.emplace_back(Up{});
        break;
      case SctpArrival::Kind::kDown:
        return End({ErrorCode::kConnectionLost, "SCTP: the association was lost", 0});
      case SctpArrival::Kind::kPeerReset:
      case SctpArrival::Kind::kOwnReset:
        TakeReset(arrival);
        break;
    }
  }
  PayDebts();
}

void DataChannels::TakePart(SctpArrival part) {
  // RFC 3758 section 3.6: the peer may give a message up that we have the beginning of.
  if (partial_ && partial_->first_tsn != part.first_tsn) {
    ++stats_.messages_refused;
    partial_.reset();
  }
  if (!partial_) partial_.emplace(Partial{part.first_tsn});
  const std::size_t length = partial_->bytes.size() + part.bytes.size();
  if (length > config_.max_message_bytes) partial_->is_too_long = true;
  if (partial_->is_too_long) {
    partial_->bytes = {};
  } else if (partial_->bytes.empty()) {
    partial_->bytes = std::move(part.bytes);
  } else {
    partial_->bytes.insert(partial_->bytes.end(), part.bytes.begin(), part.bytes.end());
  }
  if (!part.is_last) return;
  Partial whole = *std::exchange(partial_, std::nullopt);
  if (whole.is_too_long) {
    ++stats_.messages_refused;
  } else {
    TakeMessage(part.stream, static_cast<Ppid>(part.ppid), std::move(whole.bytes));
  }
}

void DataChannels::TakeMessage(std::uint16_t stream, Ppid ppid, Bytes bytes) {
  if (ppid == Ppid::kDcep) return TakeDcep(stream, bytes);
  const bool is_known = ppid == Ppid::kString || ppid == Ppid::kBinary ||
                        ppid == Ppid::kStringEmpty || ppid == Ppid::kBinaryEmpty;
  if (!is_known || !channels_.contains(stream)) {
    ++stats_.messages_refused;
    return;
  }
  const bool is_text = ppid == Ppid::kString || ppid == Ppid::kStringEmpty;
  // RFC 8831 section 6.6: SCTP has no empty messages, so their one byte is "ignored".
  if (ppid == Ppid::kStringEmpty || ppid == Ppid::kBinaryEmpty) bytes.clear();
  ++stats_.messages_received;
  events_.emplace_back(Message{
      ChannelId{stream}, is_text ? MessageKind::kText : MessageKind::kBinary, std::move(bytes)});
}

void DataChannels::TakeDcep(std::uint16_t stream, ByteView message) {
  if (!IsChannelAck(message)) return TakeOpen(stream, message);
  const auto found = channels_.find(stream);
  if (found == channels_.end() || std::exchange(found->second.is_opened, true)) return;
  events_.emplace_back(Opened{ChannelId{stream}, found->second.config});
}

void DataChannels::TakeOpen(std::uint16_t stream, ByteView message) {
  const std::uint16_t of_peer = config_.role == dtls::Role::kActive ? 1 : 0;
  auto config = ReadChannelOpen(message);
  if (!config || stream % 2 != of_peer || channels_.contains(stream) ||
      channels_.size() >= config_.max_channels) {
    return RefuseChannel(stream);
  }
  events_.emplace_back(Opened{ChannelId{stream}, *config});
  channels_.emplace(stream,
                    Channel{.config = std::move(*config), .is_opened = true, .owes_ack = true});
}

// One that exists keeps its place; another is shown that we will not speak on it.
void DataChannels::RefuseChannel(std::uint16_t stream) {
  ++stats_.channels_refused;
  if (!channels_.contains(stream)) static_cast<void>(sctp_.ResetStream(stream));
}

void DataChannels::TakeReset(const SctpArrival& reset) {
  const auto found = channels_.find(reset.stream);
  if (found == channels_.end()) return;
  if (reset.kind == SctpArrival::Kind::kOwnReset) {
    found->second.is_reset = true;
    found->second.awaits_reset = false;
  } else {
    // RFC 8831 section 6.7: "the other side MUST also reset its outgoing stream".
    found->second.owes_reset |= !found->second.awaits_reset && !found->second.is_reset;
    found->second.is_peer_reset = true;
  }
  DropClosed();
}

void DataChannels::DropClosed() {
  for (auto at = channels_.begin(); at != channels_.end();) {
    if (at->second.is_reset && at->second.is_peer_reset) {
      events_.emplace_back(ChannelClosed{ChannelId{at->first}});
      at = channels_.erase(at);
    } else {
      ++at;
    }
  }
}

bool DataChannels::Pay(std::uint16_t stream, bool& owes, const Bytes& message) {
  const auto sent = sctp_.Send(
      {.stream = stream, .ppid = static_cast<std::uint32_t>(Ppid::kDcep), .bytes = message});
  // Whatever else it says than "later" it will say again.
  owes = !sent && sent.error().code == ErrorCode::kLimit;
  return sent.has_value();
}

void DataChannels::PayDebts() {
  if (state_ != State::kUp) return;
  for (auto& [stream, channel] : channels_) {
    if (channel.owes_ack) Pay(stream, channel.owes_ack, WriteChannelAck());
    if (channel.owes_open && !Pay(stream, channel.owes_open, WriteChannelOpen(channel.config)) &&
        !channel.owes_open) {
      channel.is_reset = channel.is_peer_reset = true;  // The peer has no such stream.
    }
    if (channel.owes_reset && !channel.owes_open) PayReset(stream, channel);
  }
  DropClosed();
}

void DataChannels::PayReset(std::uint16_t stream, Channel& channel) {
  const SctpSocket::Reset reset = sctp_.ResetStream(stream);
  channel.owes_reset = reset == SctpSocket::Reset::kLater;
  channel.awaits_reset = reset == SctpSocket::Reset::kBegun;
  // The peer will never be told: the channel ends here alone.
  if (reset == SctpSocket::Reset::kImpossible) channel.is_reset = channel.is_peer_reset = true;
}

Result<ChannelId> DataChannels::Open(const ChannelConfig& config, Timestamp now) {
  if (auto status = config.Validate(); !status) return Forward(status);
  See(now);
  if (state_ == State::kOver) return Fail(ErrorCode::kInvalidState, "SCTP: it is over");
  if (channels_.size() >= config_.max_channels) {
    return Fail(ErrorCode::kLimit, "as many data channels as allowed are open");
  }
  std::uint16_t stream = config_.role == dtls::Role::kActive ? 0 : 1;
  while (channels_.contains(stream)) stream = static_cast<std::uint16_t>(stream + 2);
  channels_.emplace(stream, Channel{.config = config, .owes_open = true});
  PayDebts();
  return ChannelId{stream};
}

Status DataChannels::Send(ChannelId id, MessageKind kind, ByteView message, Timestamp now) {
  See(now);
  const auto stream = static_cast<std::uint16_t>(id);
  const auto found = channels_.find(stream);
  if (state_ != State::kUp || found == channels_.end() || found->second.owes_open ||
      found->second.owes_reset || found->second.awaits_reset || found->second.is_reset) {
    return Fail(ErrorCode::kInvalidState, "the data channel is not open");
  }
  if (message.size() > config_.peer_max_message_bytes) {
    return Fail(ErrorCode::kLimit, "the message is longer than the peer takes");
  }
  const Channel& channel = found->second;
  constexpr std::uint8_t kNothing = 0;
  const bool is_text = kind == MessageKind::kText;
  const Ppid ppid = message.empty() ? (is_text ? Ppid::kStringEmpty : Ppid::kBinaryEmpty)
                                    : (is_text ? Ppid::kString : Ppid::kBinary);
  // RFC 8832 section 6: until the peer knows the channel, "all messages … ordered".
  const auto status =
      sctp_.Send({.stream = stream,
                  .ppid = static_cast<std::uint32_t>(ppid),
                  .bytes = message.empty() ? ByteView(&kNothing, 1) : message,
                  .order = channel.is_opened ? channel.config.order : ChannelOrder::kOrdered,
                  .max_retransmits = channel.config.max_retransmits,
                  .max_lifetime = channel.config.max_lifetime});
  if (status) ++stats_.messages_sent;
  return status;
}

void DataChannels::CloseChannel(ChannelId id, Timestamp now) {
  See(now);
  const auto found = channels_.find(static_cast<std::uint16_t>(id));
  if (found == channels_.end() || found->second.awaits_reset || found->second.is_reset) {
    return;
  }
  found->second.owes_reset = true;
  if (state_ == State::kConnecting) {  // The peer has never heard of it.
    found->second.is_reset = found->second.is_peer_reset = true;
    return DropClosed();
  }
  PayDebts();
}

void DataChannels::Close(Timestamp now) {
  now_ = std::max(now_, now);
  if (state_ == State::kOver) return;
  state_ = State::kOver;
  sctp_.Abort();
  channels_.clear();
  events_.clear();
}

void DataChannels::End(Error error) {
  state_ = State::kOver;
  channels_.clear();
  partial_.reset();
  events_.emplace_back(Down{std::move(error)});
}

DataChannels::Output DataChannels::Poll() {
  if (sctp_.TakePacket(leaving_)) return Outgoing{leaving_};
  if (!events_.empty()) {
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
  }
  return Deadline();
}

Idle DataChannels::Deadline() const {
  if (state_ == State::kOver) return {};
  const bool owes = std::any_of(channels_.begin(), channels_.end(), [](const auto& entry) {
    const Channel& c = entry.second;
    return c.owes_open || c.owes_ack || c.owes_reset || c.awaits_reset;
  });
  const bool is_busy =
      state_ == State::kConnecting || owes || now_ < busy_until_ || sctp_.has_unacknowledged();
  return is_busy ? Idle{now_ + SctpSocket::kTick, "sctp.tick"} : Idle{};
}

DataChannelsStats DataChannels::stats() const {
  DataChannelsStats stats = stats_;
  stats.packets_dropped = sctp_.packets_dropped();
  return stats;
}

}  // namespace onair::webrtc
