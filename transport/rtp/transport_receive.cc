// SPDX-License-Identifier: Apache-2.0
//
// What comes: one datagram at a time.
#include <algorithm>

#include "transport/rtp/rtcp/extended_report.h"
#include "transport/rtp/rtcp/key_frame_request.h"
#include "transport/rtp/rtcp/nack.h"
#include "transport/rtp/rtcp/remb.h"
#include "transport/rtp/rtcp/source_description.h"
#include "transport/rtp/transport.h"

namespace onair::rtp {

void Transport::HandlePacket(ByteView datagram, Timestamp now) {
  now_ = std::max(now_, now);
  waiting_.reset();
  received_.reset();
  if (fates_given_ == fates_.size()) {
    fates_.clear();
    fates_given_ = 0;
  }
  if (!unseal_) {
    ++stats_.before_keys;
    return;
  }
  const PacketKind kind = KindOf(datagram);
  if (kind == PacketKind::kNeither || datagram.size() > inbox_.size()) {
    ++stats_.malformed;
    return;
  }
  std::copy(datagram.begin(), datagram.end(), inbox_.begin());
  const auto bytes = std::span(inbox_).first(datagram.size());
  const auto size =
      kind == PacketKind::kRtp ? unseal_->UnprotectRtp(bytes) : unseal_->UnprotectRtcp(bytes);
  if (!size) return;
  stats_.received_bytes += static_cast<std::int64_t>(datagram.size());
  kind == PacketKind::kRtp ? HandleRtp(*size) : HandleRtcp(*size);
}

void Transport::HandleRtp(std::size_t size) {
  inbox_size_ = size;
  const auto packet = ParsePacket(ByteView(inbox_).first(size));
  if (!packet) {
    ++stats_.malformed;
    return;
  }
  ++stats_.received_packets;
  schedule_.Start(now_);
  const HeaderExtensions extensions = ReadExtensions(config_.extensions, packet->extension);
  if (extensions.transport_sequence) {
    last_media_ssrc_ = packet->header.ssrc;
    arrivals_.OnPacket(*extensions.transport_sequence,
                       DataSize::Bytes(static_cast<std::int64_t>(size)), now_);
  }
  if (DeliverRtp(*packet)) return;
  waiting_ = packet;
  AddEvent(StreamAppeared{.ssrc = packet->header.ssrc,
                          .payload_type = packet->header.payload_type,
                          .extensions = extensions});
}

Transport::Receive* Transport::FindReceive(std::uint32_t ssrc) {
  for (Receive& stream : receives_) {
    if (stream.config.ssrc == ssrc) return &stream;
    if (stream.config.rtx && stream.config.rtx->ssrc == ssrc) return &stream;
    if (stream.config.fec && stream.config.fec->ssrc == ssrc) return &stream;
  }
  return nullptr;
}

// RFC 4588 section 4: the packet as it was, from the first two bytes of the payload. Nothing for
// padding, which has none.
std::optional<Transport::Incoming> Transport::Unwrap(const PacketView& packet, Receive& stream) {
  using Way = PacketReceived::Way;
  if (packet.header.ssrc == stream.config.ssrc) return Incoming{&stream, packet, Way::kItself};
  static_cast<void>(stream.rtx_statistics.OnPacket(packet.header, packet.payload.size(), now_));
  if (packet.payload.size() < 2) return std::nullopt;
  PacketView original = packet;
  original.header.ssrc = stream.config.ssrc;
  const auto& red = stream.config.red;
  const bool was_red = red && red->rtx_payload_type == packet.header.payload_type;
  original.header.payload_type = was_red ? red->payload_type : stream.config.payload_type;
  original.header.sequence_number = ByteReader(packet.payload).U16();
  original.payload = packet.payload.subspan(2);
  original.header_bytes += 2;
  return Incoming{&stream, original, Way::kRetransmitted};
}

// False: nobody added the stream.
bool Transport::DeliverRtp(const PacketView& packet) {
  Receive* const stream = FindReceive(packet.header.ssrc);
  if (stream == nullptr) return false;
  if (stream->config.fec && stream->config.fec->ssrc == packet.header.ssrc) {
    TakeRepair(packet, *stream);
    return true;
  }
  auto incoming = Unwrap(packet, *stream);
  if (!incoming) return true;
  const bool is_resent = incoming->way == PacketReceived::Way::kRetransmitted;
  const PacketHeader& header = incoming->packet.header;
  const std::optional<std::int64_t> number =
      is_resent ? stream->statistics.NumberOf(header.sequence_number)
                : stream->statistics.OnPacket(header, incoming->packet.payload.size(), now_);
  if (!number) return true;
  if (stream->config.has_nack) {
    stream->nack.OnPacket(*number, is_resent ? Arrived::kAsRepair : Arrived::kItself, rtt(), now_);
  }
  const bool has_overflowed = stream->nack.TakeOverflow();
  if (has_overflowed && stream->config.kind == TrackKind::kVideo) stream->key_frame.Want();
  if (stream->config.red && stream->config.red->payload_type == header.payload_type) {
    UnwrapRed(*incoming);
  } else if (!is_resent && stream->fec) {
    stream->fec->HandleMedia(ByteView(inbox_).first(inbox_size_));
  }
  received_ =
      PacketReceived{.ssrc = header.ssrc,
                     .number = *number,
                     .packet = incoming->packet,
                     .extensions = ReadExtensions(config_.extensions, incoming->packet.extension),
                     .way = incoming->way,
                     .at = now_};
  return true;
}

void Transport::AddEvent(const Event& event) {
  if (!events_.Push(event)) ++stats_.events_dropped;
}

void Transport::HandleRtcp(std::size_t size) {
  ++stats_.rtcp_received;
  rtcp::BlockReader blocks(ByteView(inbox_).first(size));
  while (const auto block = blocks.Next()) HandleBlock(*block);
  if (blocks.is_malformed()) ++stats_.malformed;
}

void Transport::HandleBlock(const rtcp::Block& block) {
  if (const auto report = rtcp::ReadSenderReport(block)) {
    HandleReports(report->blocks);
    Receive* const stream = FindReceive(report->ssrc);
    if (stream == nullptr || stream->config.ssrc != report->ssrc) return;
    stream->statistics.OnSenderReport(*report, now_);
    AddEvent(SenderReported{.ssrc = report->ssrc,
                            .ntp = report->ntp,
                            .rtp_timestamp = report->rtp_timestamp,
                            .at = now_});
  } else if (const auto receiver = rtcp::ReadReceiverReport(block)) {
    HandleReports(receiver->blocks);
  } else if (block.is(rtcp::Type::kTransportFeedback)) {
    HandleTransportFeedback(block);
  } else if (block.is(rtcp::Type::kPayloadFeedback)) {
    HandlePayloadFeedback(block);
  } else if (block.is(rtcp::Type::kExtendedReport)) {
    HandleExtended(block);
  } else if (const auto bye = rtcp::ReadBye(block)) {
    for (std::size_t i = 0; i < bye->size(); ++i) {
      const Receive* const stream = FindReceive((*bye)[i]);
      const bool is_media = stream != nullptr && stream->config.ssrc == (*bye)[i];
      if (is_media) AddEvent(StreamEnded{(*bye)[i]});
    }
  }
}

void Transport::HandleReports(const rtcp::ReportBlocks& blocks) {
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const rtcp::ReportBlock block = blocks[i];
    SendStream* const stream = FindSend(block.ssrc);
    if (stream == nullptr) continue;  // RTX streams are reported on too.
    stream->OnReceiverReport();
    round_trip_.OnAnswer(block.last_sr, block.delay_since_last_sr, config_.clock.NtpOf(now_));
    AddEvent(ReceiverReported{.ssrc = block.ssrc,
                              .fraction_lost = block.fraction_lost / 256.0,
                              .jitter = TimeDelta::Micros(units_internal::MultiplyDivide(
                                  block.jitter, 1'000'000, stream->config().clock_rate))});
  }
}

void Transport::HandleTransportFeedback(const rtcp::Block& block) {
  if (const auto nack = rtcp::ReadNack(block)) return HandleNack(*nack);
  const auto feedback = rtcp::ReadTransportFeedback(block);
  if (!feedback) {
    ++stats_.malformed;
    return;
  }
  const auto fates = sent_.OnFeedback(*feedback, now_);
  pacer_.OnInFlight(sent_.in_flight());
  // Each packet has one fate, so what waits here is bounded by what was in flight.
  fates_.insert(fates_.end(), fates.begin(), fates.end());
}

void Transport::HandleNack(const rtcp::Nack& nack) {
  for (std::size_t i = 0; i < sends_.size(); ++i) {
    SendStream& stream = sends_[i];
    const bool is_media = stream.config().content == StreamContent::kMedia;
    if (!is_media || stream.config().ssrc != nack.media_ssrc) continue;
    nack.ForEach([&](std::uint16_t sequence) {
      if (HistorySlot* const slot = stream.OnRequested(sequence, rtt(), now_))
        QueueResend(i, *slot);
    });
    return;
  }
  ++stats_.foreign;
}

// A packet whose resend was lost too has no time for a third round before its picture is missed:
// this one goes twice. Where a tenth is lost that is one packet in a hundred, and costs less than
// repairs for all.
void Transport::QueueResend(std::size_t stream, HistorySlot& slot) {
  const int copies = sends_[stream].TakesCopy(slot, now_) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    const bool is_taken =
        pacer_.Push(PacketClass::kRetransmit, {.stream = static_cast<std::uint32_t>(stream),
                                               .number = slot.number,
                                               .size_bytes = static_cast<std::uint32_t>(slot.size),
                                               .queued_at = now_});
    if (is_taken) continue;
    if (i == 0) slot.is_resend_queued = false;
    ++stats_.queue_full;
  }
}

void Transport::HandlePayloadFeedback(const rtcp::Block& block) {
  const auto want = [&](std::uint32_t ssrc) {
    SendStream* const stream = FindSend(ssrc);
    if (stream == nullptr) {
      ++stats_.foreign;
    } else if (stream->OnKeyFrameRequested(now_)) {
      AddEvent(KeyFrameWanted{ssrc});
    }
  };
  if (const auto loss = rtcp::ReadPictureLoss(block)) {
    want(loss->media_ssrc);
  } else if (const auto request = rtcp::ReadFullIntraRequest(block)) {
    for (std::size_t i = 0; i < request->size(); ++i) want((*request)[i].media_ssrc);
  } else if (const auto estimate = rtcp::ReadReceiverEstimate(block)) {
    AddEvent(EstimateReceived{estimate->rate});
  }
}

void Transport::HandleExtended(const rtcp::Block& block) {
  const auto report = rtcp::ReadExtendedReport(block, local_ssrc());
  if (!report) {
    ++stats_.malformed;
    return;
  }
  if (report->reference_time) {
    peer_reference_ = PeerReference{
        .ssrc = report->ssrc, .compact = report->reference_time->compact(), .at = now_};
  }
  if (report->delay) {
    round_trip_.OnAnswer(report->delay->last_rr, report->delay->delay, config_.clock.NtpOf(now_));
  }
}

}  // namespace onair::rtp
