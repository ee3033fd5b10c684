// SPDX-License-Identifier: Apache-2.0
//
// A publish session in small, for tests and benchmarks of the world itself: raw payloads over
// one stream, frames dropped up to the next key frame while the socket is too full.
#pragma once

#include <deque>
#include <utility>
#include <variant>

#include "core/base/result.h"
#include "core/machine/endpoint.h"
#include "core/machine/machine.h"
#include "core/media/encoded_frame.h"

namespace onair::twin {

class MediaPusher {
 public:
  struct OpenStream {
    Endpoint endpoint;
  };
  struct CloseStream {};
  struct Lost {
    Error error;
  };
  using Event = std::variant<OpenStream, CloseStream, Lost>;

  void Start(Timestamp) { events_.push_back(OpenStream{{"live.example", 1935, Security::kPlain}}); }
  void Push(const EncodedFrame& frame) {
    const bool is_full = !is_connected_ || unsent_ > DataSize::Kibibytes(64);
    if (frame.track() == TrackKind::kVideo) {
      needs_key_ = is_full || (needs_key_ && !frame.is_key());
      if (needs_key_) {
        ++dropped_;
        return;
      }
    }
    ++sent_;
    const ByteView payload = frame.payload.view();
    out_.push_back(Bytes(payload.begin(), payload.end()));
  }

  void HandleConnected(Timestamp) { is_connected_ = true; }
  void HandleClosed(const Error& error, Timestamp now) {
    is_connected_ = false;
    retry_at_ = now + TimeDelta::Millis(500);
    events_.push_back(Lost{error});
  }
  void HandleBytes(ByteView, Timestamp) {}
  void HandleUnsent(DataSize unsent, Timestamp) { unsent_ = unsent; }
  void HandleTimeout(Timestamp now) {
    if (now < retry_at_) return;
    retry_at_ = Timestamp::PlusInfinity();
    Start(now);
  }
  Output<Event> Poll() {
    if (!events_.empty()) {
      Event event = std::move(events_.front());
      events_.pop_front();
      return event;
    }
    if (!out_.empty()) {
      Bytes bytes = std::move(out_.front());
      out_.pop_front();
      return Transmit{std::move(bytes)};
    }
    if (retry_at_.is_finite()) return Idle{retry_at_, "pusher.retry"};
    return Idle{};
  }

  int sent() const { return sent_; }
  int dropped() const { return dropped_; }

 private:
  bool is_connected_ = false;
  bool needs_key_ = true;
  DataSize unsent_ = DataSize::Zero();
  Timestamp retry_at_ = Timestamp::PlusInfinity();
  std::deque<Bytes> out_;
  std::deque<Event> events_;
  int sent_ = 0;
  int dropped_ = 0;
};

}  // namespace onair::twin
