// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/rts_line.h"

#include <algorithm>
#include <utility>

#include "core/twin/delay.h"

namespace onair::samples {
namespace {

// What a packet of the model begins with, as long as IPv4's and UDP's headers:
//
//    0        2           4      6                     28
//   +--------+-----------+------+---------------------+--------
//   | length | from port | to   | zero                | datagram
//   +--------+-----------+------+---------------------+--------
constexpr std::size_t kHeaderBytes = 28;

// RFC 7983: first bytes 20 to 63. Certificates and signatures differ in length from process to
// process by some bytes; here all take the room of the longest, so that the same seed gives the
// same run.
bool IsDtls(ByteView bytes) {
  return !bytes.empty() && bytes[0] >= 20 && bytes[0] <= 63;
}
bool IsRtpOrRtcp(ByteView bytes) {
  constexpr std::size_t kLeast = 12;
  return bytes.size() >= kLeast && bytes[0] >= 128 && bytes[0] <= 191;
}
// RFC 5761 section 4: packet types of RTCP.
bool IsRtcp(ByteView bytes) {
  return bytes[1] >= 192 && bytes[1] <= 223;
}

std::uint16_t U16At(ByteView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}
std::uint32_t U32At(ByteView bytes, std::size_t at) {
  return static_cast<std::uint32_t>(U16At(bytes, at)) << 16 | U16At(bytes, at + 2);
}
void PutU16(Bytes& bytes, std::size_t at, std::size_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}

ByteView DatagramOf(const twin::Packet& packet) {
  return ByteView(packet.bytes).subspan(kHeaderBytes, U16At(packet.bytes, 0));
}

std::unique_ptr<twin::DatagramPipe> MakeFar(twin::World& world, TimeDelta delay,
                                            twin::DatagramPipe::OnPacket on_packet) {
  if (delay <= TimeDelta::Zero()) return nullptr;
  return std::make_unique<twin::DatagramPipe>(world, std::make_unique<twin::Delay>(delay),
                                              std::move(on_packet));
}

}  // namespace

RtsLine::RtsLine(twin::World& world, twin::SharedNetwork& network, TimeDelta access_delay)
    : world_(world),
      network_(network),
      flow_(network.NewFlow()),
      far_up_(MakeFar(world, access_delay,
                      [this](const twin::Packet& packet, Timestamp) { ArriveAtEdge(packet); })),
      far_down_(MakeFar(world, access_delay, [this](const twin::Packet& packet, Timestamp) {
        ArriveAtClient(packet);
      })) {
  network_.up().Listen(flow_, [this](twin::Packet packet, Timestamp) {
    if (far_up_) return far_up_->Send(std::move(packet.bytes));
    ArriveAtEdge(packet);
  });
  network_.down().Listen(flow_, [this](twin::Packet packet, Timestamp) {
    if (far_down_) return far_down_->Send(std::move(packet.bytes));
    ArriveAtClient(packet);
  });
}

SocketAddress RtsLine::ClientAddress(std::uint16_t port) {
  return {IpAddress::V4(10, 0, 0, 1), port};
}
SocketAddress RtsLine::EdgeAddress(std::uint16_t port) {
  return {IpAddress::V4(192, 0, 2, 1), port};
}

void RtsLine::BeginStream(const webrtc::NegotiatedMedia& media) {
  first_timestamp_.reset();
  if (media.audio && media.audio->peer_source) sound_ssrc_ = media.audio->peer_source->ssrc;
  if (!media.video || !media.video->peer_source) return;
  video_ssrc_ = media.video->peer_source->ssrc;
  rtx_ssrc_ = media.video->peer_source->rtx_ssrc;
  fec_ssrc_ = media.video->peer_source->fec_ssrc;
}

void RtsLine::SendUp(const DatagramTransmit& out) {
  twin::Packet packet = Pack(out);
  Count(out.bytes, packet.size());
  network_.up().Send(std::move(packet));
}

void RtsLine::SendDown(const DatagramTransmit& out) {
  network_.down().Send(Pack(out));
}

twin::Packet RtsLine::Pack(const DatagramTransmit& out) const {
  twin::Packet packet;
  packet.flow = flow_;
  packet.ecn = out.ecn;
  packet.bytes.reserve(kHeaderBytes + kMaxDatagramBytes);
  packet.bytes.resize(kHeaderBytes);
  PutU16(packet.bytes, 0, out.bytes.size());
  PutU16(packet.bytes, 2, out.path.local.port);
  PutU16(packet.bytes, 4, out.path.remote.port);
  packet.bytes.insert(packet.bytes.end(), out.bytes.begin(), out.bytes.end());
  if (IsDtls(out.bytes)) {
    packet.bytes.resize(kHeaderBytes + std::max(kMaxDatagramBytes, out.bytes.size()));
  }
  return packet;
}

RtsLine::Sent& RtsLine::KindOf(ByteView bytes) {
  if (!IsRtpOrRtcp(bytes) || IsRtcp(bytes)) return stats_.other;
  const std::uint32_t ssrc = U32At(bytes, 8);
  if (ssrc == video_ssrc_) return stats_.video;
  if (ssrc == sound_ssrc_) return stats_.sound;
  if (rtx_ssrc_ && ssrc == *rtx_ssrc_) return stats_.resent;
  if (fec_ssrc_ && ssrc == *fec_ssrc_) return stats_.repair;
  return stats_.other;
}

void RtsLine::Count(ByteView bytes, DataSize size) {
  Sent& kind = KindOf(bytes);
  ++kind.packets;
  kind.bytes += size;
  const bool is_last_of_picture = &kind == &stats_.video && (bytes[1] & 0x80) != 0;
  if (!is_last_of_picture || !on_picture_sent_) return;
  const std::uint32_t timestamp = U32At(bytes, 4);
  if (!first_timestamp_) first_timestamp_ = timestamp;
  constexpr std::int64_t kTicksPerMs = 90;
  const std::int64_t ticks = static_cast<std::uint32_t>(timestamp - *first_timestamp_);
  on_picture_sent_(TimeDelta::Micros(ticks * 1000 / kTicksPerMs), world_.now());
}

void RtsLine::ArriveAtEdge(const twin::Packet& packet) {
  if (!at_edge_) return;
  const DatagramPath path{EdgeAddress(U16At(packet.bytes, 4)),
                          ClientAddress(U16At(packet.bytes, 2))};
  at_edge_({DatagramOf(packet), path, packet.ecn});
}

void RtsLine::ArriveAtClient(const twin::Packet& packet) {
  if (!at_client_) return;
  const DatagramPath path{ClientAddress(U16At(packet.bytes, 4)),
                          EdgeAddress(U16At(packet.bytes, 2))};
  at_client_({DatagramOf(packet), path, packet.ecn});
}

}  // namespace onair::samples
