// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/peer_session.h"

#include <algorithm>
#include <utility>

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

// Both are needed: numbers on our packets, and the peer's word that it reports them.
bool TellsPackets(const NegotiatedMedia& media) {
  const auto tells = [](const NegotiatedTrack& track) {
    return track.feedback.has_transport_cc &&
           track.extensions.has(rtp::ExtensionKind::kTransportSequence);
  };
  if (media.video && media.video->is_sent) return tells(*media.video);
  return !media.audio || !media.audio->is_sent || tells(*media.audio);
}

// Until ICE measured it, and at a lite end, which measures nothing. RFC 9147 section 5.8.2: "It is
// RECOMMENDED that for DTLS-SRTP [RFC5764], a default timeout of 400 ms be used": twice this.
constexpr TimeDelta kUnknownRtt = TimeDelta::Millis(200);

bool IsRtcpReduced(const NegotiatedMedia& media) {
  return (!media.audio || media.audio->is_rtcp_reduced_size) &&
         (!media.video || media.video->is_rtcp_reduced_size);
}

}  // namespace

Result<PeerSession> PeerSession::Create(const PeerConfig& config, Rng rng, Timestamp now) {
  auto ice = ice::Agent::Create(config.ice, Rng(rng.Next()), NullTrace(), now);
  if (!ice) return Forward(ice);
  // Its role is known after the answer; until then nothing is said.
  auto dtls = dtls::Association::Create(
      {.identity = config.identity, .role = dtls::Role::kPassive, .rtt = kUnknownRtt});
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
  if (channels_) channels_->HandleTimeout(now_);
  if (!receiver_) return;
  receiver_->HandleTimeout(*rtp_, now_);
  TakeReceived();
}

// After the end too: what relays say of giving their addresses back.
void PeerSession::HandleStreamOpened(StreamId id, const DatagramPath& ends, Timestamp now) {
  now_ = std::max(now_, now);
  ice_.HandleStreamOpened(id, ends, now_);
}
void PeerSession::HandleStreamBytes(StreamId id, ByteView in, Timestamp now) {
  now_ = std::max(now_, now);
  ice_.HandleStreamBytes(id, in, now_);
}
void PeerSession::HandleStreamClosed(StreamId id, const Error& why, Timestamp now) {
  now_ = std::max(now_, now);
  ice_.HandleStreamClosed(id, why, now_);
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
       .role = media.begins_dtls ? dtls::Role::kActive : dtls::Role::kPassive,
       .rtt = kUnknownRtt});
  if (!dtls) return Forward(dtls);
  // A passive end may hold the first flight of a quick peer already.
  begins_dtls_ = media.begins_dtls;
  if (begins_dtls_) dtls_ = std::move(*dtls);
  peer_fingerprints_ = std::move(*fingerprints);
  is_started_ = true;
  has_media_ = media.audio || media.video;
  if (config_.data_port) data_ = media.data;
  peer_implementation_ =
      media.is_peer_lite ? ice::Implementation::kLite : ice::Implementation::kFull;
  ice_.SetRole(media.is_controlling ? ice::Role::kControlling : ice::Role::kControlled, now_);
  const Status set = ice_.SetRemoteCredentials(media.peer_credentials, peer_implementation_, now_);
  if (!set) return set;
  for (const ice::Candidate& candidate : media.peer_candidates) {
    ice_.AddRemoteCandidate(candidate, now_);
  }
  StartDtls();
  return {};
}

Status PeerSession::AddStunServer(const SocketAddress& server, Timestamp now) {
  now_ = std::max(now_, now);
  return ice_.AddStunServer(server, now_);
}
Status PeerSession::AddTurnServer(const ice::TurnServer& server, Timestamp now) {
  now_ = std::max(now_, now);
  return ice_.AddTurnServer(server, now_);
}

Status PeerSession::RestartIce(const ice::Credentials& local, const IceDescription& peer,
                               Timestamp now) {
  now_ = std::max(now_, now);
  if (!is_started_ || is_closed_) return Fail(ErrorCode::kInvalidState, "there is no session");
  if (!peer.credentials) return Fail(ErrorCode::kIceMalformed, "a restart without credentials");
  if (Status valid = peer.credentials->Validate(); !valid) return valid;
  if (Status begun = ice_.Restart(local, now_); !begun) return begun;
  const Status set = ice_.SetRemoteCredentials(*peer.credentials, peer_implementation_, now_);
  for (const ice::Candidate& candidate : peer.candidates) {
    ice_.AddRemoteCandidate(candidate, now_);
  }
  return set;
}

DataSize PeerSession::held() const {
  DataSize held = DataSize::Zero();
  if (rtp_) held += rtp_->held();
  const rtp::FrameAssembler* pictures = receiver_ ? receiver_->assembler() : nullptr;
  if (pictures != nullptr) held += pictures->held();
  return held;
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
  sender_.emplace(media, config_.audio_source, config_.video_source, config_.origin, rng_);
  receiver_.emplace(media, now_);
  tells_packets_ = TellsPackets(media);
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
  if (!is_connected_ || is_closed_) {
    ++stats_.frames_early;
    return;
  }
  if (!sender_->Send(frame, *rtp_, now_)) out_.emplace_back(KeyFrameWanted{});
}

void PeerSession::Apply(const cc::CongestionDecision& decision, DataRate audio_rate,
                        Timestamp now) {
  now_ = std::max(now_, now);
  if (!rtp_) return;
  rtp_->SetRates(decision.target_rate + audio_rate, decision.pacing_rate);
  rtp_->SetRepairShare(decision.repair.fec_share, decision.repair.key_fec_share);
  sender_->SetExpectedLoss(decision.repair.expected_loss);
  rtp_->SetWindow(decision.congestion_window);
  if (decision.probe) rtp_->StartProbe(*decision.probe, now_);
}

void PeerSession::RequestKeyFrame(Timestamp now) {
  now_ = std::max(now_, now);
  if (receiver_ && !is_closed_) receiver_->RequestKeyFrame(*rtp_);
}

Result<ChannelId> PeerSession::OpenChannel(const ChannelConfig& config, Timestamp now) {
  now_ = std::max(now_, now);
  if (!channels_ || is_closed_) return Fail(ErrorCode::kInvalidState, "there are no data channels");
  return channels_->Open(config, now_);
}

Status PeerSession::SendMessage(ChannelId id, MessageKind kind, ByteView message, Timestamp now) {
  now_ = std::max(now_, now);
  if (!channels_ || is_closed_) return Fail(ErrorCode::kInvalidState, "there are no data channels");
  return channels_->Send(id, kind, message, now_);
}

void PeerSession::CloseChannel(ChannelId id, Timestamp now) {
  now_ = std::max(now_, now);
  if (channels_ && !is_closed_) channels_->CloseChannel(id, now_);
}

void PeerSession::Close(Timestamp now) {
  now_ = std::max(now_, now);
  if (is_closed_) return;
  if (rtp_) rtp_->Close(now_);
  if (channels_) {
    channels_->Close(now_);
    // Its last words must be in DTLS's before that closes too.
    for (bool is_idle = false; !is_idle;) PollChannels(is_idle);
  }
  dtls_.Close(now_);
  is_closed_ = true;
  out_.clear();
}

}  // namespace onair::webrtc
