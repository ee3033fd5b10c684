// SPDX-License-Identifier: Apache-2.0
//
// A publisher whose connection changes, a server that relays as our edge does, and what one
// viewer right behind it sees.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "core/relay/live_stream.h"
#include "core/session/publish.h"
#include "core/twin/fake_media.h"
#include "core/twin/session_world.h"
#include "transport/rtmp/publish_client.h"
#include "transport/rtmp/server_session.h"

namespace onair::scenario {

class HandOverStage {
 public:
  using Publish = session::Publish;
  using Server = rtmp::ServerSession;
  using Peer = twin::MachinePeer<Server>;
  using Net = twin::SessionWorld<Publish>;

  // What the server does with a second publisher of the name.
  enum class Policy { kTakeOver = 1, kRefuse = 2 };
  struct Setup {
    Net::Config net;  // peer and on_event are the stage's.
    // Set: TCP on this network, instead of net.link.
    std::function<std::unique_ptr<twin::SharedNetwork>(twin::World&)> network = nullptr;
    Policy policy = Policy::kTakeOver;
    std::uint64_t seed = 1;
    PublishSessionConfig session = {};
  };
  // At the viewer.
  struct Seen {
    Timestamp at;
    MediaTime dts;
    FrameKind kind;
  };

  explicit HandOverStage(Setup setup)
      : world(Timestamp::Zero(), setup.seed),
        policy_(setup.policy),
        url_(*rtmp::ParseRtmpUrl(*ParseUrl("rtmp://live.example/app/key"))),
        client_rng_(world.ForkRng()),
        server_rng_(world.ForkRng()),
        live_(relay::RelayConfig{}),
        network_(setup.network ? setup.network(world) : nullptr),
        session(setup.session,
                {url_.endpoint,
                 [this](Timestamp now) {
                   return std::make_unique<rtmp::PublishClient>(url_, rtmp::PublishClientConfig{},
                                                                Rng(client_rng_.Next()),
                                                                NullTrace(), now);
                 }},
                nullptr, world.ForkRng(), NullTrace()),
        net(world, session, Complete(std::move(setup.net))),
        media(world, twin::FakeEncoder(twin::FakeEncoderConfig{}, world.ForkRng()),
              twin::FakeAudio(DataRate::KilobitsPerSec(64), world.ForkRng()),
              [this](EncodedFrame frame, Timestamp) {
                net.Do([&](Publish& s, Timestamp now) { s.Push(std::move(frame), now); });
              }),
        viewer_(*live_.AddViewer(relay::StartPolicy::kNewestKeyFrame, world.now())) {
    net.Do([this](Publish& s, Timestamp now) {
      s.SetTracks(media.tracks(), now);
      s.Start(now);
    });
    media.Start();
  }

  void NetworkChanged(const std::optional<IpAddress>& from = std::nullopt) {
    net.Do([&](Publish& s, Timestamp now) { s.HandleNetworkChanged(from, now); });
  }
  void AskToReconnect() {
    publisher_->Do([](Server& s, Timestamp now) { s.RequestReconnect("", now); });
  }

  // The longest time between two pictures at the viewer that ends after `from`.
  TimeDelta LongestGap(Timestamp from) const {
    TimeDelta longest = TimeDelta::Zero();
    std::optional<Timestamp> last;
    for (const Seen& one : seen) {
      if (one.kind == FrameKind::kAudio) continue;
      if (last && one.at > from) longest = std::max(longest, one.at - *last);
      last = one.at;
    }
    return longest;
  }
  // From `from` to the first key frame at the server; infinity when none came.
  TimeDelta UntilKey(Timestamp from) const {
    for (const Seen& one : seen) {
      if (one.kind == FrameKind::kKey && one.at > from) return one.at - from;
    }
    return TimeDelta::PlusInfinity();
  }
  // Per track no frame goes back, and no two pictures are further apart than `step`.
  bool IsLineWhole(TimeDelta step) const {
    std::optional<MediaTime> picture;
    std::optional<MediaTime> sound;
    for (const Seen& one : seen) {
      auto& last = one.kind == FrameKind::kAudio ? sound : picture;
      if (last && one.dts < *last) return false;
      if (one.kind != FrameKind::kAudio && last && one.dts - *last > step) return false;
      last = one.dts;
    }
    return !seen.empty();
  }

  std::vector<Seen> seen;
  std::vector<std::optional<IpAddress>> came_from;  // Of each connection at the server.
  twin::World world;

 private:
  Net::Config Complete(Net::Config config) {
    config.network = network_.get();
    config.peer = [this](const Endpoint& endpoint) {
      came_from.push_back(endpoint.from);
      return Meet();
    };
    config.on_event = [this](Publish::Event& event, Timestamp) {
      if (std::holds_alternative<Publish::KeyFrameWanted>(event)) media.video().RequestKeyFrame();
    };
    return config;
  }

  twin::Answer Meet() {
    auto server =
        std::make_unique<Server>(rtmp::ServerSessionConfig{}, Rng(server_rng_.Next()), world.now());
    return std::make_unique<Peer>(
        std::move(server), [this](Peer& peer, Server::Event& event) { OnServer(peer, event); });
  }

  void OnServer(Peer& peer, Server::Event& event) {
    if (std::holds_alternative<Server::PublishRequested>(event)) return OnRequest(peer);
    if (std::holds_alternative<Server::Closed>(event)) {
      Leave(peer);
      return peer.Finish();
    }
    if (std::holds_alternative<Server::StreamStopped>(event)) return Leave(peer);
    if (const auto* changed = std::get_if<Server::TracksChanged>(&event)) {
      (&peer == successor_ ? successor_tracks_ : tracks_) = changed->tracks;
      if (&peer == publisher_) live_.SetTracks(tracks_, world.now());
    } else if (auto* frame = std::get_if<EncodedFrame>(&event)) {
      OnFrame(peer, std::move(*frame));
    }
  }

  void OnRequest(Peer& peer) {
    if (publisher_ == nullptr) {
      publisher_ = &peer;
      live_.BeginPublish(world.now());
    } else if (policy_ == Policy::kRefuse) {
      return peer.Do([](Server& s, Timestamp now) {
        s.RejectPublish({ErrorCode::kPublishConflict, "in use"}, now);
      });
    } else {
      successor_ = &peer;
    }
    peer.Do([](Server& s, Timestamp now) { s.AcceptPublish(now); });
  }

  void OnFrame(Peer& peer, EncodedFrame frame) {
    if (&peer == successor_ && frame.is_key()) {
      publisher_ = std::exchange(successor_, nullptr);
      live_.TakeOver(world.now());
      live_.SetTracks(successor_tracks_, world.now());
    }
    if (&peer != publisher_) return;
    live_.Push(std::move(frame), world.now());
    for (;;) {
      const relay::Taken taken = live_.Next(viewer_, world.now());
      if (std::holds_alternative<relay::Nothing>(taken)) return;
      if (auto* const* entry = std::get_if<relay::Entry*>(&taken)) {
        seen.push_back({world.now(), (*entry)->frame.dts, (*entry)->frame.kind});
      }
    }
  }

  void Leave(const Peer& peer) {
    if (&peer == successor_) successor_ = nullptr;
    if (&peer != publisher_) return;
    publisher_ = std::exchange(successor_, nullptr);
    publisher_ != nullptr ? live_.TakeOver(world.now()) : live_.EndPublish(world.now());
  }

  Policy policy_;
  rtmp::RtmpUrl url_;
  Rng client_rng_;
  Rng server_rng_;
  relay::LiveStream live_;
  std::unique_ptr<twin::SharedNetwork> network_;
  StreamTracks tracks_;
  StreamTracks successor_tracks_;
  Peer* publisher_ = nullptr;
  Peer* successor_ = nullptr;

 public:
  Publish session;
  Net net;
  twin::FakeMedia media;

 private:
  relay::ViewerId viewer_;
};

}  // namespace onair::scenario
