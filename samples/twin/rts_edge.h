// SPDX-License-Identifier: Apache-2.0
//
// The server's end of a publisher over datagrams: the same session that our edge runs, which
// reports arrivals, asks for what is missing and for key frames, and gives whole pictures.
#pragma once

#include <functional>
#include <memory>

#include "core/twin/world.h"
#include "samples/twin/rts_line.h"
#include "transport/webrtc/peer_session.h"

namespace onair::samples {

// One certificate for all of a process: to make one costs more than seconds of a run.
const dtls::Identity& SharedIdentity();

// Single-owner; dies before its world and line. Of several sessions the newest alone is heard.
class RtsEdge {
 public:
  using OnFrame = std::function<void(const EncodedFrame& frame)>;

  RtsEdge(twin::World& world, RtsLine& line, Rng rng, OnFrame on_frame);
  ~RtsEdge();

  // A new session; the one before it is forgotten.
  Result<webrtc::Sdp> Answer(const webrtc::Sdp& offer);

  // Of the present session.
  const rtp::Transport* rtp() const;

 private:
  void HandleDatagram(const Datagram& in);
  void Pump();

  twin::World& world_;
  RtsLine& line_;
  Rng rng_;
  OnFrame on_frame_;
  std::unique_ptr<webrtc::PeerSession> session_;
  std::uint16_t port_;  // Of the present session.
  twin::Alarm wake_;
  bool is_pumping_ = false;
};

}  // namespace onair::samples
