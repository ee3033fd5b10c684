// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "core/api/publish_transport.h"

namespace onair {

// A transport that tells how old each picture is when it is sent. Owned like the inner one.
class MeasuredTransport final : public PublishTransport {
 public:
  using OnVideoSent = std::function<void(TimeDelta since_capture)>;

  MeasuredTransport(std::unique_ptr<PublishTransport> inner, OnVideoSent on_video_sent)
      : inner_(std::move(inner)), on_video_sent_(std::move(on_video_sent)) {}

  void HandleBytes(ByteView in, Timestamp now) override { inner_->HandleBytes(in, now); }
  void HandleUnsent(DataSize unsent, Timestamp now) override { inner_->HandleUnsent(unsent, now); }
  void HandleTimeout(Timestamp now) override { inner_->HandleTimeout(now); }
  void SetTracks(const StreamTracks& tracks, Timestamp now) override {
    inner_->SetTracks(tracks, now);
  }
  void ContinueLine(MediaTime start) override { inner_->ContinueLine(start); }
  void Send(const EncodedFrame& frame, Timestamp now) override {
    if (frame.track() == TrackKind::kVideo) on_video_sent_(now - frame.captured_at);
    inner_->Send(frame, now);
  }
  void Close(Timestamp now) override { inner_->Close(now); }
  Output<Event> Poll() override { return inner_->Poll(); }

 private:
  std::unique_ptr<PublishTransport> inner_;
  OnVideoSent on_video_sent_;
};

}  // namespace onair
