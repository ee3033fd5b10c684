// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/client.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "codec/bitstream/avc_config.h"
#include "codec/bitstream/h264_sps.h"
#include "core/machine/timer_table.h"
#include "transport/webrtc/answer.h"
#include "transport/webrtc/capabilities.h"
#include "transport/webrtc/negotiated_media.h"
#include "transport/webrtc/offer.h"

namespace onair::webrtc {
namespace {

// Source: libwebrtc rtc_base/network_constants.h kNetworkCostCellular.
constexpr std::uint16_t kCellularCost = 900;
constexpr std::array<std::string_view, 6> kCellularNames = {"rmnet", "ccmni", "pdp_ip",
                                                            "wwan",  "wwp",   "ppp"};

// Letters by chance, for names that are no secret.
std::string Letters(Rng& rng, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += static_cast<char>('a' + static_cast<char>(rng.Next() % 26));
  }
  return text;
}

LocalDescription Describe(const ClientConfig& config, const ice::Credentials& credentials,
                          Rng& rng) {
  LocalDescription local;
  local.session_id = rng.Next() >> 1;
  local.cname = Letters(rng, 16);
  local.stream_id = Letters(rng, 16);
  local.ice.credentials = credentials;
  local.ice.options = {"trickle"};
  local.fingerprints = {{"sha-256", config.identity.fingerprint().digest}};
  local.video_formats = config.video_formats;
  local.aac_forms = config.aac_forms;
  // Unlike each other: a step of one from a random number that is even.
  const auto ssrc = static_cast<std::uint32_t>(rng.Next()) & ~7U;
  local.audio_source = {.ssrc = ssrc | 1, .rtx_ssrc = {}, .fec_ssrc = {}};
  local.video_source = {.ssrc = ssrc | 2, .rtx_ssrc = ssrc | 3, .fec_ssrc = ssrc | 4};
  if (config.role == SignallingRole::kPlay) {
    local.audio = local.video = Direction::kRecvOnly;
  }
  return local;
}

// The form of our pictures. Main and High are called by their names; what a peer takes it answers.
Result<VideoFormat> FormatOf(const VideoTrack& track) {
  VideoFormat format;
  format.codec = track.codec;
  if (track.codec != VideoCodec::kH264) return format;
  const auto config = codec::ParseAvcConfig(track.config.view());
  if (!config) return Forward(config);
  constexpr int kMain = 77;
  constexpr int kHigh = 100;
  format.h264.profile = config->profile_idc == kHigh   ? H264Profile::kHigh
                        : config->profile_idc == kMain ? H264Profile::kMain
                                                       : H264Profile::kConstrainedBaseline;
  format.h264.level = std::max<int>(config->level_idc, 31);  // Peers refuse levels, not streams.
  return format;
}

}  // namespace

std::uint16_t NetworkCostOf(std::string_view interface) {
  const auto is_cellular = [interface](std::string_view name) {
    return interface.substr(0, name.size()) == name;
  };
  return std::ranges::any_of(kCellularNames, is_cellular) ? kCellularCost : 0;
}

Result<std::unique_ptr<Client>> Client::Create(const ClientConfig& config,
                                               std::unique_ptr<Signalling> dialect, Rng rng,
                                               Timestamp now) {
  if (Status valid = config.signalling.Validate(); !valid) return Forward(valid);
  if (config.gathering_wait < TimeDelta::Zero() || config.gathering_wait > TimeDelta::Seconds(5)) {
    return onair::Fail(ErrorCode::kInvalidConfig, "gathering_wait is not in [0 s, 5 s]");
  }
  const auto credentials = ice::DeriveCredentials(config.ice_secret, 0);
  if (!credentials) return onair::Fail(ErrorCode::kUnsupported, "ICE wants a build with TLS");
  LocalDescription local = Describe(config, *credentials, rng);
  const PeerConfig peer_config{.ice = {.local = *credentials, .role = ice::Role::kControlling},
                               .identity = config.identity,
                               .clock = config.clock,
                               .cname = local.cname,
                               .audio_source = local.audio_source,
                               .video_source = local.video_source,
                               .pacer = {},  // Little waits before it: see MediaSender::Origin.
                               .origin = MediaSender::Origin::kEncoder};
  auto peer = PeerSession::Create(peer_config, Rng(rng.Next()), now);
  if (!peer) return Forward(peer);
  SignallingClient signalling(config.signalling, std::move(dialect));
  return std::unique_ptr<Client>(
      new Client(config, std::move(signalling), std::move(*peer), std::move(local)));
}

Client::Client(const ClientConfig& config, SignallingClient signalling, PeerSession peer,
               LocalDescription local)
    : config_(config),
      signalling_(std::move(signalling)),
      peer_(std::move(peer)),
      local_(std::move(local)) {}

void Client::HandleWire(const WireInput& in, Timestamp now) {
  now_ = std::max(now_, now);
  std::visit([this](const auto& one) { On(one); }, in);
}

void Client::HandleTimeout(Timestamp now) {
  now_ = std::max(now_, now);
  signalling_.HandleTimeout(now_);
  peer_.HandleTimeout(now_);
}

void Client::Start(Timestamp now) {
  now_ = std::max(now_, now);
  has_started_ = true;
  AddServers(config_.ice_servers);
  if (config_.ice_server_question == IceServerQuestion::kBeforeOffer) {
    awaits_servers_ = true;
    signalling_.AskIceServers(now_);
  }
  Order(OpenSockets{from_});
}

Status Client::SetTracks(const StreamTracks& tracks, Timestamp now) {
  now_ = std::max(now_, now);
  const Status fits = offer_ ? CheckOffered(tracks) : DescribeTracks(tracks);
  if (!fits) return fits;
  return peer_.SetTracks(tracks, now_);
}

// What is on its way to the server cannot be called back.
Status Client::CheckOffered(const StreamTracks& tracks) const {
  if (config_.role == SignallingRole::kPlay) return {};
  const bool has_more =
      (tracks.audio && !Sends(local_.audio)) || (tracks.video && !Sends(local_.video));
  if (has_more) return onair::Fail(ErrorCode::kUnsupported, "a track that was not offered");
  if (!tracks.video) return {};
  const auto format = FormatOf(*tracks.video);
  if (!format) return Forward(format);
  if (format->codec == local_.video_formats.front().codec) return {};
  return onair::Fail(ErrorCode::kUnsupported, "another codec than was offered");
}

Status Client::DescribeTracks(const StreamTracks& tracks) {
  if (config_.role == SignallingRole::kPlay) return {};
  if (tracks.audio && tracks.audio->codec != AudioCodec::kOpus) {
    return onair::Fail(ErrorCode::kUnsupported, "sound over WebRTC is Opus");
  }
  local_.audio = tracks.audio ? Direction::kSendOnly : Direction::kInactive;
  local_.video = tracks.video ? Direction::kSendOnly : Direction::kInactive;
  if (!tracks.video) return {};
  auto format = FormatOf(*tracks.video);
  if (!format) return Forward(format);
  local_.video_formats = {*format};
  return {};
}

void Client::Send(const EncodedFrame& frame, Timestamp now) {
  now_ = std::max(now_, now);
  peer_.Send(frame, now_);
}
void Client::Apply(const cc::CongestionDecision& decision, Timestamp now) {
  now_ = std::max(now_, now);
  peer_.Apply(decision, config_.audio_rate, now_);
}
void Client::RequestKeyFrame(Timestamp now) {
  now_ = std::max(now_, now);
  peer_.RequestKeyFrame(now_);
}

void Client::Close(Timestamp now) {
  now_ = std::max(now_, now);
  if (std::exchange(is_closing_, true)) return;
  peer_.Close(now_);
  signalling_.Close(now_);
}

RealtimeOutput<RealtimeTransport::Event> Client::Poll() {
  for (;;) {
    if (!out_.empty()) {
      auto first = std::move(out_.front());
      out_.pop_front();
      return first;
    }
    auto said = peer_.Poll();
    if (const auto* transmit = std::get_if<DatagramTransmit>(&said)) return *transmit;
    if (auto* event = std::get_if<PeerSession::Event>(&said)) {
      if (const auto* bytes = std::get_if<PeerSession::StreamBytes>(event)) {
        if (const auto transmit = WriteToRelay(*bytes)) return *transmit;
        continue;
      }
      // Feedback is borrowed from the peer: it goes on without a stop.
      const auto* feedback = std::get_if<PeerSession::Feedback>(event);
      if (feedback != nullptr && !IsOver()) return Event(Feedback{feedback->report});
      OnPeer(std::move(*event));
      continue;
    }
    MakeOfferOnce();
    auto spoken = signalling_.Poll();
    if (auto* transmit = std::get_if<Transmit>(&spoken)) {
      spoken_ = std::move(transmit->bytes);
      return StreamTransmit{signalling_stream_, spoken_};
    }
    if (auto* event = std::get_if<SignallingClient::Event>(&spoken)) {
      OnSignalling(std::move(*event));
      continue;
    }
    RunKeeper();
    if (!out_.empty()) continue;
    // What a part was asked just now is in its outputs: once more round.
    if (std::exchange(has_asked_, false)) continue;
    Idle wake = Earlier(std::get<Idle>(said), std::get<Idle>(spoken));
    if (!IsOver()) {
      wake = Earlier(wake, {keeper_.wake_at(), "webrtc.path"});
      wake = Earlier(wake, {move_due_, "webrtc.move"});
    }
    if (IsGathering()) wake = Earlier(wake, {offer_due_, "webrtc.gathering"});
    return wake;
  }
}

// Only time stands between it and its offer.
bool Client::IsGathering() const {
  return are_sockets_open_ && !awaits_servers_ && !IsOver() && !offer_ && !is_gathered_ &&
         now_ < offer_due_;
}

bool Client::MayOffer() const {
  if (!are_sockets_open_ || awaits_servers_ || IsOver()) return false;
  return is_gathered_ || now_ >= offer_due_;
}

// All addresses of this machine are known at once; what servers tell of it trickles later, unless
// it is waited for.
void Client::MakeOfferOnce() {
  if (offer_ || !MayOffer()) return;
  auto offer = MakeOffer(local_);
  if (!offer) return Fail(offer.error());
  offer_ = std::move(*offer);
  told_ = local_.ice.candidates;
  signalling_.Offer(*offer_, now_);
}

void Client::OnPeer(PeerSession::Event&& event) {
  using Session = PeerSession;
  if (IsOver()) return;
  if (auto* local = std::get_if<Session::LocalCandidate>(&event)) {
    OnCandidate(std::move(local->candidate));
  } else if (std::holds_alternative<Session::GatheringDone>(event)) {
    is_gathered_ = unresolved_.empty();
  } else if (const auto* path = std::get_if<Session::PathStateChanged>(&event)) {
    keeper_.OnPath(path->state, now_);
  } else if (const auto* wanted = std::get_if<Session::StreamWanted>(&event)) {
    OpenRelay(*wanted);
  } else if (const auto* closed = std::get_if<Session::Closed>(&event)) {
    // ICE knows nothing of what was tried; the reader of its error should.
    const bool is_pathless = closed->error.code == ErrorCode::kIceNoPath;
    Fail(is_pathless ? Obstacle() : closed->error);
  } else if (std::holds_alternative<Session::Connected>(event)) {
    Tell(Ready{.is_audio_refused = is_audio_refused_,
               .tells = peer_.tells_packets() ? Tells::kPackets : Tells::kReception});
  } else if (const auto* told = std::get_if<Session::Reception>(&event)) {
    Tell(Reception{told->report});
  } else if (std::holds_alternative<Session::KeyFrameWanted>(event)) {
    Tell(KeyFrameWanted{});
  } else if (const auto* intake = std::get_if<Session::IntakeWanted>(&event)) {
    Tell(IntakeWanted{intake->intake});
  } else if (auto* tracks = std::get_if<Session::TracksChanged>(&event)) {
    Tell(TracksChanged{std::move(tracks->tracks)});
  } else if (const auto* asked = std::get_if<Session::PlayoutDelayAsked>(&event)) {
    Tell(PlayoutDelayAsked{asked->least, asked->most});
  } else if (auto* frame = std::get_if<EncodedFrame>(&event)) {
    Tell(std::move(*frame));
  }
}

void Client::OnSignalling(SignallingClient::Event&& event) {
  if (auto* open = std::get_if<SignallingClient::OpenStream>(&event)) {
    signalling_stream_ = static_cast<StreamId>(++streams_begun_);
    open->endpoint.from = from_;
    Order(OpenStream{signalling_stream_, std::move(open->endpoint)});
  } else if (std::holds_alternative<SignallingClient::CloseStream>(event)) {
    Order(CloseStream{signalling_stream_});
  } else {
    OnDialect(std::get<Signalling::Event>(std::move(event)));
  }
}

void Client::OnDialect(Signalling::Event&& event) {
  if (std::holds_alternative<Signalling::Ended>(event)) return Tell(Closed{});
  if (const auto* failed = std::get_if<Signalling::Failed>(&event)) {
    return Fail(failed->error, failed->retry_after);
  }
  if (IsOver()) return;
  if (const auto* told = std::get_if<Signalling::IceServersTold>(&event)) {
    awaits_servers_ = false;
    AddServers(told->servers);
  } else if (const auto* answered = std::get_if<Signalling::Answered>(&event)) {
    OnAnswer(*answered);
  } else if (const auto* counter = std::get_if<Signalling::CounterOffered>(&event)) {
    OnCounterOffer(counter->offer);
  } else if (const auto* taken = std::get_if<Signalling::AnswerTaken>(&event)) {
    OnUp(taken->can_restart);
  } else if (const auto* restarted = std::get_if<Signalling::Restarted>(&event)) {
    OnRestarted(restarted->peer);
  } else if (const auto* refused = std::get_if<Signalling::RestartRefused>(&event)) {
    OnRestartRefused(*refused);
  }
}

void Client::OnAnswer(const Signalling::Answered& answered) {
  const auto media = ReadNegotiated(*offer_, answered.answer, Side::kOfferer);
  if (!media) return Fail(media.error());
  if (!TakesPictures(*media)) return;
  OnUp(answered.can_restart);
  StartPeer(*media);
}

// False: the server takes our sound and not our pictures, so this is over.
bool Client::TakesPictures(const NegotiatedMedia& media) {
  is_audio_refused_ = config_.role == SignallingRole::kPublish && Sends(local_.audio) &&
                      !(media.audio && media.audio->is_sent);
  const bool sends = config_.role == SignallingRole::kPublish && Sends(local_.video);
  if (!sends || (media.video && media.video->is_sent)) return true;
  const auto codec = local_.video_formats.front().codec;
  Fail({ErrorCode::kSdpIncompatible, "the server takes no " + std::string(NameOf(codec))});
  return false;
}

void Client::OnUp(bool can_restart) {
  using Restarting = PathKeeper::Restarting;
  is_answered_ = true;
  keeper_.OnAnswered(can_restart ? Restarting::kSupported : Restarting::kUnsupported);
}

// The server's checks may come before it says that it took our answer.
void Client::OnCounterOffer(const Sdp& offer) {
  const auto answer = MakeAnswer(offer, local_);
  if (!answer) return Fail(answer.error());
  const auto media = ReadNegotiated(offer, *answer, Side::kAnswerer);
  if (!media) return Fail(media.error());
  if (!TakesPictures(*media)) return;
  told_ = local_.ice.candidates;
  signalling_.Answer(*answer, now_);
  StartPeer(*media);
}

void Client::StartPeer(const NegotiatedMedia& media) {
  is_peer_lite_ = media.is_peer_lite;
  peer_candidates_ = media.peer_candidates;
  if (Status begun = peer_.Start(media, now_); !begun) Fail(begun.error());
}

// What is left of the farewell is Close()'s. Media that waited to be told is nobody's any more.
void Client::Fail(const Error& error, std::optional<TimeDelta> retry_in) {
  if (IsOver()) return;
  is_failed_ = true;
  std::erase_if(out_, [](const auto& said) { return std::holds_alternative<Event>(said); });
  Tell(Failed{error, retry_in});
}

std::optional<RealtimeTransport::Arrivals> Client::arrivals() const {
  const bool has_media = peer_.receiver() != nullptr && peer_.rtp() != nullptr;
  return has_media ? peer_.receiver()->arrivals(*peer_.rtp()) : std::nullopt;
}

Error Client::Obstacle() const {
  if (!is_answered_) return {ErrorCode::kTimeout, "the signalling server has not answered"};
  if (peer_.ice().selected_path()) {
    return {ErrorCode::kTimeout, "a path works, and no DTLS comes of it"};
  }
  return {ErrorCode::kIceNoPath, TriedPaths()};
}

}  // namespace onair::webrtc
