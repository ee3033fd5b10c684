// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "core/api/realtime_transport.h"
#include "transport/webrtc/client.h"

namespace onair {

// A WebRTC client that tells what becomes of what it is given. Owned like the client.
class MeasuredRealtime final : public RealtimeTransport {
 public:
  // Of one picture that was given.
  struct Given {
    enum class Fate { kTaken = 1, kDropped = 2 };
    Fate fate;
    TimeDelta since_capture;  // Up to here.
    TimeDelta queue;          // Until its last packet leaves.
    std::optional<TimeDelta> rtt;
  };
  struct Listener {
    std::function<void(const Given&)> on_picture;
    std::function<void(const cc::FeedbackReport&)> on_feedback;
  };

  MeasuredRealtime(std::unique_ptr<webrtc::Client> client, Listener listener)
      : client_(std::move(client)), listener_(std::move(listener)) {}

  void HandleWire(const WireInput& in, Timestamp now) override { client_->HandleWire(in, now); }
  void HandleTimeout(Timestamp now) override { client_->HandleTimeout(now); }
  void HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp now) override {
    client_->HandleNetworkChanged(from, now);
  }

  void Start(Timestamp now) override { client_->Start(now); }
  Status SetTracks(const StreamTracks& tracks, Timestamp now) override {
    return client_->SetTracks(tracks, now);
  }
  void Send(const EncodedFrame& frame, Timestamp now) override {
    const std::int64_t dropped = dropped_pictures();
    client_->Send(frame, now);
    const rtp::Transport* rtp = client_->peer().rtp();
    if (frame.track() != TrackKind::kVideo || rtp == nullptr) return;
    listener_.on_picture(
        {.fate = dropped_pictures() > dropped ? Given::Fate::kDropped : Given::Fate::kTaken,
         .since_capture = now - frame.captured_at,
         .queue = rtp->queue_drains_in(),
         .rtt = rtp->measured_rtt()});
  }
  void Apply(const cc::CongestionDecision& decision, Timestamp now) override {
    client_->Apply(decision, now);
  }
  void RequestKeyFrame(Timestamp now) override { client_->RequestKeyFrame(now); }
  void Close(Timestamp now) override { client_->Close(now); }
  Error Obstacle() const override { return client_->Obstacle(); }

  RealtimeOutput<Event> Poll() override {
    auto said = client_->Poll();
    if (const auto* event = std::get_if<Event>(&said)) {
      if (const auto* feedback = std::get_if<Feedback>(event)) {
        listener_.on_feedback(feedback->report);
      }
    }
    return said;
  }

 private:
  std::int64_t dropped_pictures() const {
    const webrtc::MediaSender* sender = client_->peer().sender();
    return sender != nullptr ? sender->stats().frames_dropped : 0;
  }

  std::unique_ptr<webrtc::Client> client_;
  const Listener listener_;
};

}  // namespace onair
