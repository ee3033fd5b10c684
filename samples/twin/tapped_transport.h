// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "core/api/publish_transport.h"

namespace onair::samples {

// A protocol that tells when each frame was whole on the wire for the first time. Single-owner.
class TappedTransport final : public PublishTransport {
 public:
  using OnWire = std::function<void(FrameKind kind, Timestamp captured_at, Timestamp now)>;

  TappedTransport(std::unique_ptr<PublishTransport> inner, OnWire on_wire)
      : inner_(std::move(inner)), on_wire_(std::move(on_wire)) {}

  void HandleBytes(ByteView in, Timestamp now) override { inner_->HandleBytes(in, now); }
  void HandleUnsent(DataSize unsent, Timestamp now) override {
    const DataSize gone = given_ - unsent;
    for (; !sent_.empty() && sent_.front().end <= gone; sent_.pop_front()) {
      on_wire_(sent_.front().kind, sent_.front().captured_at, now);
    }
    inner_->HandleUnsent(unsent, now);
  }
  void HandleTimeout(Timestamp now) override { inner_->HandleTimeout(now); }
  void SetTracks(const StreamTracks& tracks, Timestamp now) override {
    inner_->SetTracks(tracks, now);
  }
  void ContinueLine(MediaTime start) override { inner_->ContinueLine(start); }
  void Send(const EncodedFrame& frame, Timestamp now) override {
    sent_.push_back({frame.kind, frame.captured_at, kUnknown});
    inner_->Send(frame, now);
  }
  void Close(Timestamp now) override { inner_->Close(now); }

  // A session drains its protocol after each frame it sends.
  Output<Event> Poll() override {
    auto said = inner_->Poll();
    if (const auto* transmit = std::get_if<Transmit>(&said)) {
      given_ += DataSize::Bytes(static_cast<std::int64_t>(transmit->bytes.size()));
    } else if (std::holds_alternative<Idle>(said)) {
      for (auto it = sent_.rbegin(); it != sent_.rend() && it->end == kUnknown; ++it) {
        it->end = given_;
      }
    }
    return said;
  }

 private:
  static constexpr DataSize kUnknown = DataSize::Bytes(units_internal::kMax);
  struct Sent {
    FrameKind kind;
    Timestamp captured_at;
    DataSize end;  // Of the byte stream, behind the frame.
  };

  std::unique_ptr<PublishTransport> inner_;
  OnWire on_wire_;
  DataSize given_ = DataSize::Zero();
  std::deque<Sent> sent_;  // Bounded by what the session lets wait in the socket.
};

}  // namespace onair::samples
