// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "samples/edge/config.h"
#include "samples/edge/hub.h"
#include "samples/edge/rtc_peer.h"

namespace onair::edge {

// What one offer and its answer made. single-owner, on the loop's thread.
class RtcSession : public RtcPeer {
 public:
  // What a session gets from its service. All outlive it.
  struct Surroundings {
    RtcPort& port;
    Hub& hub;
    const EdgeConfig& config;
  };

  // What both sides agreed on.
  struct Agreed {
    std::string stream;            // "app/stream".
    std::string ufrag;             // Ours.
    std::uint32_t video_ssrc = 0;  // Of pictures that we send.
    webrtc::NegotiatedMedia media;
    std::vector<ice::Candidate> candidates;  // Ours.
  };

  RtcSession(const Surroundings& around, Agreed agreed, webrtc::PeerSession session, Timestamp now);

  // Once. As PeerSession::Start(), and what the hub says.
  virtual Status Start(Timestamp now);
  void AddCandidates(const webrtc::IceDescription& ice, Timestamp now);
  // Its peer wants new paths; media go on by the present one meanwhile. Answers what the peer is to
  // be told. As PeerSession::RestartIce().
  Result<webrtc::IceDescription> Restart(const ice::Credentials& ours,
                                         const webrtc::IceDescription& peer, Timestamp now);

  // Says goodbye and gives back what it holds of the hub.
  virtual void Close(PublishEnd how, Timestamp now) = 0;
  // To be called once a second. False: its peer never came or is gone (a living one reports and
  // checks its path all the time); close it.
  virtual bool IsAlive(Timestamp now);
  Timestamp made_at() const { return made_at_; }
  // Adds its own counters.
  virtual void AddTo(RtcStats& stats) const;

 protected:
  const Surroundings around_;
  const Agreed agreed_;

 private:
  const Timestamp made_at_;
  std::int64_t restarts_ = 0;
  std::int64_t datagrams_seen_ = 0;
  Timestamp heard_at_;  // When some had come since the time before.
};

// Somebody who publishes, or watches.
std::unique_ptr<RtcSession> NewRtcPublisher(const RtcSession::Surroundings& around,
                                            RtcSession::Agreed agreed, webrtc::PeerSession session,
                                            Timestamp now);
std::unique_ptr<RtcSession> NewRtcViewer(const RtcSession::Surroundings& around,
                                         RtcSession::Agreed agreed, webrtc::PeerSession session,
                                         Timestamp now);

}  // namespace onair::edge
