// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/peer_session.h"

#include <algorithm>
#include <utility>

#include "core/machine/timer_table.h"
#include "core/machine/trace.h"

namespace onair::webrtc {
namespace {

// RFC 7983 section 7, by the first byte.
enum class Protocol { kStun, kDtls, kTurnChannel, kRtp, kNone };
Protocol ProtocolOf(ByteView bytes) {
  if (bytes.empty()) return Protocol::kNone;
  const std::uint8_t first = bytes[0];
  if (first <= 3) return Protocol::kStun;
  if (first >= 20 && first <= 63) return Protocol::kDtls;
  if (first >= 64 && first <= 79) return Protocol::kTurnChannel;
  if (first >= 128 && first <= 191) return Protocol::kRtp;
  return Protocol::kNone;
}

rtp::SrtpKey KeyOf(const dtls::SrtpSecret& secret, dtls::SrtpProfile profile) {
  rtp::SrtpKey key;
  // Both enumerations have RFC 5764's numbers.
  key.suite = static_cast<rtp::SrtpSuite>(profile);
  key.key = secret.key;
  std::copy_n(secret.salt.begin(), secret.salt_bytes, key.salt.begin());
  return key;
}

// Those whose hash DTLS takes.
Result<std::vector<dtls::Fingerprint>> FingerprintsOf(const NegotiatedMedia& media) {
  std::vector<dtls::Fingerprint> known;
  for (const Fingerprint& told : media.peer_fingerprints) {
    using Hash = dtls::FingerprintHash;
    if (told.hash == "sha-256") known.push_back({Hash::kSha256, told.value});
    if (told.hash == "sha-384") known.push_back({Hash::kSha384, told.value});
    if (told.hash == "sha-512") known.push_back({Hash::kSha512, told.value});
  }
  if (known.empty()) return Fail(ErrorCode::kSdpInsecure, "no fingerprint by SHA-2");
  return known;
}

rtp::ExtensionMap ExtensionsOf(const NegotiatedMedia& media) {
  // Of a bundle one number means one extension throughout (RFC 8843 section 7.1).
  rtp::ExtensionMap all;
  const auto add = [&all](const NegotiatedTrack& track) {
    for (std::size_t i = 1; i <= rtp::kExtensionKinds; ++i) {
      const auto kind = static_cast<rtp::ExtensionKind>(i);
      if (track.extensions.has(kind)) all.Add(kind, track.extensions.id_of(kind));
    }
  };
  if (media.audio) add(*media.audio);
  if (media.video) add(*media.video);
  return all;
}

bool IsRtcpReduced(const NegotiatedMedia& media) {
  return (!media.audio || media.audio->is_rtcp_reduced_size) &&
         (!media.video || media.video->is_rtcp_reduced_size);
}

}  // namespace

Result<PeerSession> PeerSession::Create(const PeerConfig& config, Rng rng, Timestamp now) {
  auto ice = ice::Agent::Create(config.ice, Rng(rng.Next()), NullTrace(), now);
  if (!ice) return Forward(ice);
  // Its role is known after the answer; until then nothing is said.
  auto dtls =
      dtls::Association::Create({.identity = config.identity, .role = dtls::Role::kPassive});
  if (!dtls) return Forward(dtls);
  return PeerSession(config, std::move(*ice), std::move(*dtls), rng, now);
}

PeerSession::PeerSession(const PeerConfig& config, ice::Agent ice, dtls::Association dtls, Rng rng,
                         Timestamp now)
    : config_(config), rng_(rng), now_(now), ice_(std::move(ice)), dtls_(std::move(dtls)) {}

void PeerSession::HandleDatagram(const Datagram& in, Timestamp now) {
  now_ = std::max(now_, now);
  if (is_closed_) return;
  ++stats_.datagrams_in;
  const Protocol protocol = ProtocolOf(in.bytes);
  if (protocol == Protocol::kStun || protocol == Protocol::kTurnChannel) {
    return ice_.HandleDatagram(in, now_);
  }
  if (protocol == Protocol::kNone || !ice_.AcceptsFrom(in.path, now_)) {
    ++stats_.datagrams_strange;
    return;
  }
  HandleInner(in.bytes);
}

void PeerSession::HandleInner(ByteView bytes) {
  const Protocol protocol = ProtocolOf(bytes);
  if (protocol == Protocol::kDtls) return dtls_.HandleDatagram(bytes, now_);
  if (protocol == Protocol::kRtp && rtp_) return rtp_->HandlePacket(bytes, now_);
  ++stats_.datagrams_strange;
}

void PeerSession::HandleTimeout(Timestamp now) {
  now_ = std::max(now_, now);
  if (is_closed_) return;
  ice_.HandleTimeout(now_);
  dtls_.HandleTimeout(now_);
  if (rtp_) rtp_->HandleTimeout(now_);
  if (!receiver_) return;
  receiver_->HandleTimeout(*rtp_, now_);
  TakeReceived();
}

void PeerSession::HandlePathSuspect(Timestamp now) {
  now_ = std::max(now_, now);
  if (!is_closed_) ice_.HandlePathSuspect(now_);
}

Status PeerSession::AddLocalAddress(const SocketAddress& base, std::uint16_t network_cost,
                                    Timestamp now) {
  now_ = std::max(now_, now);
  return ice_.AddLocalAddress(base, network_cost, now_);
}
void PeerSession::RemoveLocalAddress(const SocketAddress& base, Timestamp now) {
  now_ = std::max(now_, now);
  ice_.RemoveLocalAddress(base, now_);
}
void PeerSession::FinishLocalAddresses(Timestamp now) {
  now_ = std::max(now_, now);
  ice_.FinishLocalAddresses(now_);
}
void PeerSession::AddRemoteCandidate(const ice::Candidate& candidate, Timestamp now) {
  now_ = std::max(now_, now);
  ice_.AddRemoteCandidate(candidate, now_);
}

Status PeerSession::Start(const NegotiatedMedia& media, Timestamp now) {
  now_ = std::max(now_, now);
  if (is_started_ || is_closed_) return Fail(ErrorCode::kInvalidState, "the session has begun");
  auto fingerprints = FingerprintsOf(media);
  if (!fingerprints) return Forward(fingerprints);
  if (Status begun = StartRtp(media); !begun) {
    rtp_.reset();
    sender_.reset();
    receiver_.reset();
    return begun;
  }
  auto dtls = dtls::Association::Create(
      {.identity = config_.identity,
       .role = media.begins_dtls ? dtls::Role::kActive : dtls::Role::kPassive});
  if (!dtls) return Forward(dtls);
  // A passive end may hold the first flight of a quick peer already.
  begins_dtls_ = media.begins_dtls;
  if (begins_dtls_) dtls_ = std::move(*dtls);
  peer_fingerprints_ = std::move(*fingerprints);
  is_started_ = true;
  const auto peer = media.is_peer_lite ? ice::Implementation::kLite : ice::Implementation::kFull;
  if (Status set = ice_.SetRemoteCredentials(media.peer_credentials, peer, now_); !set) return set;
  for (const ice::Candidate& candidate : media.peer_candidates) {
    ice_.AddRemoteCandidate(candidate, now_);
  }
  StartDtls();
  return {};
}

Status PeerSession::StartRtp(const NegotiatedMedia& media) {
  rtp::TransportConfig config;
  config.clock = config_.clock;
  config.cname = config_.cname;
  config.local_ssrc = static_cast<std::uint32_t>(rng_.Next() | 1);
  config.extensions = ExtensionsOf(media);
  config.rtcp_form = IsRtcpReduced(media) ? rtp::RtcpForm::kReducedSize : rtp::RtcpForm::kCompound;
  config.pacer = config_.pacer;
  auto made = rtp::Transport::Make(config, Rng(rng_.Next()));
  if (!made) return Forward(made);
  rtp_.emplace(std::move(*made));
  sender_.emplace(media, config_.audio_source, config_.video_source, rng_);
  receiver_.emplace(media, now_);
  if (Status added = sender_->AddStreams(*rtp_); !added) return added;
  if (Status added = receiver_->AddStreams(*rtp_); !added) return added;
  return tracks_ ? sender_->SetTracks(*tracks_) : Status();
}

// The active end speaks as soon as there is a path; the passive one waits for that.
void PeerSession::StartDtls() {
  if (!is_started_ || has_dtls_begun_ || (begins_dtls_ && !path_)) return;
  has_dtls_begun_ = true;
  if (Status begun = dtls_.Start(peer_fingerprints_, now_); !begun) End(begun.error());
}

Status PeerSession::SetTracks(const StreamTracks& tracks, Timestamp now) {
  now_ = std::max(now_, now);
  if (sender_) {
    if (Status taken = sender_->SetTracks(tracks); !taken) return taken;
  }
  tracks_ = tracks;
  return {};
}

void PeerSession::Send(const EncodedFrame& frame, Timestamp now) {
  now_ = std::max(now_, now);
  if (!is_connected_ || is_closed_) return;
  if (!sender_->Send(frame, *rtp_, now_)) out_.emplace_back(KeyFrameWanted{});
}

void PeerSession::Apply(const cc::CongestionDecision& decision, DataRate audio_rate,
                        Timestamp now) {
  now_ = std::max(now_, now);
  if (!rtp_) return;
  rtp_->SetRates(decision.target_rate + audio_rate, decision.pacing_rate);
  if (decision.probe) rtp_->StartProbe(*decision.probe);
}

void PeerSession::RequestKeyFrame(Timestamp now) {
  now_ = std::max(now_, now);
  if (receiver_ && !is_closed_) receiver_->RequestKeyFrame(*rtp_);
}

void PeerSession::Close(Timestamp now) {
  now_ = std::max(now_, now);
  if (is_closed_) return;
  if (rtp_) rtp_->Close(now_);
  dtls_.Close(now_);
  is_closed_ = true;
  out_.clear();
}

DatagramOutput<PeerSession::Event> PeerSession::Poll() {
  for (;;) {
    if (!out_.empty()) {
      Event first = std::move(out_.front());
      out_.pop_front();
      return first;
    }
    bool is_rtp_idle = true;
    bool is_dtls_idle = true;
    bool is_ice_idle = true;
    // RTP first: what it received lies in a buffer that the next datagram takes.
    if (rtp_) {
      if (const auto sent = PollRtp(is_rtp_idle)) return *sent;
      if (!is_rtp_idle) continue;
    }
    if (const auto sent = PollDtls(is_dtls_idle)) return *sent;
    if (!is_dtls_idle) continue;
    if (const auto sent = PollIce(is_ice_idle)) return *sent;
    if (is_ice_idle && out_.empty()) return is_closed_ ? Idle{} : Wake();
  }
}

std::optional<DatagramTransmit> PeerSession::PollIce(bool& is_idle) {
  auto said = ice_.Poll();
  is_idle = std::holds_alternative<Idle>(said);
  if (is_idle) ice_idle_ = std::get<Idle>(said);
  if (const auto* transmit = std::get_if<DatagramTransmit>(&said)) {
    ++stats_.datagrams_out;
    return *transmit;
  }
  if (auto* event = std::get_if<ice::Agent::Event>(&said)) OnIce(std::move(*event));
  return std::nullopt;
}

std::optional<DatagramTransmit> PeerSession::PollDtls(bool& is_idle) {
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
  if (const auto* packet = std::get_if<rtp::Transport::Protected>(&said)) {
    return SendBySelected(packet->bytes);
  }
  if (auto* event = std::get_if<rtp::Transport::Event>(&said)) OnRtp(std::move(*event));
  return std::nullopt;
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
  } else if (const auto* data = std::get_if<Agent::Data>(&event)) {
    HandleInner(data->bytes);
  } else if (const auto* failed = std::get_if<Agent::Failed>(&event)) {
    End(failed->error);
  }
}

void PeerSession::OnDtls(dtls::Association::Event&& event) {
  if (is_closed_) return;
  if (const auto* connected = std::get_if<dtls::Association::Connected>(&event)) {
    if (!connected->srtp) return End({ErrorCode::kDtlsNoSrtpProfile, "no keys for SRTP"});
    const auto profile = connected->srtp->profile;
    const Status set = rtp_->SetKeys(KeyOf(connected->srtp->local, profile),
                                     KeyOf(connected->srtp->remote, profile));
    if (!set) return End(set.error());
    is_connected_ = true;
    out_.emplace_back(Connected{});
  } else if (const auto* closed = std::get_if<dtls::Association::Closed>(&event)) {
    End(closed->error);
  }
}

void PeerSession::OnRtp(rtp::Transport::Event&& event) {
  using Transport = rtp::Transport;
  if (is_closed_) return;
  if (const auto* packet = std::get_if<Transport::PacketReceived>(&event)) {
    receiver_->HandlePacket(*packet, *rtp_, now_);
    TakeReceived();
  } else if (const auto* stream = std::get_if<Transport::StreamAppeared>(&event)) {
    receiver_->HandleStream(*stream, *rtp_);
  } else if (const auto* report = std::get_if<Transport::SenderReported>(&event)) {
    receiver_->HandleSenderReport(*report);
  } else if (const auto* feedback = std::get_if<Transport::FeedbackReady>(&event)) {
    out_.emplace_back(Feedback{feedback->report});
  } else if (const auto* wanted = std::get_if<Transport::KeyFrameWanted>(&event)) {
    if (sender_->IsOurVideo(wanted->ssrc)) out_.emplace_back(KeyFrameWanted{});
  }
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
  if (receiver_) wake = Earlier(wake, Idle{receiver_->wake_at(), "webrtc.assemble"});
  return wake;
}

}  // namespace onair::webrtc
