// SPDX-License-Identifier: Apache-2.0
//
// What a client's driver tells it: of the signalling's byte stream, of those to TURN servers, of
// sockets.
#include <algorithm>
#include <utility>

#include "transport/webrtc/client.h"

namespace onair::webrtc {
namespace {

// What may wait for a TURN server's stream. Media that waits longer is late; a relay by UDP would
// have lost it. Source: ours; 0.2 s at 2.5 Mbit/s.
constexpr DataSize kMostRelayUnsent = DataSize::Kibibytes(64);

}  // namespace

void Client::On(const StreamConnected& in) {
  if (in.id == signalling_stream_) return signalling_.HandleConnected(now_);
  const RelayStream* relay = FindRelay(in.id);
  if (relay == nullptr) return;
  ++stats_.relay_streams;
  peer_.HandleStreamOpened(relay->relay, {{}, relay->server}, now_);
}

void Client::On(const StreamClosed& in) {
  if (in.id == signalling_stream_) return signalling_.HandleClosed(in.error, now_);
  const RelayStream* relay = FindRelay(in.id);
  if (relay == nullptr) return;
  peer_.HandleStreamClosed(relay->relay, in.error, now_);
  std::erase_if(relay_streams_, [&](const RelayStream& one) { return one.id == in.id; });
}

void Client::On(const StreamBytes& in) {
  if (in.id == signalling_stream_) return signalling_.HandleBytes(in.bytes, now_);
  const RelayStream* relay = FindRelay(in.id);
  if (relay != nullptr) peer_.HandleStreamBytes(relay->relay, in.bytes, now_);
}

void Client::On(const StreamUnsent& in) {
  if (in.id == signalling_stream_) return signalling_.HandleUnsent(in.unsent, now_);
  if (RelayStream* relay = FindRelay(in.id)) relay->unsent = in.unsent;
}

void Client::On(const SocketBound& in) {
  if (in.local.ip.is_loopback() && config_.loopback == LoopbackPaths::kNo) return;
  // One address more than ICE takes is one path less, no failure.
  if (peer_.AddLocalAddress(in.local, NetworkCostOf(in.interface), now_)) {
    sockets_.push_back(in.local);
  }
}

void Client::On(const SocketGone& in) {
  std::erase(sockets_, in.local);
  peer_.RemoveLocalAddress(in.local, now_);
  std::erase_if(local_.ice.candidates, [&](const ice::Candidate& one) {
    return one.address == in.local || one.related == in.local;
  });
}

void Client::On(const SocketsOpen&) {
  const bool is_there = !from_ || std::ranges::any_of(sockets_, [this](const SocketAddress& one) {
    return one.ip == *from_;
  });
  if (!is_there && !are_sockets_open_) {
    return Fail({ErrorCode::kLocalAddress, "no socket could be bound to the address for it"});
  }
  if (!is_there) {
    // In the midst of media any way is better than none.
    const std::string given = ToString(*std::exchange(from_, std::nullopt));
    Tell(NetworkRefused{{ErrorCode::kLocalAddress, given}});
    is_moving_ = false;
    move_due_ = Timestamp::PlusInfinity();
  }
  if (std::exchange(are_sockets_open_, true)) return;
  peer_.FinishLocalAddresses(now_);
  offer_due_ = now_ + config_.gathering_wait;
}

void Client::On(const Datagram& in) {
  peer_.HandleDatagram(in, now_);
}

Client::RelayStream* Client::FindRelay(StreamId id) {
  const auto found = std::ranges::find(relay_streams_, id, &RelayStream::id);
  return found == relay_streams_.end() ? nullptr : &*found;
}

// By its name where its certificate has to show it.
void Client::OpenRelay(const PeerSession::StreamWanted& wanted) {
  const bool is_secured = wanted.transport == ice::TurnTransport::kTls;
  Endpoint endpoint{
      .host = is_secured && !wanted.host.empty() ? wanted.host : ToString(wanted.server.ip),
      .port = wanted.server.port,
      .security = is_secured ? Security::kTls : Security::kPlain,
      .from = from_};
  const auto id = static_cast<StreamId>(++streams_begun_);
  relay_streams_.push_back({id, wanted.id, wanted.server});
  Order(OpenStream{id, std::move(endpoint), StreamUse::kRelay});
}

// A whole frame each time, so one that is dropped breaks nothing.
std::optional<StreamTransmit> Client::WriteToRelay(const PeerSession::StreamBytes& bytes) {
  const auto found = std::ranges::find(relay_streams_, bytes.id, &RelayStream::relay);
  if (found == relay_streams_.end()) return std::nullopt;
  if (found->unsent > kMostRelayUnsent) {
    ++stats_.relay_frames_dropped;
    return std::nullopt;
  }
  return StreamTransmit{found->id, bytes.bytes};
}

}  // namespace onair::webrtc
