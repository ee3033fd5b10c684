// SPDX-License-Identifier: Apache-2.0
//
// Real peers for tests of Publisher and Player: an edge in this process, and servers that
// misbehave. Everything waits on conditions with deadlines.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/synthetic/test_source.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/listener.h"
#include "platform/runtime/loop.h"
#include "platform/runtime/mutex.h"
#include "platform/sdk/player.h"
#include "platform/sdk/publisher.h"
#include "samples/edge/edge.h"

namespace onair::sdk_test {

inline constexpr TimeDelta kPatience = TimeDelta::Seconds(20);  // Sanitizers on a busy machine.

// Collects events from any thread; Wait() sees all of them.
template <typename Event>
class Events {
 public:
  std::function<void(const Event&)> listener() {
    return [this](const Event& event) {
      // Under the lock: who was waited for may be gone right after it.
      const runtime::MutexLock lock(mutex_);
      seen_.push_back(event);
      changed_.NotifyAll();
    };
  }

  // Whether `wanted` held for some event before the deadline.
  bool Wait(const std::function<bool(const Event&)>& wanted, TimeDelta at_most = kPatience) {
    const Timestamp deadline = runtime::Now() + at_most;
    const runtime::MutexLock lock(mutex_);
    std::size_t looked = 0;
    for (;;) {
      for (; looked < seen_.size(); ++looked) {
        if (wanted(seen_[looked])) return true;
      }
      if (runtime::Now() >= deadline) return false;
      changed_.WaitUntil(mutex_, deadline);
    }
  }

  std::vector<Event> all() const {
    const runtime::MutexLock lock(mutex_);
    return seen_;
  }

 private:
  mutable runtime::Mutex mutex_;
  runtime::CondVar changed_;
  std::vector<Event> seen_;
};

// Waits until `claim` holds, looking every few milliseconds.
inline bool Eventually(const std::function<bool()>& claim, TimeDelta at_most = kPatience) {
  const Timestamp deadline = runtime::Now() + at_most;
  runtime::Mutex mutex;
  runtime::CondVar never;
  while (!claim()) {
    if (runtime::Now() >= deadline) return false;
    const runtime::MutexLock lock(mutex);
    never.WaitUntil(mutex, runtime::Now() + TimeDelta::Millis(5));
  }
  return true;
}

inline std::function<bool(const PublishEvent&)> Reaches(PublishState state,
                                                        std::size_t destination = 0) {
  return [=](const PublishEvent& event) {
    const auto* change = std::get_if<PublishStateEvent>(&event);
    return change != nullptr && change->state == state && change->destination == destination;
  };
}
inline std::function<bool(const PlayEvent&)> Reaches(PlayState state) {
  return [=](const PlayEvent& event) {
    const auto* change = std::get_if<PlayStateEvent>(&event);
    return change != nullptr && change->state == state;
  };
}

// The error of the first state change that carries one.
inline std::optional<Error> FirstError(const std::vector<PublishEvent>& events) {
  for (const PublishEvent& event : events) {
    const auto* change = std::get_if<PublishStateEvent>(&event);
    if (change != nullptr && change->error) return change->error;
  }
  return std::nullopt;
}
inline std::optional<Error> FirstError(const std::vector<PlayEvent>& events) {
  for (const PlayEvent& event : events) {
    const auto* change = std::get_if<PlayStateEvent>(&event);
    if (change != nullptr && change->error) return change->error;
  }
  return std::nullopt;
}

// onair-edge in this process, on free ports, or on those that another had.
class EdgeHost {
 public:
  explicit EdgeHost(edge::EdgeConfig config = {}, edge::Ports wanted = {}) {
    config.rtmp_port = wanted.rtmp;
    config.http_port = wanted.http;
    std::string error;
    REQUIRE(loop_.Start());
    REQUIRE(loop_.RunAndWait([&] {
      edge_ = std::make_unique<edge::Edge>(loop_, config);
      auto ports = edge_->Start();
      if (ports) {
        ports_ = *ports;
      } else {
        error = ToString(ports.error());
      }
    }));
    INFO(error);
    REQUIRE(ports_.rtmp != 0);
  }
  ~EdgeHost() {
    loop_.RunAndWait([&] { edge_.reset(); });
    loop_.Stop();
  }

  std::string rtmp(const std::string& key) const {
    return "rtmp://127.0.0.1:" + std::to_string(ports_.rtmp) + "/live/" + key;
  }
  std::string flv(const std::string& key) const {
    return "http://127.0.0.1:" + std::to_string(ports_.http) + "/live/" + key + ".flv";
  }

  std::string rts(const std::string& key) const {
    return "rts://127.0.0.1:" + std::to_string(ports_.http) + "/live/" + key;
  }

  edge::Ports ports() const { return ports_; }
  edge::EdgeStats stats() {
    edge::EdgeStats stats;
    loop_.RunAndWait([&] { stats = edge_->stats(); });
    return stats;
  }
  void RequestReconnect(const std::string& tc_url) {
    loop_.RunAndWait([&] { edge_->RequestReconnect(tc_url); });
  }

 private:
  runtime::Loop loop_{"test.edge"};
  std::unique_ptr<edge::Edge> edge_;
  edge::Ports ports_;
};

// A TCP server that treats each connection as it is told.
class RawPeer {
 public:
  using OnAccept = std::function<void(std::unique_ptr<runtime::ByteStream>)>;

  explicit RawPeer(OnAccept on_accept) {
    REQUIRE(loop_.Start());
    REQUIRE(loop_.RunAndWait([&] {
      listener_ = std::make_unique<runtime::TcpListener>(loop_, runtime::TcpListenerConfig{},
                                                         std::move(on_accept));
      auto port = listener_->Listen("127.0.0.1", 0);
      if (port) port_ = *port;
    }));
    REQUIRE(port_ != 0);
  }
  ~RawPeer() {
    loop_.RunAndWait([&] { listener_.reset(); });
    loop_.Stop();
  }

  std::string rtmp() const { return "rtmp://127.0.0.1:" + std::to_string(port_) + "/live/room"; }
  std::string flv() const { return "http://127.0.0.1:" + std::to_string(port_) + "/live/room.flv"; }
  std::string rts() const { return "rts://127.0.0.1:" + std::to_string(port_) + "/live/room"; }
  std::uint16_t port() const { return port_; }
  // Who is connected stays so, and the port is free for another server.
  void StopListening() {
    loop_.RunAndWait([&] { listener_.reset(); });
  }

 private:
  runtime::Loop loop_{"test.peer"};
  std::unique_ptr<runtime::TcpListener> listener_;
  std::uint16_t port_ = 0;
};

// Accepts and then neither reads nor writes.
class SilentPeer {
 public:
  SilentPeer() : peer_([this](auto stream) { held_.push_back(std::move(stream)); }) {}
  std::string rtmp() const { return peer_.rtmp(); }
  std::string flv() const { return peer_.flv(); }
  std::string rts() const { return peer_.rts(); }
  std::uint16_t port() const { return peer_.port(); }
  void StopListening() { peer_.StopListening(); }

 private:
  std::vector<std::unique_ptr<runtime::ByteStream>> held_;  // Of the peer's loop.
  RawPeer peer_;
};

inline constexpr PictureSize kSmall{320, 180};

// Cheap enough for sanitizers: 320x180 at 15 pictures a second.
inline PublisherConfig SmallPublisher(std::vector<std::string> urls) {
  PublisherConfig config;
  config.urls = std::move(urls);
  config.video->size = kSmall;
  config.video->frame_rate = 15;
  config.video->rate = DataRate::KilobitsPerSec(300);
  config.video->preset = "ultrafast";
  config.video->threads = 1;
  config.video->gop = TimeDelta::Seconds(1);
  config.session.reconnect.first_delay = TimeDelta::Millis(50);
  return config;
}

inline Publisher::Sources TestPicture(PictureSize size = kSmall) {
  capture::TestSourceConfig test;
  test.video = VideoFormat{size, 15};
  auto source = capture::OpenTestSource(test);
  REQUIRE(source);
  Publisher::Sources sources;
  sources.media.push_back(std::move(*source));
  return sources;
}

inline Executor InPlace() {
  return [](const std::function<void()>& task) { task(); };
}

}  // namespace onair::sdk_test
