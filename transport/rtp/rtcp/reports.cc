// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp/reports.h"

#include <algorithm>

namespace onair::rtp::rtcp {
namespace {

constexpr std::size_t kHead = 8;  // With the reporter's SSRC.
constexpr std::size_t kSenderInfo = 20;
constexpr std::int32_t kMaxLost = 0x7fffff;

std::optional<ReportBlocks> TakeBlocks(const Block& block, ByteReader& in) {
  const ByteView bytes = in.Take(block.count * ReportBlocks::kBytes);
  if (!in.ok()) return std::nullopt;
  return ReportBlocks(bytes);
}

void WriteBlocks(std::span<const ReportBlock> blocks, SpanWriter& out) {
  for (const ReportBlock& b : blocks) {
    const std::int32_t lost = std::clamp(b.cumulative_lost, -kMaxLost - 1, kMaxLost);
    out.U32(b.ssrc).U8(b.fraction_lost).U24(static_cast<std::uint32_t>(lost) & 0xffffff);
    out.U32(b.extended_highest).U32(b.jitter).U32(b.last_sr).U32(b.delay_since_last_sr);
  }
}

}  // namespace

ReportBlock ReportBlocks::operator[](std::size_t index) const {
  ByteReader in(bytes_.subspan(index * kBytes, kBytes));
  return {.ssrc = in.U32(),
          .fraction_lost = in.U8(),
          .cumulative_lost = in.S24(),
          .extended_highest = in.U32(),
          .jitter = in.U32(),
          .last_sr = in.U32(),
          .delay_since_last_sr = in.U32()};
}

std::optional<SenderReport> ReadSenderReport(const Block& block) {
  if (!block.is(Type::kSenderReport)) return std::nullopt;
  ByteReader in(block.body);
  SenderReport report{.ssrc = in.U32(),
                      .ntp = NtpTime(in.U64()),
                      .rtp_timestamp = in.U32(),
                      .packets = in.U32(),
                      .payload_bytes = in.U32(),
                      .blocks = {}};
  const auto blocks = TakeBlocks(block, in);
  if (!blocks) return std::nullopt;
  report.blocks = *blocks;
  return report;
}

std::optional<ReceiverReport> ReadReceiverReport(const Block& block) {
  if (!block.is(Type::kReceiverReport)) return std::nullopt;
  ByteReader in(block.body);
  const std::uint32_t ssrc = in.U32();
  const auto blocks = TakeBlocks(block, in);
  if (!blocks) return std::nullopt;
  return ReceiverReport{.ssrc = ssrc, .blocks = *blocks};
}

bool WriteSenderReport(const SenderReport& report, std::span<const ReportBlock> blocks,
                       SpanWriter& out) {
  blocks = blocks.first(std::min(blocks.size(), kMaxReportBlocks));
  const std::size_t bytes = kHead + kSenderInfo + blocks.size() * ReportBlocks::kBytes;
  return WriteWhole(out, bytes, [&] {
    BlockWriter block(out, Type::kSenderReport, static_cast<std::uint8_t>(blocks.size()));
    out.U32(report.ssrc).U64(report.ntp.bits()).U32(report.rtp_timestamp);
    out.U32(report.packets).U32(report.payload_bytes);
    WriteBlocks(blocks, out);
  });
}

bool WriteReceiverReport(std::uint32_t ssrc, std::span<const ReportBlock> blocks, SpanWriter& out) {
  blocks = blocks.first(std::min(blocks.size(), kMaxReportBlocks));
  return WriteWhole(out, kHead + blocks.size() * ReportBlocks::kBytes, [&] {
    BlockWriter block(out, Type::kReceiverReport, static_cast<std::uint8_t>(blocks.size()));
    out.U32(ssrc);
    WriteBlocks(blocks, out);
  });
}

}  // namespace onair::rtp::rtcp
