// SPDX-License-Identifier: Apache-2.0
//
// Small machines for the tests of the worlds.
#pragma once

#include <deque>
#include <optional>
#include <variant>

#include "core/base/result.h"
#include "core/machine/endpoint.h"
#include "core/machine/machine.h"

namespace onair::twin {

// Says "ping" at once, again each second; an event for every byte run that comes back.
class Pinger {
 public:
  struct Heard {
    Bytes bytes;
  };
  struct Ended {};
  using Event = std::variant<Heard, Ended>;

  explicit Pinger(Timestamp now, int pings = 1) : due_(now), left_(pings) {}

  void HandleBytes(ByteView in, Timestamp) {
    events_.push_back(Heard{Bytes(in.begin(), in.end())});
  }
  void HandleUnsent(DataSize unsent, Timestamp) { unsent_ = unsent; }
  void HandleTimeout(Timestamp now) { now_ = now; }
  void HandleEnd(Timestamp) { events_.push_back(Ended{}); }

  Output<Event> Poll() {
    if (!events_.empty()) {
      Event event = events_.front();
      events_.pop_front();
      return event;
    }
    if (left_ > 0 && now_ >= due_) {
      --left_;
      due_ = due_ + TimeDelta::Seconds(1);
      return Transmit{{'p', 'i', 'n', 'g'}};
    }
    if (left_ == 0) return Idle{};
    return Idle{due_, "pinger"};
  }

  DataSize unsent() const { return unsent_; }

 private:
  Timestamp now_ = Timestamp::Zero();
  Timestamp due_;
  int left_;
  DataSize unsent_ = DataSize::Zero();
  std::deque<Event> events_;
};

// Sends back what it hears.
class Echo {
 public:
  using Event = std::monostate;

  void HandleBytes(ByteView in, Timestamp) { out_.insert(out_.end(), in.begin(), in.end()); }
  void HandleTimeout(Timestamp) {}
  Output<Event> Poll() {
    if (out_.empty()) return Idle{};
    return Transmit{std::exchange(out_, {})};
  }

 private:
  Bytes out_;
};

// A session in small: connects, sends `amount` bytes as fast as the socket takes them,
// tries again 1 s after every loss.
class Uploader {
 public:
  struct OpenStream {
    Endpoint endpoint;
  };
  struct CloseStream {};
  struct Connected {};
  struct Lost {
    Error error;
  };
  struct Answered {
    Bytes bytes;
  };
  using Event = std::variant<OpenStream, CloseStream, Connected, Lost, Answered>;

  explicit Uploader(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}

  void Start(Timestamp) { events_.push_back(OpenStream{endpoint_}); }
  void Stop(Timestamp) { events_.push_back(CloseStream{}); }
  void Send(Bytes bytes, Timestamp) { out_.push_back(std::move(bytes)); }

  void HandleConnected(Timestamp) {
    is_connected_ = true;
    events_.push_back(Connected{});
  }
  void HandleClosed(const Error& error, Timestamp now) {
    is_connected_ = false;
    retry_at_ = now + TimeDelta::Seconds(1);
    events_.push_back(Lost{error});
  }
  void HandleBytes(ByteView in, Timestamp) {
    events_.push_back(Answered{Bytes(in.begin(), in.end())});
  }
  void HandleUnsent(DataSize unsent, Timestamp) { unsent_ = std::max(unsent_, unsent); }
  void HandleTimeout(Timestamp now) {
    if (!retry_at_ || now < *retry_at_) return;
    retry_at_.reset();
    events_.push_back(OpenStream{endpoint_});
  }

  Output<Event> Poll() {
    if (!events_.empty()) {
      Event event = events_.front();
      events_.pop_front();
      return event;
    }
    if (is_connected_ && !out_.empty()) {
      Bytes bytes = std::move(out_.front());
      out_.pop_front();
      return Transmit{std::move(bytes)};
    }
    if (retry_at_) return Idle{*retry_at_, "uploader.retry"};
    return Idle{};
  }

  DataSize unsent_max() const { return unsent_; }

 private:
  Endpoint endpoint_;
  bool is_connected_ = false;
  std::optional<Timestamp> retry_at_;
  DataSize unsent_ = DataSize::Zero();
  std::deque<Bytes> out_;
  std::deque<Event> events_;
};

}  // namespace onair::twin
