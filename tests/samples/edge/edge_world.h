// SPDX-License-Identifier: Apache-2.0
//
// An edge on free loopback ports with real clients around it. Real sockets, so conditions are
// awaited with a deadline; nothing depends on how long a step takes.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/check.h"
#include "core/base/rng.h"
#include "core/twin/fake_audio.h"
#include "core/twin/fake_encoder.h"
#include "platform/runtime/byte_stream.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/loop.h"
#include "platform/runtime/machine_driver.h"
#include "samples/edge/edge.h"
#include "transport/http/client_exchange.h"
#include "transport/http_flv/play_client.h"
#include "transport/rtmp/play_client.h"
#include "transport/rtmp/publish_client.h"

namespace onair::edge::test {

// Far above what any step takes on a loaded machine under a sanitizer.
inline constexpr TimeDelta kPatience = TimeDelta::Seconds(20);

inline EdgeConfig FreePorts() {
  EdgeConfig config;
  config.rtmp_port = 0;
  config.http_port = 0;
  config.publisher_grace = TimeDelta::Millis(300);
  config.publisher_timeout = TimeDelta::Seconds(60);  // Tests' publishers may say nothing.
  config.setup_timeout = TimeDelta::Seconds(5);
  return config;
}

// The edge and its clients share one loop thread; the test speaks to it by On().
class World {
 public:
  explicit World(const EdgeConfig& config = FreePorts()) : loop("test.net") {
    ONAIR_CHECK(loop.Start().has_value());
    On([&] {
      edge = std::make_unique<Edge>(loop, config);
      ports = edge->Start().value();
    });
  }
  ~World() {
    On([&] { edge.reset(); });
    loop.Stop();
  }

  void On(const std::function<void()>& task) { REQUIRE(loop.RunAndWait(task)); }
  // True as soon as `claim()`, asked on the loop's thread, holds; false after kPatience.
  bool Await(const std::function<bool()>& claim) {
    const Timestamp deadline = runtime::Now() + kPatience;
    for (;;) {
      bool holds = false;
      On([&] { holds = claim(); });
      if (holds) return true;
      if (runtime::Now() >= deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  EdgeStats Stats() {
    EdgeStats stats;
    On([&] { stats = edge->stats(); });
    return stats;
  }
  std::string Rtmp(const std::string& path) const {
    return "rtmp://127.0.0.1:" + std::to_string(ports.rtmp) + "/" + path;
  }
  std::string Http(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(ports.http) + path;
  }

  runtime::Loop loop;
  std::unique_ptr<Edge> edge;
  Ports ports;
};

// A machine on a socket of its own, with the part of its life that tests ask about. All
// members but construction and destruction are used on the loop's thread.
template <typename M>
class Client {
 public:
  using Event = typename M::Event;

  // `make` makes the machine on the loop's thread.
  Client(World& world, const Endpoint& endpoint, std::function<std::unique_ptr<M>()> make,
         std::function<void(Event&&)> on_event, const runtime::ByteStreamConfig& streams = {})
      : world_(world) {
    world_.On([&] {
      machine = make();
      driver = std::make_unique<runtime::MachineDriver<M>>(
          world_.loop, std::make_unique<runtime::ByteStream>(world_.loop, streams), *machine,
          typename runtime::MachineDriver<M>::Handlers{
              .on_event = [on_event](Event&& event, Timestamp) { on_event(std::move(event)); },
              .on_closed = [this](const Error& error, Timestamp) { closed = error; }});
      driver->Open(endpoint);
    });
  }
  ~Client() {
    world_.On([&] {
      driver.reset();
      machine.reset();
    });
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  std::unique_ptr<M> machine;
  std::unique_ptr<runtime::MachineDriver<M>> driver;
  std::optional<Error> closed;  // The socket's end.

 private:
  World& world_;
};

// Publishes synthetic frames when told to.
class Publisher {
 public:
  // `track`: in place of the fake encoder's, whose parameter sets are none.
  Publisher(World& world, const std::string& path, const twin::FakeEncoderConfig& video = {},
            std::optional<VideoTrack> track = {})
      : world_(world),
        track_(std::move(track)),
        url_(rtmp::ParseRtmpUrl(ParseUrl(world.Rtmp(path)).value()).value()),
        video_(video, Rng(1)),
        audio_(DataRate::KilobitsPerSec(64), Rng(4)),
        client_(
            world, url_.endpoint,
            [this] {
              return std::make_unique<rtmp::PublishClient>(url_, rtmp::PublishClientConfig{},
                                                           Rng(2), NullTrace(), runtime::Now());
            },
            [this](PublishTransport::Event&& event) {
              if (std::holds_alternative<PublishTransport::Ready>(event)) is_ready = true;
              if (auto* closed = std::get_if<PublishTransport::Closed>(&event)) {
                error = closed->error;
              }
            }) {}

  bool AwaitReady() {
    return world_.Await([this] { return is_ready || error; }) && is_ready;
  }
  // Sends the next `count` pictures with their sound, at once.
  void Send(int count) {
    world_.On([&] {
      client_.driver->Do([&](rtmp::PublishClient& client, Timestamp now) {
        if (!std::exchange(has_tracks_, true)) client.SetTracks(Tracks(), now);
        for (int i = 0; i < count; ++i) {
          while (audio_.next_pts() <= video_.next_pts()) client.Send(audio_.Next(now), now);
          client.Send(video_.Next(now), now);
        }
      });
    });
  }
  // One picture of the caller's.
  void Send(const EncodedFrame& frame) {
    world_.On([&] {
      client_.driver->Do([&](rtmp::PublishClient& client, Timestamp now) {
        if (!std::exchange(has_tracks_, true)) client.SetTracks(Tracks(), now);
        client.Send(frame, now);
      });
    });
  }
  // Sends pictures at their own pace until `claim` holds; false after kPatience.
  bool SendUntil(const std::function<bool()>& claim) {
    const Timestamp deadline = runtime::Now() + kPatience;
    for (bool holds = false; runtime::Now() < deadline;) {
      world_.On([&] { holds = claim(); });
      if (holds) return true;
      Send(1);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
  }
  void Close() {
    world_.On([&] {
      client_.driver->Do([](auto& client, Timestamp now) { client.Close(now); });
      client_.driver->Close(TimeDelta::Seconds(1));
    });
  }
  StreamTracks Tracks() const {
    StreamTracks tracks;
    tracks.video = track_ ? *track_ : video_.track();
    tracks.audio = audio_.track();
    return tracks;
  }

  bool is_ready = false;
  std::optional<Error> error;

 private:
  World& world_;
  const std::optional<VideoTrack> track_;
  rtmp::RtmpUrl url_;
  twin::FakeEncoder video_;
  twin::FakeAudio audio_;
  bool has_tracks_ = false;
  Client<rtmp::PublishClient> client_;
};

// What a viewer saw so far; used on the loop's thread.
struct Seen {
  bool is_accepted = false;
  StreamTracks tracks;
  std::vector<std::int64_t> pictures;  // Their numbers.
  int sounds = 0;
  bool is_first_key = false;
  bool has_publisher_left = false;
  std::optional<Error> error;

  void Take(PlayTransport::Event&& event) {
    if (std::holds_alternative<PlayTransport::Accepted>(event)) is_accepted = true;
    if (auto* t = std::get_if<PlayTransport::TracksChanged>(&event)) tracks = t->tracks;
    if (std::holds_alternative<PlayTransport::PublisherLeft>(event)) has_publisher_left = true;
    if (auto* c = std::get_if<PlayTransport::Closed>(&event)) error = c->error;
    const auto* frame = std::get_if<EncodedFrame>(&event);
    if (frame == nullptr) return;
    if (frame->kind == FrameKind::kAudio) {
      ++sounds;
      return;
    }
    if (pictures.empty()) is_first_key = frame->is_key();
    pictures.push_back(twin::FrameNumber(*frame));
  }
};

class FlvViewer {
 public:
  FlvViewer(World& world, const std::string& path, const runtime::ByteStreamConfig& streams = {},
            const std::string& scheme = "http")
      : url_(ParseUrl(scheme + world.Http(path).substr(4)).value()),
        client_(
            world, http_flv::EndpointOf(url_).value(),
            [this] {
              return std::make_unique<http_flv::PlayClient>(
                  http_flv::PlayClient::Make(url_, {}, runtime::Now()).value());
            },
            [this](PlayTransport::Event&& event) { seen.Take(std::move(event)); }, streams) {}

  Seen seen;

 private:
  Url url_;
  Client<http_flv::PlayClient> client_;
};

class RtmpViewer {
 public:
  RtmpViewer(World& world, const std::string& path)
      : url_(rtmp::ParseRtmpUrl(ParseUrl(world.Rtmp(path)).value()).value()),
        client_(
            world, url_.endpoint,
            [this] {
              return std::make_unique<rtmp::PlayClient>(url_, rtmp::PlayClientConfig{}, Rng(3),
                                                        NullTrace(), runtime::Now());
            },
            [this](PlayTransport::Event&& event) { seen.Take(std::move(event)); }) {}

  Seen seen;

 private:
  rtmp::RtmpUrl url_;
  Client<rtmp::PlayClient> client_;
};

// One HTTP request and its answer.
struct Answer {
  int status = 0;
  http::Headers headers;
  std::string body;
  std::optional<Error> error;
};
inline Answer Ask(World& world, const std::string& path, const std::string& method = "GET",
                  http::Headers headers = {}, const std::string& body = "") {
  Answer answer;
  bool is_done = false;
  http::ClientRequest request;
  request.method = method;
  request.headers = std::move(headers);
  request.body.assign(body.begin(), body.end());
  request.url = ParseUrl(world.Http(path)).value();
  const Client<http::ClientExchange> client(
      world, http_flv::EndpointOf(request.url).value(),
      [&] {
        return std::make_unique<http::ClientExchange>(
            http::ClientExchange::Make(request, {}, runtime::Now()).value());
      },
      [&](http::ClientExchange::Event&& event) {
        if (auto* head = std::get_if<http::ClientExchange::ResponseHead>(&event)) {
          answer.status = head->status;
          answer.headers = head->headers;
        } else if (auto* part = std::get_if<http::ClientExchange::BodyPart>(&event)) {
          answer.body.append(part->bytes.begin(), part->bytes.end());
        } else {
          if (auto* closed = std::get_if<http::ClientExchange::Closed>(&event)) {
            answer.error = closed->error;
          }
          is_done = true;
        }
      });
  REQUIRE(world.Await([&] { return is_done; }));
  return answer;
}

// A connection that says what it is told and reads only when asked to.
class RawClient final : public runtime::ByteStreamListener {
 public:
  RawClient(World& world, std::uint16_t port, std::string greeting)
      : greeting_(std::move(greeting)), world_(world) {
    world_.On([&] {
      stream_ = std::make_unique<runtime::ByteStream>(world_.loop, runtime::ByteStreamConfig{});
      stream_->Open({"127.0.0.1", port, Security::kPlain}, *this);
    });
  }
  ~RawClient() override {
    world_.On([&] { stream_.reset(); });
  }

  void OnConnected(Timestamp) override {
    is_connected = true;
    stream_->Write(Bytes(greeting_.begin(), greeting_.end()));
  }
  void OnBytes(ByteView in, Timestamp) override { received.append(in.begin(), in.end()); }
  void OnClosed(const Error& e, Timestamp) override { error = e; }

  bool is_connected = false;
  std::string received;
  std::optional<Error> error;

 private:
  std::string greeting_;
  World& world_;
  std::unique_ptr<runtime::ByteStream> stream_;
};

}  // namespace onair::edge::test
