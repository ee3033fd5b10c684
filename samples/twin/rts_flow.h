// SPDX-License-Identifier: Apache-2.0
//
// A publisher over datagrams: our own realtime session and WebRTC client (ICE, DTLS, SRTP, RTP)
// over modelled links against the session of our edge. Signalling takes no time.
#pragma once

#include <memory>
#include <vector>

#include "core/session/realtime_publish.h"
#include "samples/twin/push_flow.h"
#include "samples/twin/rts_edge.h"
#include "samples/twin/rts_line.h"

namespace onair::samples {

class RtsFlow final : public PushFlow {
 public:
  RtsFlow(twin::World& world, twin::SharedNetwork& network, TimeDelta access_delay,
          const Config& config, EventLog& log);

  // Another address, and the system says so.
  void Move() override;
  Counts counts() override;
  // What waits in the pacer does not hold up the network: zero.
  DataSize backlog() override { return DataSize::Zero(); }
  DataSize on_wire() override;
  double headers() const override;

 private:
  void StartSession() override;
  void StopSession() override;
  void Send(EncodedFrame frame) override;

  std::unique_ptr<RealtimeTransport> MakeTransport(Timestamp now);
  template <typename Command>
  void Do(Command command);
  void Pump();
  void OnEvent(session::RealtimePublish::Event& event);
  void Obey(const WireOrder& order);
  void OpenSockets();
  void NotePictureSent(TimeDelta since_first, Timestamp now);

  RtsLine line_;
  RtsEdge edge_;
  session::RealtimePublish session_;
  twin::Alarm wake_;
  std::uint16_t port_;               // Of the device's present address.
  std::vector<SocketAddress> open_;  // Sockets.
  std::int64_t pictures_sent_ = 0;   // Whole, for the first time.
  // Of the first picture that the present connection took.
  std::optional<Timestamp> first_sent_;
  bool is_pumping_ = false;
};

}  // namespace onair::samples
