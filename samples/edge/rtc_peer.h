// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "samples/edge/rtc_port.h"
#include "transport/webrtc/peer_session.h"

namespace onair::edge {

// A peer session on the edge's port: what its driver is to a machine with sockets of its own.
// single-owner, on the loop's thread.
class RtcPeer {
 public:
  // `port` outlives this. The session's local addresses are those of the port.
  RtcPeer(RtcPort& port, const std::string& ufrag, webrtc::PeerSession session);
  virtual ~RtcPeer();
  RtcPeer(const RtcPeer&) = delete;
  RtcPeer& operator=(const RtcPeer&) = delete;

  void HandleDatagram(const Datagram& in, Timestamp now);
  void HandleTimeout(Timestamp now);

  // Ours, of the present generation.
  const std::string& ufrag() const { return ufrag_; }
  const webrtc::PeerSession& session() const { return session_; }
  // Nothing follows; destroy it.
  bool is_over() const { return is_over_; }

  Timestamp wake_at = Timestamp::PlusInfinity();  // The port's.

 protected:
  // Runs `command(session, now)` and what follows from it.
  template <typename Command>
  void Do(Command&& command, Timestamp now) {
    std::forward<Command>(command)(session_, now);
    Drain(now);
  }
  // New paths by new credentials of both. As PeerSession::RestartIce().
  Status RestartIce(const ice::Credentials& ours, const webrtc::IceDescription& peer,
                    Timestamp now);
  // Says goodbye.
  void End(Timestamp now);

 private:
  // Never sees Closed. May call End(), and Do(), which returns before its outputs are given.
  virtual void OnEvent(webrtc::PeerSession::Event&& event, Timestamp now) = 0;
  // The session ended by itself.
  virtual void OnClosed(const Error& error, Timestamp now) = 0;
  // All that the session had to say is said.
  virtual void OnDrained(Timestamp /*now*/) {}

  void Drain(Timestamp now);

  RtcPort& port_;
  std::string ufrag_;
  std::string former_ufrag_;  // Of the generation before, whose checks keep its path; or empty.
  webrtc::PeerSession session_;
  bool is_draining_ = false;
  bool is_over_ = false;
};

}  // namespace onair::edge
