// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/tcp_flow.h"

#include <utility>

#include "core/machine/trace.h"
#include "samples/twin/tapped_transport.h"
#include "transport/rtmp/publish_client.h"

namespace onair::samples {

TcpFlow::TcpFlow(twin::World& world, twin::SharedNetwork& network, const twin::TcpSetup& tcp,
                 const Config& config, EventLog& log)
    : PushFlow(world, config, Chance(world), AudioCodec::kAac, log),
      url_(*rtmp::ParseRtmpUrl(*ParseUrl("rtmp://live.example/app/key"))),
      session_(MakeSession()),
      net_(world, session_, MakeNet(network, tcp)) {
  session_.SetController(MakeConfigured());
}

session::Publish TcpFlow::MakeSession() {
  const auto make_transport = [this](Timestamp now) {
    auto client = std::make_unique<rtmp::PublishClient>(
        url_, rtmp::PublishClientConfig{}, Rng(chance_.client.Next()), NullTrace(), now);
    return std::make_unique<TappedTransport>(
        std::move(client), [this](FrameKind kind, Timestamp captured_at, Timestamp at) {
          if (kind != FrameKind::kAudio) send_delays_ms_.Add((at - captured_at).ms_f());
        });
  };
  return {PublishSessionConfig{},
          {url_.endpoint, make_transport},
          nullptr,
          world_.ForkRng(),
          NullTrace()};
}

twin::SessionWorld<session::Publish>::Config TcpFlow::MakeNet(twin::SharedNetwork& network,
                                                              const twin::TcpSetup& tcp) {
  const auto unused =
      twin::StreamLink::Symmetric(twin::RateSchedule::Unlimited(), TimeDelta::Millis(1));
  return {.link = unused,
          .peer = [this](const Endpoint&) { return Meet(); },
          .on_event = [this](session::Publish::Event& event, Timestamp) { OnSession(event); },
          .connect = {},
          .network = &network,
          .tcp = tcp};
}

// An encoder that runs before anybody listens: what it gives waits for the connection.
void TcpFlow::StartSession() {
  net_.Do([this](session::Publish& s, Timestamp now) {
    s.SetTracks(media_.tracks(), now);
    s.Start(now);
  });
  BeginMedia();
}

void TcpFlow::StopSession() {
  net_.Do([](session::Publish& s, Timestamp now) { s.Stop(now); });
}

void TcpFlow::Send(EncodedFrame frame) {
  net_.Do([&](session::Publish& s, Timestamp now) { s.Push(std::move(frame), now); });
}

PushFlow::Counts TcpFlow::counts() {
  const PublishSessionStats stats = session_.stats();
  Counts counts = PushFlow::counts();
  counts.dropped = stats.frames_dropped;
  counts.reconnects = stats.reconnects;
  counts.segments = earlier_.sent + present_.sent;
  counts.segments_again = earlier_.again + present_.again;
  counts.marks = earlier_.marks + present_.marks;
  counts.mark_echoes = earlier_.mark_echoes + present_.mark_echoes;
  return counts;
}

DataSize TcpFlow::backlog() {
  return session_.stats().queue_size + net_.unsent();
}

DataSize TcpFlow::on_wire() {
  return session_.stats().bytes_sent - net_.unsent();
}

twin::Answer TcpFlow::Meet() {
  const int meeting = ++meetings_;
  auto server = std::make_unique<Server>(rtmp::ServerSessionConfig{}, Rng(chance_.server.Next()),
                                         world_.now());
  return std::make_unique<twin::MachinePeer<Server>>(
      std::move(server),
      [this, meeting](auto& peer, Server::Event& event) { OnServer(peer, event, meeting); });
}

void TcpFlow::OnSession(session::Publish::Event& event) {
  using Session = session::Publish;
  if (std::holds_alternative<Session::KeyFrameWanted>(event)) {
    media_.video().RequestKeyFrame();
  } else if (const auto* decided = std::get_if<Session::RateDecided>(&event)) {
    OnDecision(decided->decision);
  } else if (const auto* changed = std::get_if<Session::StateChanged>(&event)) {
    OnState(changed->state, changed->error);
  }
}

void TcpFlow::OnServer(twin::MachinePeer<Server>& peer, Server::Event& event, int meeting) {
  if (std::holds_alternative<Server::PublishRequested>(event)) {
    publisher_ = meeting;
    peer.Do([](Server& s, Timestamp now) { s.AcceptPublish(now); });
  } else if (const auto* frame = std::get_if<EncodedFrame>(&event)) {
    // Who publishes takes the stream over: what the connection before still brings is void.
    if (meeting == publisher_) OnDelivered(*frame);
  } else if (std::holds_alternative<Server::Closed>(event)) {
    peer.Finish();
  }
}

void TcpFlow::Observe() {
  twin::Connection* connection = net_.connection();
  if (connection == nullptr) return;
  if (connection_ != net_.connections()) {
    connection_ = net_.connections();
    earlier_ = {earlier_.sent + present_.sent, earlier_.again + present_.again,
                earlier_.marks + present_.marks, earlier_.mark_echoes + present_.mark_echoes};
  }
  const auto client = connection->client().tcp_info();
  const auto server = connection->server().tcp_info();
  if (client && server) {
    present_ = {client->segments_sent, client->segments_retransmitted, server->marks,
                client->mark_echoes};
  }
}

}  // namespace onair::samples
