// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as RTCP: every reader sees every packet.
#include <cstdlib>

#include "transport/rtp/rtcp/extended_report.h"
#include "transport/rtp/rtcp/key_frame_request.h"
#include "transport/rtp/rtcp/nack.h"
#include "transport/rtp/rtcp/remb.h"
#include "transport/rtp/rtcp/reports.h"
#include "transport/rtp/rtcp/source_description.h"
#include "transport/rtp/rtcp/transport_feedback.h"
#include "transport/rtp/sent_packets.h"

namespace {

using namespace onair;
using namespace onair::rtp;

std::uint64_t g_sum = 0;  // Keeps the reading from being optimised away.

void Read(const rtcp::ReportBlocks& blocks) {
  if (blocks.size() > rtcp::kMaxReportBlocks) std::abort();
  for (std::size_t i = 0; i < blocks.size(); ++i) g_sum += blocks[i].jitter;
}

void Read(const rtcp::TransportFeedback& feedback) {
  std::size_t statuses = 0;
  feedback.ForEach([&](std::uint16_t, std::optional<TimeDelta> at) {
    ++statuses;
    if (at) g_sum += static_cast<std::uint64_t>(at->us());
  });
  if (statuses != feedback.status_count) std::abort();
  SentPackets sent;
  for (int i = 0; i < 100; ++i) sent.OnSent(DataSize::Bytes(1'000), Timestamp::Micros(i * 1'000));
  if (sent.OnFeedback(feedback, Timestamp::Micros(200'000)).size() > 100) std::abort();
}

void Read(const rtcp::Block& block) {
  if (const auto sr = rtcp::ReadSenderReport(block)) Read(sr->blocks);
  if (const auto rr = rtcp::ReadReceiverReport(block)) Read(rr->blocks);
  if (const auto name = rtcp::ReadCanonicalName(block)) g_sum += name->name.size();
  if (const auto bye = rtcp::ReadBye(block)) {
    for (std::size_t i = 0; i < bye->size(); ++i) g_sum += (*bye)[i];
  }
  if (const auto nack = rtcp::ReadNack(block)) {
    nack->ForEach([](std::uint16_t sequence) { g_sum += sequence; });
  }
  if (const auto loss = rtcp::ReadPictureLoss(block)) g_sum += loss->media_ssrc;
  if (const auto fir = rtcp::ReadFullIntraRequest(block)) {
    for (std::size_t i = 0; i < fir->size(); ++i) g_sum += (*fir)[i].number;
  }
  if (const auto remb = rtcp::ReadReceiverEstimate(block)) {
    if (remb->rate < DataRate::Zero()) std::abort();
  }
  if (const auto xr = rtcp::ReadExtendedReport(block, 1)) g_sum += xr->ssrc;
  if (const auto twcc = rtcp::ReadTransportFeedback(block)) Read(*twcc);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rtcp::BlockReader blocks({data, size});
  std::size_t count = 0;
  while (const auto block = blocks.Next()) {
    if (++count > size / 4) std::abort();
    Read(*block);
  }
  return 0;
}
