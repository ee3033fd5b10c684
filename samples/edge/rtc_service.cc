// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/rtc_service.h"

#include <algorithm>
#include <cstdio>
#include <random>
#include <variant>

#include "codec/bitstream/avc_config.h"
#include "core/base/check.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/secret_bytes.h"
#include "samples/edge/publish_key.h"
#include "transport/webrtc/answer.h"

namespace onair::edge {
namespace {

using webrtc::Direction;
using webrtc::LocalDescription;
using webrtc::PeerSession;
using webrtc::SignallingRole;
using webrtc::WhipServer;

// Of forms of video that we take, the first that an offer has is chosen. Constrained Baseline is
// what every peer has and hardware encodes best; the others are for those who offer nothing else.
// Levels: what our relay carries has no bound of its own.
constexpr int kH264Level = 51;
constexpr int kH265Level = 153;
// Peers refuse levels, not streams. Source: what browsers offer.
constexpr int kLeastH264Level = 31;

constexpr std::array kProfiles = {
    webrtc::H264Profile::kConstrainedBaseline, webrtc::H264Profile::kBaseline,
    webrtc::H264Profile::kMain, webrtc::H264Profile::kConstrainedHigh, webrtc::H264Profile::kHigh};

// Far: what a viewer's line does not take waits in the relay, so only a key frame on a slow line
// stays that long in the pacer, and it shall not leave faster than that line.
constexpr TimeDelta kPacerLimit = TimeDelta::Seconds(2);

webrtc::WhipServerConfig ConfigFor(const EdgeConfig& edge) {
  webrtc::WhipServerConfig config;
  config.session_limit = edge.max_sessions;
  // Most that come too early come while the publisher of their stream still connects.
  config.retry_after = TimeDelta::Seconds(1);
  return config;
}

// Who knows a token may end its session, who knows a password may take it over. A system without a
// source of secrets serves nobody.
template <std::size_t kCount>
std::array<std::uint8_t, kCount> Secret() {
  std::array<std::uint8_t, kCount> bytes{};
  ONAIR_CHECK(runtime::FillWithSecret(bytes));
  return bytes;
}

std::string NewToken() {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string token;
  for (const std::uint8_t byte : Secret<16>()) {
    token += kHex[byte >> 4];
    token += kHex[byte & 15];
  }
  return token;
}

std::vector<webrtc::VideoFormat> AllFormats() {
  std::vector<webrtc::VideoFormat> all;
  for (const auto profile : kProfiles) all.push_back({VideoCodec::kH264, {profile, kH264Level}});
  all.push_back({VideoCodec::kH265, {}, kH265Level});
  return all;
}

// Its own form first. Decoders go by the stream's own parameter sets, so an offer that knows
// H.264 by another profile is taken too: browsers list fewer profiles than they decode.
std::vector<webrtc::VideoFormat> FormatsOf(const VideoTrack& track) {
  if (track.codec == VideoCodec::kH265) return {{VideoCodec::kH265, {}, kH265Level}};
  const auto config = codec::ParseAvcConfig(track.config.view());
  const int level = config ? std::max<int>(config->level_idc, kLeastH264Level) : kH264Level;
  std::vector<webrtc::VideoFormat> all;
  if (config) {
    char id[7];
    std::snprintf(id, sizeof id, "%02x%02x%02x", config->profile_idc, config->constraint_flags,
                  config->level_idc);
    const auto own = webrtc::ParseH264Level(id);
    if (own) all.push_back({VideoCodec::kH264, {own->profile, level}});
  }
  // From the most capable on.
  for (auto profile = kProfiles.rbegin(); profile != kProfiles.rend(); ++profile) {
    all.push_back({VideoCodec::kH264, {*profile, level}});
  }
  return all;
}

}  // namespace

RtcService::RtcService(runtime::Loop& loop, const EdgeConfig& config, Hub& hub)
    : config_(config),
      hub_(hub),
      port_(loop),
      around_{port_, hub, config},
      whip_(ConfigFor(config)),
      rng_(std::random_device{}()) {}

RtcService::~RtcService() = default;

Result<std::uint16_t> RtcService::Start(std::uint16_t wish) {
  auto identity = dtls::Identity::Generate();
  if (!identity) return Forward(identity);
  const auto port = port_.Bind(config_.listen, config_.rtc_port, wish);
  if (port) identity_ = std::move(*identity);
  return port;
}

RtcService::Response RtcService::Answer(const Request& request, Timestamp now) {
  auto decision = whip_.HandleRequest(request);
  if (auto* answer = std::get_if<WhipServer::Answer>(&decision)) return std::move(answer->response);
  if (const auto* create = std::get_if<WhipServer::Create>(&decision)) {
    auto opened = Open(*create, now);
    if (opened) return std::move(*opened);
    ++gone_.refused;
    return whip_.Refuse(opened.error());
  }
  if (auto* found = std::get_if<WhipServer::Candidates>(&decision)) {
    const auto session = sessions_.find(found->token);
    if (session != sessions_.end()) session->second->AddCandidates(found->ice, now);
    return std::move(found->response);
  }
  if (const auto* restart = std::get_if<WhipServer::Restart>(&decision)) {
    return Restart(*restart, now);
  }
  auto& left = std::get<WhipServer::Delete>(decision);
  Remove(left.token, PublishEnd::kInOrder, now);
  return std::move(left.response);
}

// A lite side is found by checks from any new address; this is for clients that restart to move.
RtcService::Response RtcService::Restart(const WhipServer::Restart& restart, Timestamp now) {
  const auto found = sessions_.find(restart.token);
  if (found == sessions_.end()) return whip_.RefuseRestart();
  const auto ours = found->second->Restart(NewCredentials(), restart.ice, now);
  return ours ? whip_.AcceptRestart(restart.token, *ours) : whip_.RefuseRestart();
}

// All sessions share a port and are told apart by their fragments: no two are alike.
ice::Credentials RtcService::NewCredentials() {
  auto credentials = ice::MakeCredentials(Secret<ice::kCredentialEntropyBytes>());
  credentials.ufrag += std::to_string(++described_);
  return credentials;
}

// Who asks for sessions and never comes holds no more than this: the oldest such one goes.
void RtcService::MakeRoom(Timestamp now) {
  RtcSession* oldest = nullptr;
  std::size_t waiting = 0;
  for (const auto& [token, session] : sessions_) {
    if (session->is_over() || session->session().is_connected()) continue;
    ++waiting;
    if (oldest == nullptr || session->made_at() < oldest->made_at()) oldest = session.get();
  }
  if (waiting < kMostConnecting) return;
  ++gone_.never_came;
  oldest->Close(PublishEnd::kLost, now);
  Sweep();
}

Result<RtcService::Response> RtcService::Open(const Create& create, Timestamp now) {
  if (!identity_) return Fail(ErrorCode::kUnsupported, "this edge has no WebRTC");
  if (hub_.is_full()) return Fail(ErrorCode::kLimit, "no memory left for more");
  const std::string name = create.app + "/" + create.stream;
  const bool publishes = create.role == SignallingRole::kPublish;
  LocalDescription local = Describe(create);
  const Status allowed = publishes ? CheckPublisher(create, name) : DescribeStream(name, local);
  if (!allowed) return Forward(allowed);
  MakeRoom(now);

  const webrtc::PeerConfig config{.ice = {.local = *local.ice.credentials,
                                          .role = ice::Role::kControlled,
                                          .implementation = ice::Implementation::kLite},
                                  .identity = *identity_,
                                  .clock = {now, runtime::UtcNow()},
                                  .cname = local.cname,
                                  .audio_source = local.audio_source,
                                  .video_source = local.video_source,
                                  .pacer = {.queue_limit = kPacerLimit}};
  auto peer = PeerSession::Create(config, Rng(rng_.Next()), now);
  if (!peer) return Forward(peer);
  port_.Refresh();
  for (const SocketAddress& address : port_.addresses()) {
    if (Status added = peer->AddLocalAddress(address, 0, now); !added) return Forward(added);
  }
  peer->FinishLocalAddresses(now);
  for (auto out = peer->Poll(); !std::holds_alternative<Idle>(out); out = peer->Poll()) {
    auto* event = std::get_if<PeerSession::Event>(&out);
    auto* found = event ? std::get_if<PeerSession::LocalCandidate>(event) : nullptr;
    if (found != nullptr) local.ice.candidates.push_back(std::move(found->candidate));
  }
  AddPublic(local.ice.candidates);
  const auto answer = webrtc::MakeAnswer(create.offer, local);
  if (!answer) return Forward(answer);
  const auto media = webrtc::ReadNegotiated(create.offer, *answer, webrtc::Side::kAnswerer);
  if (!media) return Forward(media);

  const auto make = publishes ? NewRtcPublisher : NewRtcViewer;
  auto session = make(
      around_,
      {name, local.ice.credentials->ufrag, local.video_source.ssrc, *media, local.ice.candidates},
      std::move(*peer), now);
  if (Status begun = session->Start(now); !begun) return Forward(begun);
  const std::string token = NewToken();
  Response response = whip_.Accept(token, create, *answer);
  if (!whip_.Knows(token)) return response;  // Its own refusal.
  sessions_.emplace(token, std::move(session));
  ++gone_.sessions_total;
  return response;
}

// Checks that come through a NAT reach one of the sockets, so no more than the words are needed.
void RtcService::AddPublic(std::vector<ice::Candidate>& candidates) const {
  for (std::size_t i = 0; i < config_.rtc_addresses.size(); ++i) {
    const auto ip = IpAddress::Parse(config_.rtc_addresses[i]);
    if (!ip) continue;
    const SocketAddress address{*ip, port_.addresses().front().port};
    const auto is_own = std::find(port_.addresses().begin(), port_.addresses().end(), address) !=
                        port_.addresses().end();
    if (is_own) continue;
    const auto preference = static_cast<std::uint16_t>(100 - i);
    candidates.push_back({.foundation = "nat" + std::to_string(i),
                          .priority = ice::Priority(ice::CandidateType::kHost, preference, 1),
                          .address = address});
  }
}

// The key as RTMP publishers give it, or as WHIP has it.
Status RtcService::CheckPublisher(const Create& create, const std::string& name) const {
  if (Status named = relay::CheckStreamName(name); !named) return named;
  if (IsPublishKey(create.query.Find("key"), config_.publish_key)) return {};
  if (!create.bearer.empty() && IsPublishKey(create.bearer, config_.publish_key)) return {};
  return Fail(ErrorCode::kPublishRejected, "wrong publish key");
}

LocalDescription RtcService::Describe(const Create& create) {
  LocalDescription local;
  local.session_id = rng_.Next() >> 1;
  local.cname = NewToken();
  local.stream_id = create.stream;
  local.ice.credentials = NewCredentials();
  local.ice.has_end_of_candidates = true;
  local.is_ice_lite = true;
  local.fingerprints = {{"sha-256", identity_->fingerprint().digest}};
  // Unlike each other: steps from a random number whose low bits are none.
  const auto ssrc = static_cast<std::uint32_t>(rng_.Next()) & ~7U;
  local.audio_source = {.ssrc = ssrc | 1, .rtx_ssrc = {}, .fec_ssrc = {}};
  local.video_source = {.ssrc = ssrc | 2, .rtx_ssrc = ssrc | 3, .fec_ssrc = ssrc | 4};
  local.audio = local.video = Direction::kRecvOnly;
  local.video_formats = AllFormats();
  return local;
}

// What a viewer of it is sent.
Status RtcService::DescribeStream(const std::string& name, LocalDescription& local) const {
  const auto known = hub_.Find(name);
  if (!known) return Forward(known);
  if (known->has_reordering) {
    return Fail(ErrorCode::kUnsupported, "the stream has B frames, which WebRTC cannot show");
  }
  const auto direction = [](bool is_there) {
    return is_there ? Direction::kSendOnly : Direction::kInactive;
  };
  local.audio = direction(known->tracks.audio.has_value());
  local.video = direction(known->tracks.video.has_value());
  if (known->tracks.video) local.video_formats = FormatsOf(*known->tracks.video);
  return {};
}

void RtcService::Remove(const std::string& token, PublishEnd how, Timestamp now) {
  const auto found = sessions_.find(token);
  if (found == sessions_.end()) return;
  found->second->Close(how, now);
  Sweep();
}

void RtcService::Measure(Timestamp now) {
  for (const auto& [token, session] : sessions_) {
    if (session->is_over() || session->IsAlive(now)) continue;
    if (!session->session().is_connected()) ++gone_.never_came;
    session->Close(PublishEnd::kLost, now);
  }
  Sweep();
}

void RtcService::Close(Timestamp now) {
  for (const auto& [token, session] : sessions_) session->Close(PublishEnd::kInOrder, now);
  Sweep();
}

// Never from inside a session's or the hub's call.
void RtcService::Sweep() {
  std::erase_if(sessions_, [this](const auto& item) {
    if (!item.second->is_over()) return false;
    RtcStats last;
    item.second->AddTo(last);
    gone_.restarts += last.restarts;
    gone_.packets_in += last.packets_in;
    gone_.packets_lost += last.packets_lost;
    gone_.packets_asked += last.packets_asked;
    gone_.packets_out += last.packets_out;
    gone_.packets_resent += last.packets_resent;
    gone_.key_frames_wanted += last.key_frames_wanted;
    gone_.silences += last.silences;
    whip_.Forget(item.first);
    return true;
  });
}

DataSize RtcService::held() const {
  DataSize held = DataSize::Zero();
  for (const auto& [token, session] : sessions_) {
    held += kRtcSessionCharge + session->session().held();
  }
  return held;
}

RtcStats RtcService::stats() const {
  RtcStats stats = gone_;
  for (const auto& [token, session] : sessions_) session->AddTo(stats);
  stats.datagrams_strange = port_.stats().datagrams_strange;
  return stats;
}

}  // namespace onair::edge
