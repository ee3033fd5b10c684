// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/rts_edge.h"

#include <string>
#include <utility>

#include "core/base/check.h"
#include "transport/webrtc/answer.h"

namespace onair::samples {
namespace {

using webrtc::PeerSession;

constexpr std::uint16_t kFirstEdgePort = 6000;

webrtc::LocalDescription Describe(Rng& rng) {
  webrtc::LocalDescription local;
  local.session_id = rng.Next() >> 1;
  local.cname = "edge";
  local.stream_id = "stream";
  local.ice.credentials = ice::Credentials{"edge", std::string(24, 'e')};
  local.ice.has_end_of_candidates = true;
  local.is_ice_lite = true;
  local.answer_setup = webrtc::DtlsSetup::kPassive;
  local.fingerprints = {{"sha-256", SharedIdentity().fingerprint().digest}};
  local.audio = local.video = webrtc::Direction::kRecvOnly;
  constexpr int kLevel = 51;
  for (const auto profile :
       {webrtc::H264Profile::kConstrainedBaseline, webrtc::H264Profile::kHigh}) {
    local.video_formats.push_back({VideoCodec::kH264, {profile, kLevel}});
  }
  return local;
}

}  // namespace

const dtls::Identity& SharedIdentity() {
  static const dtls::Identity kIdentity = [] {
    auto made = dtls::Identity::Generate();
    ONAIR_CHECK(made.has_value());
    return std::move(*made);
  }();
  return kIdentity;
}

RtsEdge::RtsEdge(twin::World& world, RtsLine& line, Rng rng, OnFrame on_frame)
    : world_(world),
      line_(line),
      rng_(rng),
      on_frame_(std::move(on_frame)),
      port_(kFirstEdgePort),
      wake_(world, "edge", [this] {
        if (session_) session_->HandleTimeout(world_.now());
        Pump();
      }) {
  line_.ListenAtEdge([this](const Datagram& in) { HandleDatagram(in); });
}

RtsEdge::~RtsEdge() = default;

Result<webrtc::Sdp> RtsEdge::Answer(const webrtc::Sdp& offer) {
  const Timestamp now = world_.now();
  webrtc::LocalDescription local = Describe(rng_);
  const webrtc::PeerConfig config{.ice = {.local = *local.ice.credentials,
                                          .role = ice::Role::kControlled,
                                          .implementation = ice::Implementation::kLite},
                                  .identity = SharedIdentity(),
                                  .clock = {},
                                  .cname = local.cname,
                                  .audio_source = local.audio_source,
                                  .video_source = local.video_source};
  auto made = PeerSession::Create(config, Rng(rng_.Next()), now);
  if (!made) return Forward(made);
  const SocketAddress address = RtsLine::EdgeAddress(++port_);
  if (Status added = made->AddLocalAddress(address, 0, now); !added) return Forward(added);
  made->FinishLocalAddresses(now);
  for (auto out = made->Poll(); !std::holds_alternative<Idle>(out); out = made->Poll()) {
    auto* event = std::get_if<PeerSession::Event>(&out);
    auto* found = event ? std::get_if<PeerSession::LocalCandidate>(event) : nullptr;
    if (found != nullptr) local.ice.candidates.push_back(std::move(found->candidate));
  }
  auto answer = webrtc::MakeAnswer(offer, local);
  if (!answer) return Forward(answer);
  const auto media = webrtc::ReadNegotiated(offer, *answer, webrtc::Side::kAnswerer);
  if (!media) return Forward(media);
  if (Status begun = made->Start(*media, now); !begun) return Forward(begun);
  line_.BeginStream(*media);
  session_ = std::make_unique<PeerSession>(std::move(*made));
  Pump();
  return answer;
}

const rtp::Transport* RtsEdge::rtp() const {
  return session_ ? session_->rtp() : nullptr;
}

void RtsEdge::HandleDatagram(const Datagram& in) {
  if (!session_ || in.path.local.port != port_) return;
  session_->HandleDatagram(in, world_.now());
  Pump();
}

void RtsEdge::Pump() {
  if (!session_ || is_pumping_) return;
  is_pumping_ = true;
  for (std::int64_t i = 0; i < twin::World::kStepLimit; ++i) {
    auto out = session_->Poll();
    if (const auto* idle = std::get_if<Idle>(&out)) {
      wake_.Set(idle->wake_at);
      is_pumping_ = false;
      return;
    }
    if (const auto* transmit = std::get_if<DatagramTransmit>(&out)) {
      line_.SendDown(*transmit);
    } else if (const auto* frame = std::get_if<EncodedFrame>(&std::get<PeerSession::Event>(out))) {
      on_frame_(*frame);
    }
  }
  is_pumping_ = false;
  world_.Fail("the edge's session never settles");
}

}  // namespace onair::samples
