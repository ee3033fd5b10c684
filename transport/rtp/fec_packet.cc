// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/fec_packet.h"

#include "core/base/byte_reader.h"

namespace onair::rtp {
namespace {

constexpr std::uint8_t kLongMask = 0x40;      // L of ULPFEC.
constexpr std::uint8_t kFlexKind = 0xc0;      // R and F of FlexFEC.
constexpr std::uint8_t kFixedBlock = 0x40;    // R = 0, F = 1.
constexpr std::uint8_t kFlexibleMask = 0x00;  // R = 0, F = 0.

// Bits of the three blocks that a flexible mask has at most.
constexpr std::size_t kFirst = 15;
constexpr std::size_t kSecond = 31;

// What the k-bit in front of a block of a mask says: the draft and the RFC mean the opposite.
enum class KBit { kMarksLast, kMarksMore };

// The low `count` bits of `bits`, highest first, from `at` on.
void SetBits(FecMask& mask, std::size_t at, std::uint64_t bits, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if ((bits >> (count - 1 - i) & 1) != 0) mask.set(at + i);
  }
}

std::uint64_t GetBits(const FecMask& mask, std::size_t at, std::size_t count) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < count; ++i) bits = bits << 1 | (mask.test(at + i) ? 1U : 0U);
  return bits;
}

FecMask ReadMask(ByteReader& in, KBit meaning) {
  FecMask mask;
  const auto is_last = [meaning](bool k) { return k == (meaning == KBit::kMarksLast); };
  const std::uint16_t first = in.U16();
  SetBits(mask, 0, first, kFirst);
  if (is_last((first & 0x8000) != 0)) return mask;
  const std::uint32_t second = in.U32();
  SetBits(mask, kFirst, second, kSecond);
  if (is_last((second & 0x80000000) != 0)) return mask;
  // The draft's third block has a k-bit of its own, which must mark the end; the RFC's has none.
  const std::uint64_t third = in.U64();
  const std::size_t bits = meaning == KBit::kMarksLast ? 63 : 64;
  SetBits(mask, kFirst + kSecond, third, bits);
  return mask;
}

// RFC 8627 figure 14.
FecMask FixedBlock(std::size_t columns, std::size_t rows) {
  FecMask mask;
  const std::size_t step = rows > 1 ? columns : 1;
  const std::size_t count = rows > 1 ? rows : columns;
  if (count == 0 || step == 0 || (count - 1) * step >= kMaxFecSpan) return mask;
  for (std::size_t i = 0; i < count; ++i) mask.set(i * step);
  return mask;
}

std::optional<FecPacket> Checked(const ByteReader& in, FecPacket packet) {
  if (!in.ok() || packet.mask.none() || packet.protection.empty()) return std::nullopt;
  return packet;
}

// What both layouts of FlexFEC begin with.
FecPacket ReadFlexHead(ByteReader& in) {
  FecPacket packet;
  packet.header.first = in.U8();
  packet.header.second = in.U8();
  packet.header.length = in.U16();
  packet.header.timestamp = in.U32();
  return packet;
}

}  // namespace

std::optional<FecPacket> ParseUlpfec(ByteView payload) {
  ByteReader in(payload);
  FecPacket packet;
  packet.header.first = in.U8();
  packet.header.second = in.U8();
  packet.sn_base = in.U16();
  packet.header.timestamp = in.U32();
  packet.header.length = in.U16();
  const std::size_t protection = in.U16();
  const bool is_long = (packet.header.first & kLongMask) != 0;
  SetBits(packet.mask, 0, in.U16(), 16);
  if (is_long) SetBits(packet.mask, 16, in.U32(), 32);
  packet.protection = in.Take(protection);
  return Checked(in, packet);
}

std::optional<FecPacket> ParseFlexFec03(ByteView payload) {
  ByteReader in(payload);
  FecPacket packet = ReadFlexHead(in);
  const bool is_one_stream = in.U8() == 1;
  in.Skip(3);
  packet.ssrc = in.U32();
  packet.sn_base = in.U16();
  // Fixed blocks of this draft are not in use: libwebrtc neither writes nor reads them.
  if (!is_one_stream || (packet.header.first & kFlexKind) != kFlexibleMask) return std::nullopt;
  packet.mask = ReadMask(in, KBit::kMarksLast);
  packet.protection = in.TakeRest();
  return Checked(in, packet);
}

std::optional<FecPacket> ParseFlexFec(ByteView payload) {
  ByteReader in(payload);
  FecPacket packet = ReadFlexHead(in);
  packet.sn_base = in.U16();
  switch (packet.header.first & kFlexKind) {
    case kFlexibleMask:
      packet.mask = ReadMask(in, KBit::kMarksMore);
      break;
    case kFixedBlock: {
      const std::size_t columns = in.U8();
      packet.mask = FixedBlock(columns, in.U8());
      break;
    }
    default:
      return std::nullopt;
  }
  packet.protection = in.TakeRest();
  return Checked(in, packet);
}

void WriteFlexFec03(const FecPacket& packet, SpanWriter& out) {
  constexpr std::size_t kTwoBlocks = kFirst + kSecond;
  std::size_t top = 0;
  for (std::size_t i = 0; i < kMaxFecSpan; ++i) top = packet.mask.test(i) ? i + 1 : top;
  const std::size_t mask_bytes = top <= kFirst ? 2 : top <= kTwoBlocks ? 6 : 14;
  if (out.remaining() < 18 + mask_bytes + packet.protection.size()) return;
  out.U8(packet.header.first & 0x3f).U8(packet.header.second).U16(packet.header.length);
  out.U32(packet.header.timestamp).U32(0x01000000).U32(packet.ssrc.value_or(0));
  out.U16(packet.sn_base);
  const std::uint64_t first = GetBits(packet.mask, 0, kFirst);
  out.U16(static_cast<std::uint16_t>(first | (mask_bytes == 2 ? 0x8000 : 0)));
  if (mask_bytes > 2) {
    const std::uint64_t second = GetBits(packet.mask, kFirst, kSecond);
    out.U32(static_cast<std::uint32_t>(second | (mask_bytes == 6 ? 0x80000000 : 0)));
  }
  if (mask_bytes > 6) out.U64(GetBits(packet.mask, kTwoBlocks, 63) | std::uint64_t{1} << 63);
  out.Append(packet.protection);
}

}  // namespace onair::rtp
