// SPDX-License-Identifier: Apache-2.0
//
// The wire of record_wire.h behind the port of realtime sessions: signalling and media share its
// one byte stream.
#pragma once

#include <deque>
#include <string>
#include <utility>

#include "core/api/realtime_transport.h"
#include "tests/support/record_wire.h"

namespace onair::wire {

class RealtimePlayer final : public RealtimeTransport {
 public:
  void HandleConnected(Timestamp) override { is_connected_ = true; }
  void HandleClosed(const Error& error, Timestamp) override { Say(Closed{error}); }
  void HandleBytes(ByteView in, Timestamp now) override { player_.HandleBytes(in, now); }
  void HandleUnsent(DataSize, Timestamp) override {}
  void HandleSocket(const SocketAddress&, const std::string&, Timestamp) override {}
  void HandleSocketGone(const SocketAddress&, Timestamp) override {}
  void HandleSocketsOpen(Timestamp) override {}
  void HandleDatagram(const Datagram&, Timestamp) override {}
  void HandleTimeout(Timestamp) override {}
  void HandleNetworkChanged(Timestamp) override {}
  void Start(Timestamp) override {
    Say(OpenSockets{});
    Say(OpenStream{{"live.example", 80, Security::kPlain}});
  }
  Status SetTracks(const StreamTracks&, Timestamp) override { return {}; }
  void Send(const EncodedFrame&, Timestamp) override {}
  void Apply(const cc::CongestionDecision&, Timestamp) override {}
  void RequestKeyFrame(Timestamp) override {}
  void Close(Timestamp) override { Say(Closed{{ErrorCode::kPeerClosed, "goodbye"}}); }

  RealtimeOutput<Event> Poll() override {
    for (;;) {
      if (!events_.empty()) {
        Event first = std::move(events_.front());
        events_.pop_front();
        return first;
      }
      if (!is_connected_) return Idle{};
      auto said = player_.Poll();
      if (const auto* idle = std::get_if<Idle>(&said)) return *idle;
      if (auto* transmit = std::get_if<Transmit>(&said)) return std::move(*transmit);
      Translate(std::get<PlayTransport::Event>(std::move(said)));
    }
  }

 private:
  void Translate(PlayTransport::Event&& event) {
    if (auto* frame = std::get_if<EncodedFrame>(&event)) return Say(std::move(*frame));
    if (auto* changed = std::get_if<PlayTransport::TracksChanged>(&event)) {
      return Say(TracksChanged{std::move(changed->tracks)});
    }
    if (auto* closed = std::get_if<PlayTransport::Closed>(&event))
      return Say(Closed{closed->error});
    if (std::holds_alternative<PlayTransport::Accepted>(event)) Say(Ready{});
  }
  void Say(Event event) {
    if (is_over_) return;
    is_over_ = std::holds_alternative<Closed>(event);
    events_.push_back(std::move(event));
  }

  Player player_;
  std::deque<Event> events_;
  bool is_connected_ = false;
  bool is_over_ = false;
};

}  // namespace onair::wire
