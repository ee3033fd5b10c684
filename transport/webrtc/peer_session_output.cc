// SPDX-License-Identifier: Apache-2.0
//
// What a peer session answers: the outputs of its parts, and what one part tells another.
#include <algorithm>
#include <utility>

#include "core/machine/timer_table.h"
#include "transport/webrtc/peer_session.h"

namespace onair::webrtc {
namespace {

rtp::SrtpKey KeyOf(const dtls::SrtpSecret& secret, dtls::SrtpProfile profile) {
  rtp::SrtpKey key;
  // Both enumerations have RFC 5764's numbers.
  key.suite = static_cast<rtp::SrtpSuite>(profile);
  key.key = secret.key;
  std::copy_n(secret.salt.begin(), secret.salt_bytes, key.salt.begin());
  return key;
}

}  // namespace

DatagramOutput<PeerSession::Event> PeerSession::Poll() {
  for (;;) {
    // A goodbye leaves before it is told that all is over: nobody asks for more after that.
    if (!is_closed_ && !out_.empty()) return TakeEvent();
    bool is_rtp_idle = true;
    bool is_dtls_idle = true;
    bool is_ice_idle = true;
    bool is_channels_idle = true;
    // RTP first: what it received lies in a buffer that the next datagram takes.
    if (rtp_) {
      if (const auto sent = PollRtp(is_rtp_idle)) return *sent;
      if (!is_rtp_idle) continue;
    }
    // One packet at a time, which leaves with the next line: DTLS has room for a few only.
    if (channels_) PollChannels(is_channels_idle);
    if (const auto sent = PollDtls(is_dtls_idle)) return *sent;
    if (!is_dtls_idle || !is_channels_idle) continue;
    if (auto sent = PollIce(is_ice_idle)) return std::move(*sent);
    if (!is_ice_idle) continue;
    if (is_closed_ && ice_.state() != ice::Agent::State::kClosed) {
      ice_.Close(now_);  // Gives relays back, after what went by them.
      continue;
    }
    if (!out_.empty()) return TakeEvent();
    return is_closed_ ? Idle{} : Wake();
  }
}

PeerSession::Event PeerSession::TakeEvent() {
  Event first = std::move(out_.front());
  out_.pop_front();
  return first;
}

std::optional<DatagramOutput<PeerSession::Event>> PeerSession::PollIce(bool& is_idle) {
  auto said = ice_.Poll();
  is_idle = std::holds_alternative<Idle>(said);
  if (is_idle) ice_idle_ = std::get<Idle>(said);
  if (const auto* transmit = std::get_if<DatagramTransmit>(&said)) {
    ++stats_.datagrams_out;
    return *transmit;
  }
  auto* event = std::get_if<ice::Agent::Event>(&said);
  if (event == nullptr) return std::nullopt;
  // Borrowed from ICE: it goes on without a stop, a goodbye's too.
  if (const auto* bytes = std::get_if<StreamBytes>(event)) return Event(*bytes);
  OnIce(std::move(*event));
  return std::nullopt;
}

// Without a path DTLS keeps what it would say: a first flight that was lost costs a second. A full
// peer hears the other's before its own check is answered.
std::optional<DatagramTransmit> PeerSession::PollDtls(bool& is_idle) {
  if (!path_) {
    dtls_idle_ = {};
    return std::nullopt;
  }
  auto said = dtls_.Poll();
  is_idle = std::holds_alternative<Idle>(said);
  if (is_idle) dtls_idle_ = std::get<Idle>(said);
  if (const auto* outgoing = std::get_if<dtls::Association::Outgoing>(&said)) {
    return SendBySelected(outgoing->bytes);
  }
  if (auto* event = std::get_if<dtls::Association::Event>(&said)) OnDtls(std::move(*event));
  return std::nullopt;
}

std::optional<DatagramTransmit> PeerSession::PollRtp(bool& is_idle) {
  auto said = rtp_->Poll();
  is_idle = std::holds_alternative<Idle>(said);
  if (is_idle) rtp_idle_ = std::get<Idle>(said);
  if (const auto intake = sender_->TakeIntake(*rtp_)) out_.emplace_back(IntakeWanted{*intake});
  if (const auto* packet = std::get_if<rtp::Transport::Protected>(&said)) {
    return SendBySelected(packet->bytes);
  }
  if (auto* event = std::get_if<rtp::Transport::Event>(&said)) OnRtp(std::move(*event));
  return std::nullopt;
}

void PeerSession::PollChannels(bool& is_idle) {
  auto said = channels_->Poll();
  is_idle = std::holds_alternative<Idle>(said);
  if (is_idle) channels_idle_ = std::get<Idle>(said);
  if (const auto* outgoing = std::get_if<DataChannels::Outgoing>(&said)) {
    dtls_.Write(outgoing->bytes, now_);
  } else if (auto* event = std::get_if<DataChannels::Event>(&said); event && !is_closed_) {
    std::visit([this](auto& value) { out_.emplace_back(std::move(value)); }, *event);
  }
}

// Nothing to send at once: there is no path, or the relay's framing comes out of ICE.
std::optional<DatagramTransmit> PeerSession::SendBySelected(ByteView bytes) {
  if (!path_) {
    ++stats_.without_path;
    return std::nullopt;
  }
  if (path_->is_relayed) {
    if (!ice_.Send(bytes, now_)) ++stats_.without_path;
    return std::nullopt;
  }
  ++stats_.datagrams_out;
  return DatagramTransmit{bytes, {path_->base, path_->path.remote}, Ecn::kNotEct};
}

void PeerSession::OnIce(ice::Agent::Event&& event) {
  using Agent = ice::Agent;
  if (is_closed_) return;
  if (auto* local = std::get_if<Agent::LocalCandidate>(&event)) {
    out_.emplace_back(LocalCandidate{std::move(local->candidate)});
  } else if (std::holds_alternative<Agent::GatheringDone>(event)) {
    out_.emplace_back(GatheringDone{});
  } else if (auto* selected = std::get_if<Agent::SelectedPathChanged>(&event)) {
    path_ = selected->path;
    for (const ice::PathReport& report : ice_.paths()) {
      if (report.is_selected && report.rtt) dtls_.HandleRtt(*report.rtt, now_);
    }
    StartDtls();
  } else if (const auto* changed = std::get_if<Agent::StateChanged>(&event)) {
    const bool works = changed->state == Agent::State::kConnected;
    const bool is_quiet = changed->state == Agent::State::kDisconnected;
    if (works) out_.emplace_back(PathStateChanged{PathState::kWorks});
    if (is_quiet) out_.emplace_back(PathStateChanged{PathState::kQuiet});
  } else if (const auto* data = std::get_if<Agent::Data>(&event)) {
    HandleInner(data->bytes);
  } else if (auto* wanted = std::get_if<StreamWanted>(&event)) {
    out_.emplace_back(std::move(*wanted));
  } else if (const auto* lost = std::get_if<Agent::RelayLost>(&event)) {
    relay_error_ = lost->error;
  } else if (const auto* failed = std::get_if<Agent::Failed>(&event)) {
    End(failed->error);
  }
}

void PeerSession::OnDtls(dtls::Association::Event&& event) {
  if (is_closed_) return;
  if (const auto* connected = std::get_if<dtls::Association::Connected>(&event)) {
    OnSecured(*connected);
  } else if (const auto* data = std::get_if<dtls::Association::ApplicationData>(&event)) {
    if (!channels_) {
      ++stats_.datagrams_strange;
    } else {
      channels_->HandleDatagram(data->bytes, now_);
    }
  } else if (const auto* closed = std::get_if<dtls::Association::Closed>(&event)) {
    End(closed->error);
  }
}

void PeerSession::OnSecured(const dtls::Association::Connected& connected) {
  if (has_media_) {
    if (!connected.srtp) return End({ErrorCode::kDtlsNoSrtpProfile, "no keys for SRTP"});
    const auto profile = connected.srtp->profile;
    const Status set = rtp_->SetKeys(KeyOf(connected.srtp->local, profile),
                                     KeyOf(connected.srtp->remote, profile));
    if (!set) return End(set.error());
  }
  is_connected_ = true;
  out_.emplace_back(Connected{});
  StartChannels();
}

void PeerSession::StartChannels() {
  if (!data_) return;
  constexpr std::uint64_t kMostMessage = 1024 * 1024;
  DataChannelsConfig config{.role = begins_dtls_ ? dtls::Role::kActive : dtls::Role::kPassive};
  config.local_port = static_cast<std::uint16_t>(*config_.data_port);
  config.remote_port = static_cast<std::uint16_t>(data_->peer_port);
  const std::uint64_t most =
      data_->max_message_bytes == 0 ? kMostMessage : data_->max_message_bytes;
  config.peer_max_message_bytes = static_cast<std::size_t>(std::min(most, kMostMessage));
  config.max_message_bytes = static_cast<std::size_t>(
      std::clamp<std::uint64_t>(config_.max_message_bytes, 1024, kMostMessage));
  auto made = DataChannels::Create(config, now_);
  if (!made) {
    out_.emplace_back(ChannelsDown{made.error()});
  } else {
    channels_.emplace(std::move(*made));
  }
}

void PeerSession::OnRtp(rtp::Transport::Event&& event) {
  using Transport = rtp::Transport;
  if (is_closed_) return;
  if (const auto* packet = std::get_if<Transport::PacketReceived>(&event)) {
    receiver_->HandlePacket(*packet, *rtp_, now_);
    TakeReceived();
  } else if (const auto* stream = std::get_if<Transport::StreamAppeared>(&event)) {
    receiver_->HandleStream(*stream, *rtp_, now_);
  } else if (const auto* ended = std::get_if<Transport::StreamEnded>(&event)) {
    receiver_->HandleStreamEnd(*ended);
  } else if (const auto* report = std::get_if<Transport::SenderReported>(&event)) {
    receiver_->HandleSenderReport(*report);
  } else if (const auto* feedback = std::get_if<Transport::FeedbackReady>(&event)) {
    out_.emplace_back(Feedback{feedback->report});
  } else if (const auto* told = std::get_if<Transport::ReceiverReported>(&event)) {
    if (!sender_->IsMeasured(told->ssrc)) return;
    TellReception({.at = now_, .loss = told->fraction_lost, .rtt = rtp_->measured_rtt()});
  } else if (const auto* estimate = std::get_if<Transport::EstimateReceived>(&event)) {
    TellReception({.at = now_, .most = estimate->rate});
  } else if (const auto* wanted = std::get_if<Transport::KeyFrameWanted>(&event)) {
    if (sender_->IsOurVideo(wanted->ssrc)) out_.emplace_back(KeyFrameWanted{});
  }
}

void PeerSession::TellReception(cc::ReceptionReport report) {
  if (!tells_packets_) out_.emplace_back(Reception{report});
}

void PeerSession::TakeReceived() {
  while (auto event = receiver_->Poll()) {
    std::visit([this](auto& value) { out_.emplace_back(std::move(value)); }, *event);
  }
}

void PeerSession::End(const Error& error) {
  if (is_closed_) return;
  is_closed_ = true;
  out_.clear();
  out_.emplace_back(Closed{error});
}

Idle PeerSession::Wake() const {
  Idle wake = Earlier(ice_idle_, dtls_idle_);
  if (rtp_) wake = Earlier(wake, rtp_idle_);
  if (channels_) wake = Earlier(wake, channels_idle_);
  if (receiver_) wake = Earlier(wake, Idle{receiver_->wake_at(), "webrtc.assemble"});
  return wake;
}

}  // namespace onair::webrtc
