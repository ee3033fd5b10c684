// SPDX-License-Identifier: Apache-2.0
//
// Datagrams of one publisher and its edge on a modelled network, and what of them is what: RTP's
// header is in the clear.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "core/machine/datagram.h"
#include "core/twin/datagram_pipe.h"
#include "core/twin/shared_network.h"
#include "transport/webrtc/negotiated_media.h"

namespace onair::samples {

// Single-owner; dies before its world and network.
class RtsLine {
 public:
  using OnDatagram = std::function<void(const Datagram& in)>;
  // A picture's last packet left for the first time; `since_first`: how much later than the
  // stream's first picture it was captured.
  using OnPictureSent = std::function<void(TimeDelta since_first, Timestamp now)>;
  struct Sent {
    std::int64_t packets = 0;
    DataSize bytes = DataSize::Zero();  // With all headers.
  };
  struct Stats {
    Sent video;   // For the first time.
    Sent sound;   // With what it repeats of earlier sound.
    Sent resent;  // And probes' padding.
    Sent repair;  // Forward correction.
    Sent other;   // ICE, DTLS, RTCP.
  };

  RtsLine(twin::World& world, twin::SharedNetwork& network, TimeDelta access_delay);

  void ListenAtClient(OnDatagram on_datagram) { at_client_ = std::move(on_datagram); }
  void ListenAtEdge(OnDatagram on_datagram) { at_edge_ = std::move(on_datagram); }
  void Listen(OnPictureSent on_picture_sent) { on_picture_sent_ = std::move(on_picture_sent); }
  // Whose packets they are, from now on.
  void BeginStream(const webrtc::NegotiatedMedia& media);

  void SendUp(const DatagramTransmit& out);
  void SendDown(const DatagramTransmit& out);

  static SocketAddress ClientAddress(std::uint16_t port);
  static SocketAddress EdgeAddress(std::uint16_t port);

  const Stats& stats() const { return stats_; }

 private:
  twin::Packet Pack(const DatagramTransmit& out) const;
  void Count(ByteView bytes, DataSize size);
  Sent& KindOf(ByteView bytes);
  void ArriveAtEdge(const twin::Packet& packet);
  void ArriveAtClient(const twin::Packet& packet);

  twin::World& world_;
  twin::SharedNetwork& network_;
  const twin::FlowId flow_;
  OnDatagram at_client_;
  OnDatagram at_edge_;
  OnPictureSent on_picture_sent_;
  // Of a flow's own, behind the shared network; null: none.
  std::unique_ptr<twin::DatagramPipe> far_up_;
  std::unique_ptr<twin::DatagramPipe> far_down_;
  std::uint32_t video_ssrc_ = 0;
  std::uint32_t sound_ssrc_ = 0;
  std::optional<std::uint32_t> rtx_ssrc_;
  std::optional<std::uint32_t> fec_ssrc_;
  std::optional<std::uint32_t> first_timestamp_;
  Stats stats_;
};

}  // namespace onair::samples
