// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp/extended_report.h"

namespace onair::rtp::rtcp {
namespace {

constexpr std::uint8_t kReferenceTime = 4;
constexpr std::uint8_t kDelaySince = 5;
constexpr std::size_t kDelayItem = 12;

void ReadDelays(ByteView bytes, std::uint32_t our_ssrc, ExtendedReport& report) {
  ByteReader in(bytes);
  while (in.remaining() >= kDelayItem && !report.delay) {
    const DelaySinceReference item{.ssrc = in.U32(), .last_rr = in.U32(), .delay = in.U32()};
    if (item.ssrc == our_ssrc) report.delay = item;
  }
}

}  // namespace

std::optional<ExtendedReport> ReadExtendedReport(const Block& block, std::uint32_t our_ssrc) {
  if (!block.is(Type::kExtendedReport)) return std::nullopt;
  ByteReader in(block.body);
  ExtendedReport report{.ssrc = in.U32()};
  while (in.remaining() > 0) {
    const std::uint8_t type = in.U8();
    in.Skip(1);
    const ByteView bytes = in.Take(in.U16() * std::size_t{4});
    if (!in.ok()) return std::nullopt;
    if (type == kReferenceTime && bytes.size() == 8) {
      report.reference_time = NtpTime(ByteReader(bytes).U64());
    } else if (type == kDelaySince) {
      ReadDelays(bytes, our_ssrc, report);
    }
  }
  if (!in.ok()) return std::nullopt;
  return report;
}

bool WriteReferenceTime(std::uint32_t ssrc, NtpTime now, SpanWriter& out) {
  return WriteWhole(out, 20, [&] {
    BlockWriter block(out, Type::kExtendedReport, 0);
    out.U32(ssrc).U8(kReferenceTime).U8(0).U16(2).U64(now.bits());
  });
}

bool WriteDelaySinceReference(std::uint32_t ssrc, const DelaySinceReference& item,
                              SpanWriter& out) {
  return WriteWhole(out, 24, [&] {
    BlockWriter block(out, Type::kExtendedReport, 0);
    out.U32(ssrc).U8(kDelaySince).U8(0).U16(3).U32(item.ssrc).U32(item.last_rr).U32(item.delay);
  });
}

}  // namespace onair::rtp::rtcp
