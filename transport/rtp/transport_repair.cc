// SPDX-License-Identifier: Apache-2.0
//
// Repairs: those of streams that send, and what those of others bring.
#include <algorithm>

#include "transport/rtp/transport.h"

namespace onair::rtp {

Status Transport::AddFec(std::uint32_t media_ssrc, const FecConfig& fec) {
  Receive* const stream = FindReceive(media_ssrc);
  if (stream == nullptr) return Fail(ErrorCode::kInvalidState, "no such stream");
  if (FindReceive(fec.ssrc) != nullptr) return Fail(ErrorCode::kLimit, "fec.ssrc");
  ReceiveStreamConfig config = stream->config;
  config.fec = fec;
  if (auto valid = config.Validate(); !valid) return valid;
  stream->config = config;
  if (!stream->fec) stream->fec.emplace(config.ssrc, config_.extensions);
  return {};
}

void Transport::BeginFrame(std::uint32_t ssrc, std::size_t bytes, FrameKind kind) {
  for (Repairs& repairs : repairs_) {
    const SendStream& stream = sends_[repairs.media];
    if (stream.config().ssrc != ssrc) continue;
    repairs.groups.BeginFrame((bytes - 1) / stream.max_payload_bytes() + 1, kind);
  }
}

void Transport::SetRepairShare(double share, double key_share) {
  for (Repairs& repairs : repairs_) repairs.groups.SetShare(share, key_share);
}

const FecDecoder::Stats* Transport::fec_stats(std::uint32_t ssrc) const {
  for (const Receive& stream : receives_) {
    if (stream.config.ssrc == ssrc && stream.fec) return &stream.fec->stats();
  }
  return nullptr;
}

void Transport::Protect(std::size_t media, const HistorySlot& slot, Marker marker) {
  for (Repairs& repairs : repairs_) {
    if (repairs.media != media) continue;
    const bool is_full = repairs.groups.Add(slot.packet());
    if (is_full || (marker == Marker::kSet && repairs.groups.EndFrame())) QueueRepairs(repairs);
  }
}

void Transport::QueueRepairs(Repairs& repairs) {
  SendStream& stream = sends_[repairs.stream];
  while (true) {
    const auto room = stream.Room(repairs.packet, now_);
    if (room.empty()) return;  // Counted; the group is cut short by the next one.
    const auto size = repairs.groups.Next(room);
    if (!size) return;
    Queue(repairs.stream, stream.Commit(*size, Marker::kClear));
    ++stats_.repairs_sent;
    stats_.repair_bytes += static_cast<std::int64_t>(*size);
  }
}

// A repair shows too that the last packet of a picture is missing, before the next picture does.
void Transport::TakeRepair(const PacketView& packet, Receive& stream) {
  const auto repair = ParseFlexFec03(packet.payload);
  if (!repair) {
    ++stats_.malformed;
    return;
  }
  stream.fec->HandleRepair(*repair);
  const bool is_ours = !repair->ssrc || *repair->ssrc == stream.config.ssrc;
  if (!stream.config.has_nack || !is_ours) return;
  std::uint16_t last = repair->sn_base;
  for (std::size_t i = 0; i < kMaxFecSpan; ++i) {
    if (repair->mask.test(i)) last = static_cast<std::uint16_t>(repair->sn_base + i);
  }
  if (const auto number = stream.statistics.NumberOf(last)) stream.nack.OnSent(*number, now_);
}

// RFC 2198: one block only, as pictures are never repeated.
//   | RTP header, PT = RED | 0 and the block's PT | the block |
void Transport::UnwrapRed(Incoming& incoming) {
  PacketView& packet = incoming.packet;
  Receive& stream = *incoming.stream;
  packet.header.payload_type = stream.config.payload_type;
  const bool is_one_block = !packet.payload.empty() && (packet.payload[0] & 0x80) == 0;
  if (!is_one_block) {
    if (!packet.payload.empty()) ++stats_.malformed;
    packet.payload = {};
    return;
  }
  const std::uint8_t payload_type = packet.payload[0];
  packet.payload = packet.payload.subspan(1);
  if (payload_type == stream.config.red->ulpfec_payload_type) {
    if (const auto repair = ParseUlpfec(packet.payload)) stream.fec->HandleRepair(*repair);
    packet.payload = {};
    return;
  }
  packet.header.payload_type = payload_type;
  if (incoming.way == PacketReceived::Way::kItself) TellFec(packet, stream);
}

// ULPFEC repairs the packet as it was before RED (RFC 5109 section 14.2).
void Transport::TellFec(const PacketView& packet, Receive& stream) {
  if (packet.padding_bytes > 0) return;          // What was padded, and when, is not known.
  std::array<std::uint8_t, kMaxFecMedia> whole;  // NOLINT: its front is written right here.
  const std::size_t size = packet.header_bytes + packet.payload.size();
  if (size > whole.size()) return;
  std::copy_n(inbox_.begin(), packet.header_bytes, whole.begin());
  whole[1] = static_cast<std::uint8_t>((inbox_[1] & 0x80) | packet.header.payload_type);
  std::copy(packet.payload.begin(), packet.payload.end(),
            whole.begin() + static_cast<std::ptrdiff_t>(packet.header_bytes));
  stream.fec->HandleMedia(ByteView(whole).first(size));
}

std::optional<Transport::PacketReceived> Transport::NextRestored() {
  for (Receive& stream : receives_) {
    while (const auto bytes = stream.fec ? stream.fec->Poll() : std::nullopt) {
      const auto packet = ParsePacket(*bytes);
      if (!packet) continue;
      const auto number = stream.statistics.NumberOf(packet->header.sequence_number);
      if (!number) continue;
      if (stream.config.has_nack) stream.nack.OnPacket(*number, Arrived::kAsRepair, rtt(), now_);
      ++stats_.restored;
      return PacketReceived{.ssrc = stream.config.ssrc,
                            .number = *number,
                            .packet = *packet,
                            .extensions = ReadExtensions(config_.extensions, packet->extension),
                            .way = PacketReceived::Way::kRestored,
                            .at = now_};
    }
  }
  return std::nullopt;
}

}  // namespace onair::rtp
