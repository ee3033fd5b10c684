// SPDX-License-Identifier: Apache-2.0
//
// The whole publishing line over the real protocol: session, RTMP client, network, our RTMP
// server.
#pragma once

#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "core/session/publish.h"
#include "core/twin/fake_media.h"
#include "core/twin/session_world.h"
#include "transport/rtmp/publish_client.h"
#include "transport/rtmp/server_session.h"

namespace onair::scenario {

class RtmpPublishStage {
 public:
  using Publish = session::Publish;
  using Server = rtmp::ServerSession;

  struct Arrival {
    Timestamp at;
    MediaTime dts;
    FrameKind kind;
    int connection;
  };

  RtmpPublishStage(const twin::StreamLink& link, std::uint64_t seed,
                   const PublishSessionConfig& config = {})
      : world(Timestamp::Zero(), seed),
        url_(*rtmp::ParseRtmpUrl(*ParseUrl("rtmp://live.example/app/key"))),
        client_rng_(world.ForkRng()),
        server_rng_(world.ForkRng()),
        session(config,
                {url_.endpoint,
                 [this](Timestamp now) {
                   return std::make_unique<rtmp::PublishClient>(url_, rtmp::PublishClientConfig{},
                                                                Rng(client_rng_.Next()),
                                                                NullTrace(), now);
                 }},
                nullptr, world.ForkRng(), NullTrace()),
        net(world, session,
            {link,
             [this](const Endpoint&) { return Meet(); },
             [this](Publish::Event& event, Timestamp) {
               if (std::holds_alternative<Publish::KeyFrameWanted>(event)) {
                 media.video().RequestKeyFrame();
               }
             },
             {}}),
        media(world, twin::FakeEncoder(twin::FakeEncoderConfig{}, world.ForkRng()),
              twin::FakeAudio(DataRate::KilobitsPerSec(64), world.ForkRng()),
              [this](EncodedFrame frame, Timestamp) {
                net.Do([&](Publish& s, Timestamp now) { s.Push(std::move(frame), now); });
              }) {}

  void Start() {
    net.Do([this](Publish& s, Timestamp now) {
      s.SetTracks(media.tracks(), now);
      s.Start(now);
    });
    media.Start();
  }

  std::vector<Arrival> arrivals;
  std::vector<int> tracks_seen;              // Connection of each TracksChanged.
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a of every frame that reached the server.
  twin::World world;

 private:
  twin::Answer Meet() {
    const int connection = ++meetings_;
    auto server =
        std::make_unique<Server>(rtmp::ServerSessionConfig{}, Rng(server_rng_.Next()), world.now());
    return std::make_unique<twin::MachinePeer<Server>>(
        std::move(server), [this, connection](auto& peer, Server::Event& event) {
          if (std::holds_alternative<Server::PublishRequested>(event)) {
            peer.Do([](Server& s, Timestamp now) { s.AcceptPublish(now); });
          } else if (std::holds_alternative<Server::TracksChanged>(event)) {
            tracks_seen.push_back(connection);
          } else if (const auto* frame = std::get_if<EncodedFrame>(&event)) {
            for (const std::uint8_t byte : frame->payload.view()) Mix(byte);
            Mix(static_cast<std::uint64_t>(frame->dts.us()));
            arrivals.push_back({world.now(), frame->dts, frame->kind, connection});
          } else if (std::holds_alternative<Server::Closed>(event)) {
            peer.Finish();
          }
        });
  }
  void Mix(std::uint64_t value) { hash = (hash ^ value) * 0x100000001b3U; }

  rtmp::RtmpUrl url_;
  Rng client_rng_;
  Rng server_rng_;
  int meetings_ = 0;

 public:
  Publish session;
  twin::SessionWorld<Publish> net;
  twin::FakeMedia media;
};

}  // namespace onair::scenario
