// SPDX-License-Identifier: Apache-2.0
//
// A publisher over TCP: our own session and RTMP client over modelled TCP against our own RTMP
// server.
#pragma once

#include "core/session/publish.h"
#include "core/twin/session_world.h"
#include "samples/twin/push_flow.h"
#include "transport/rtmp/rtmp_url.h"
#include "transport/rtmp/server_session.h"

namespace onair::samples {

class TcpFlow final : public PushFlow {
 public:
  TcpFlow(twin::World& world, twin::SharedNetwork& network, const twin::TcpSetup& tcp,
          const Config& config, EventLog& log);

  void Observe() override;
  Counts counts() override;
  DataSize backlog() override;
  DataSize on_wire() override;

 private:
  using Server = rtmp::ServerSession;

  void StartSession() override;
  void StopSession() override;
  void Send(EncodedFrame frame) override;

  session::Publish MakeSession();
  twin::SessionWorld<session::Publish>::Config MakeNet(twin::SharedNetwork& network,
                                                       const twin::TcpSetup& tcp);
  twin::Answer Meet();
  void OnSession(session::Publish::Event& event);
  void OnServer(twin::MachinePeer<Server>& peer, Server::Event& event, int meeting);

  rtmp::RtmpUrl url_;
  session::Publish session_;
  twin::SessionWorld<session::Publish> net_;
  struct Segments {
    std::int64_t sent = 0;
    std::int64_t again = 0;
    std::int64_t marks = 0;
    std::int64_t mark_echoes = 0;
  };
  Segments earlier_;  // Of connections that are gone.
  Segments present_;
  int connection_ = 0;
  int meetings_ = 0;   // Connections that reached the server.
  int publisher_ = 0;  // The meeting that published last.
};

}  // namespace onair::samples
