// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/rtc_session.h"

namespace onair::edge {

RtcSession::RtcSession(const Surroundings& around, Agreed agreed, webrtc::PeerSession session,
                       Timestamp now)
    : RtcPeer(around.port, agreed.ufrag, std::move(session)),
      around_(around),
      agreed_(std::move(agreed)),
      made_at_(now),
      heard_at_(now) {}

Status RtcSession::Start(Timestamp now) {
  Status begun;
  Do([&](webrtc::PeerSession& session, Timestamp at) { begun = session.Start(agreed_.media, at); },
     now);
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

Result<webrtc::IceDescription> RtcSession::Restart(const ice::Credentials& ours,
                                                   const webrtc::IceDescription& peer,
                                                   Timestamp now) {
  if (Status begun = RestartIce(ours, peer, now); !begun) return Forward(begun);
  ++restarts_;
  webrtc::IceDescription told;
  told.credentials = ours;
  told.candidates = agreed_.candidates;
  for (ice::Candidate& candidate : told.candidates) candidate.ufrag = ours.ufrag;
  told.has_end_of_candidates = true;
  return told;
}

bool RtcSession::IsAlive(Timestamp now) {
  if (!session().is_connected()) return now - made_at_ < around_.config.setup_timeout;
  const std::int64_t seen = session().stats().datagrams_in;
  if (std::exchange(datagrams_seen_, seen) != seen) heard_at_ = now;
  return now - heard_at_ < around_.config.viewer_stall_timeout;
}

void RtcSession::AddTo(RtcStats& stats) const {
  ++stats.sessions;
  stats.restarts += restarts_;
  if (!session().is_connected()) ++stats.connecting;
  const rtp::Transport* rtp = session().rtp();
  if (rtp == nullptr) return;
  stats.packets_in += rtp->stats().received_packets;
  stats.packets_out += rtp->stats().sent_packets;
  const webrtc::NegotiatedMedia& media = agreed_.media;
  const auto add = [&](const webrtc::NegotiatedTrack& track) {
    const auto* nack = track.peer_source ? rtp->nack_stats(track.peer_source->ssrc) : nullptr;
    if (nack == nullptr) return;
    stats.packets_asked += nack->requests;
    stats.packets_lost += nack->given_up;
  };
  if (media.audio) add(*media.audio);
  if (media.video) add(*media.video);
  if (const auto* sent = rtp->send_stats(agreed_.video_ssrc)) stats.packets_resent += sent->resent;
}

}  // namespace onair::edge
