// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/packet.h"

#include "core/base/byte_reader.h"
#include "core/base/check.h"
#include "transport/rtp/span_writer.h"

namespace onair::rtp {
namespace {

constexpr std::uint8_t kVersionBits = 2 << 6;
constexpr std::uint8_t kVersionMask = 3 << 6;
constexpr std::uint8_t kPaddingBit = 1 << 5;
constexpr std::uint8_t kExtensionBit = 1 << 4;
constexpr std::uint8_t kCsrcMask = 0x0f;
constexpr std::uint8_t kMarkerBit = 1 << 7;
constexpr std::uint8_t kPayloadTypeMask = 0x7f;
constexpr std::size_t kWord = 4;

// RFC 3550 section 5.1: "The last octet of the padding contains a count of how many padding
// octets should be ignored, including itself."
bool TakePadding(PacketView& packet) {
  const ByteView rest = packet.payload;
  if (rest.empty()) return false;
  packet.padding_bytes = rest.back();
  if (packet.padding_bytes == 0 || packet.padding_bytes > rest.size()) return false;
  packet.payload = rest.first(rest.size() - packet.padding_bytes);
  return true;
}

}  // namespace

std::optional<PacketView> ParsePacketHead(ByteView bytes) {
  ByteReader in(bytes);
  PacketView packet;
  const std::uint8_t first = in.U8();
  const std::uint8_t second = in.U8();
  packet.header = {.payload_type = static_cast<std::uint8_t>(second & kPayloadTypeMask),
                   .marker = (second & kMarkerBit) != 0 ? Marker::kSet : Marker::kClear,
                   .sequence_number = in.U16(),
                   .timestamp = in.U32(),
                   .ssrc = in.U32()};
  packet.csrcs = in.Take(kWord * (first & kCsrcMask));
  if ((first & kExtensionBit) != 0) {
    packet.extension.profile = in.U16();
    packet.extension.bytes = in.Take(kWord * in.U16());
  }
  if (!in.ok() || (first & kVersionMask) != kVersionBits) return std::nullopt;
  packet.header_bytes = in.position();
  packet.payload = in.TakeRest();
  return packet;
}

std::optional<PacketView> ParsePacket(ByteView bytes) {
  auto packet = ParsePacketHead(bytes);
  if (packet && (bytes[0] & kPaddingBit) != 0 && !TakePadding(*packet)) return std::nullopt;
  return packet;
}

std::size_t WriteHeader(const PacketHeader& header, const ExtensionBlock& extension,
                        std::span<std::uint8_t> room) {
  ONAIR_DCHECK(header.payload_type <= kPayloadTypeMask);
  const bool has_extension = !extension.bytes.empty();
  const std::size_t words = (extension.bytes.size() + kWord - 1) / kWord;
  if (words > 0xffff) return 0;
  SpanWriter out(room);
  out.U8(has_extension ? kVersionBits | kExtensionBit : kVersionBits);
  out.U8(header.payload_type | (header.marker == Marker::kSet ? kMarkerBit : 0));
  out.U16(header.sequence_number).U32(header.timestamp).U32(header.ssrc);
  if (has_extension) {
    out.U16(extension.profile).U16(static_cast<std::uint16_t>(words)).Append(extension.bytes);
    out.Zeros(words * kWord - extension.bytes.size());
  }
  return out.ok() ? out.size() : 0;
}

PacketKind KindOf(ByteView bytes) {
  if (bytes.size() < 2 || (bytes[0] & kVersionMask) != kVersionBits) return PacketKind::kNeither;
  return bytes[1] >= 192 && bytes[1] <= 223 ? PacketKind::kRtcp : PacketKind::kRtp;
}

}  // namespace onair::rtp
