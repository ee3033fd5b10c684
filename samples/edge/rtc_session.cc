// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/rtc_session.h"

namespace onair::edge {

RtcSession::RtcSession(const Surroundings& around, const std::string& ufrag,
                       webrtc::PeerSession session, const webrtc::NegotiatedMedia& media,
                       Timestamp now)
    : RtcPeer(around.port, ufrag, std::move(session)),
      around_(around),
      media_(media),
      made_at_(now) {}

Status RtcSession::Start(Timestamp now) {
  Status begun;
  Do([&](webrtc::PeerSession& session, Timestamp at) { begun = session.Start(media_, at); }, now);
  return begun;
}

// A lite side answers checks from wherever they come; candidates only help it to name paths.
void RtcSession::AddCandidates(const webrtc::IceDescription& ice, Timestamp now) {
  Do(
      [&](webrtc::PeerSession& session, Timestamp at) {
        for (const ice::Candidate& candidate : ice.candidates) {
          session.AddRemoteCandidate(candidate, at);
        }
      },
      now);
}

bool RtcSession::IsAlive(Timestamp now) {
  return session().is_connected() || now - made_at_ < around_.config.setup_timeout;
}

void RtcSession::AddTo(RtcStats& stats) const {
  ++stats.sessions;
  if (!session().is_connected()) ++stats.connecting;
  const rtp::Transport* rtp = session().rtp();
  if (rtp == nullptr) return;
  stats.packets_in += rtp->stats().received_packets;
  stats.packets_out += rtp->stats().sent_packets;
  for (const webrtc::NegotiatedTrack* track :
       {media_.audio ? static_cast<const webrtc::NegotiatedTrack*>(&*media_.audio) : nullptr,
        media_.video ? static_cast<const webrtc::NegotiatedTrack*>(&*media_.video) : nullptr}) {
    if (track == nullptr || !track->peer_source) continue;
    const std::uint32_t ssrc = track->peer_source->ssrc;
    if (const auto* nack = rtp->nack_stats(ssrc)) {
      stats.packets_asked += nack->requests;
      stats.packets_lost += nack->given_up;
    }
  }
}

}  // namespace onair::edge
