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
  void HandleWire(const WireInput& in, Timestamp now) override {
    if (std::holds_alternative<StreamConnected>(in)) is_connected_ = true;
    if (const auto* closed = std::get_if<StreamClosed>(&in)) Say(Failed{closed->error});
    if (const auto* bytes = std::get_if<StreamBytes>(&in)) player_.HandleBytes(bytes->bytes, now);
  }
  void HandleTimeout(Timestamp) override {}
  void HandleNetworkChanged(const std::optional<IpAddress>&, Timestamp) override {}
  void Start(Timestamp) override {
    said_.emplace_back(WireOrder(OpenSockets{}));
    said_.emplace_back(WireOrder(OpenStream{StreamId{1}, {"live.example", 80, Security::kPlain}}));
  }
  Status SetTracks(const StreamTracks&, Timestamp) override { return {}; }
  void Send(const EncodedFrame&, Timestamp) override {}
  void Apply(const cc::CongestionDecision&, Timestamp) override {}
  void RequestKeyFrame(Timestamp) override {}
  void Close(Timestamp) override {
    is_over_ = true;
    said_.emplace_back(Event(Closed{}));
  }
  Error Obstacle() const override { return {ErrorCode::kTimeout, ""}; }

  RealtimeOutput<Event> Poll() override {
    for (;;) {
      if (!said_.empty()) {
        auto first = std::move(said_.front());
        said_.pop_front();
        return first;
      }
      if (!is_connected_ || is_over_) return Idle{};
      auto said = player_.Poll();
      if (const auto* idle = std::get_if<Idle>(&said)) return *idle;
      if (auto* transmit = std::get_if<Transmit>(&said)) {
        spoken_ = std::move(transmit->bytes);
        return StreamTransmit{StreamId{1}, spoken_};
      }
      Translate(std::get<PlayTransport::Event>(std::move(said)));
    }
  }

 private:
  void Translate(PlayTransport::Event&& event) {
    if (auto* frame = std::get_if<EncodedFrame>(&event)) return Say(std::move(*frame));
    if (auto* changed = std::get_if<PlayTransport::TracksChanged>(&event)) {
      return Say(TracksChanged{std::move(changed->tracks)});
    }
    if (auto* closed = std::get_if<PlayTransport::Closed>(&event)) {
      return Say(Failed{closed->error});
    }
    if (std::holds_alternative<PlayTransport::Accepted>(event)) Say(Ready{});
  }
  void Say(Event event) {
    if (is_over_) return;
    is_over_ = std::holds_alternative<Failed>(event);
    said_.emplace_back(std::move(event));
  }

  Player player_;
  std::deque<RealtimeOutput<Event>> said_;
  Bytes spoken_;
  bool is_connected_ = false;
  bool is_over_ = false;
};

}  // namespace onair::wire
