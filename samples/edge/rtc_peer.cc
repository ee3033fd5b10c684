// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/rtc_peer.h"

#include <utility>
#include <variant>

namespace onair::edge {
namespace {

using webrtc::PeerSession;

// As runtime::SessionDriver: only a fault answers without end.
constexpr int kOutputsPerTurn = 10'000;

}  // namespace

RtcPeer::RtcPeer(RtcPort& port, const std::string& ufrag, PeerSession session)
    : port_(port), ufrag_(ufrag), session_(std::move(session)) {
  port_.Attach(*this);
}

RtcPeer::~RtcPeer() {
  port_.RemoveName(*this, former_ufrag_);
  port_.Detach(*this);
}

void RtcPeer::HandleDatagram(const Datagram& in, Timestamp now) {
  if (is_over_) return;
  session_.HandleDatagram(in, now);
  Drain(now);
}

void RtcPeer::HandleTimeout(Timestamp now) {
  if (is_over_) return port_.SetWake(*this, Timestamp::PlusInfinity());
  session_.HandleTimeout(now);
  Drain(now);
}

Status RtcPeer::RestartIce(const ice::Credentials& ours, const webrtc::IceDescription& peer,
                           Timestamp now) {
  if (is_over_) return Fail(ErrorCode::kInvalidState, "the session is over");
  if (Status begun = session_.RestartIce(ours, peer, now); !begun) return begun;
  port_.RemoveName(*this, std::exchange(former_ufrag_, std::exchange(ufrag_, ours.ufrag)));
  port_.AddName(*this, ufrag_);
  Drain(now);
  return {};
}

void RtcPeer::End(Timestamp now) {
  if (std::exchange(is_over_, true)) return;
  session_.Close(now);
  Drain(now);
}

void RtcPeer::Drain(Timestamp now) {
  if (is_draining_) return;  // The outer call goes on until Idle.
  is_draining_ = true;
  Timestamp due = now;
  for (int i = 0; i < kOutputsPerTurn; ++i) {
    auto out = session_.Poll();
    if (const auto* idle = std::get_if<Idle>(&out)) {
      due = idle->wake_at;
      break;
    }
    if (const auto* transmit = std::get_if<DatagramTransmit>(&out)) {
      port_.Send(*transmit);
      continue;
    }
    auto& event = std::get<PeerSession::Event>(out);
    if (const auto* closed = std::get_if<PeerSession::Closed>(&event)) {
      is_over_ = true;
      OnClosed(closed->error, now);
    } else if (!is_over_) {
      OnEvent(std::move(event), now);
    }
  }
  is_draining_ = false;
  port_.SetWake(*this, is_over_ ? Timestamp::PlusInfinity() : due);
  if (!is_over_) OnDrained(now);
}

}  // namespace onair::edge
