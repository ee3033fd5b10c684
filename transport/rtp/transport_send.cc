// SPDX-License-Identifier: Apache-2.0
//
// What leaves: reports and feedback first, then what the pacer lets go.
#include <algorithm>

#include "transport/rtp/rtcp/extended_report.h"
#include "transport/rtp/rtcp/key_frame_request.h"
#include "transport/rtp/rtcp/nack.h"
#include "transport/rtp/rtcp/source_description.h"
#include "transport/rtp/transport.h"

namespace onair::rtp {
namespace {

constexpr std::size_t kMaxRtcp = kMaxDatagramBytes - kMaxSrtcpTrailer;
constexpr std::size_t kMaxNackBatch = 128;

DataSize SizeOf(std::size_t bytes) {
  return DataSize::Bytes(static_cast<std::int64_t>(bytes));
}

}  // namespace

std::uint32_t Transport::local_ssrc() const {
  return sends_.empty() ? config_.local_ssrc : sends_.front().config().ssrc;
}

void Transport::Queue(std::size_t stream, const HistorySlot& slot) {
  const bool is_audio = sends_[stream].config().kind == TrackKind::kAudio;
  const bool is_taken = pacer_.Push(is_audio ? PacketClass::kAudio : PacketClass::kVideo,
                                    {.stream = static_cast<std::uint32_t>(stream),
                                     .number = slot.number,
                                     .size_bytes = static_cast<std::uint32_t>(slot.size),
                                     .queued_at = now_});
  if (is_taken) return;
  ++stats_.queue_full;
  // Lost as on the line: a slot that waited for ever would stop its stream when its turn comes.
  sends_[stream].history().FindUnsent(slot.number)->sent_at = now_;
}

std::optional<Transport::Protected> Transport::SendNext() {
  // A departure may turn out to be void (a resend that grew too old); the next one is tried then.
  while (const auto departure = pacer_.Take(now_)) {
    if (const auto sent = SendQueued(*departure)) {
      ++stats_.sent_packets;
      stats_.sent_bytes += static_cast<std::int64_t>(sent->bytes.size());
      schedule_.Start(now_);
      return sent;
    }
    if (!departure->packet) pacer_.EndProbe();  // Nothing can fill it.
  }
  return std::nullopt;
}

std::optional<Transport::Protected> Transport::SendQueued(const Pacer::Departure& departure) {
  if (!departure.packet) return SendPadding(departure.padding_bytes);
  SendStream& stream = sends_[departure.packet->stream];
  const std::int64_t number = departure.packet->number;
  if (departure.packet_class == PacketClass::kRetransmit) {
    HistorySlot* const slot = stream.history().Find(number, now_);
    return slot != nullptr ? SendAgain(stream, *slot) : std::nullopt;
  }
  HistorySlot* const slot = stream.history().FindUnsent(number);
  return slot != nullptr ? SendNew(stream, *slot) : std::nullopt;
}

// With RTX the history keeps the packet in clear, as a resend is another packet with the same
// payload. Without it a resend is the same packet: its bytes are protected once, where they lie.
std::optional<Transport::Protected> Transport::SendNew(SendStream& stream, HistorySlot& slot) {
  stream.PrepareFirstSend(slot, static_cast<std::uint16_t>(sent_.next()), now_);
  std::span<std::uint8_t> room = slot.bytes;
  if (stream.config().rtx) {
    std::copy_n(slot.bytes.begin(), slot.size, outbox_.begin());
    room = outbox_;
  }
  const std::size_t size = seal_->ProtectRtp(room, slot.size);
  if (size == 0) {
    ++stats_.protect_failed;
    return std::nullopt;
  }
  if (!stream.config().rtx) {
    slot.size = size;
    slot.is_protected = true;
  }
  OnSent(size, slot.transport_sequence_at != 0 ? Numbered::kYes : Numbered::kNo);
  return Protected{room.first(size)};
}

std::optional<Transport::Protected> Transport::SendAgain(SendStream& stream, HistorySlot& slot) {
  if (slot.is_protected) {
    stream.OnResentAsItIs(slot, now_);
    OnSent(slot.size, Numbered::kNo);
    return Protected{slot.packet()};
  }
  return Sealed(stream.WriteRtx(slot, static_cast<std::uint16_t>(sent_.next()), now_, outbox_));
}

// On the first stream that has an RTX stream: padding there disturbs no media's numbers.
std::optional<Transport::Protected> Transport::SendPadding(std::size_t bytes) {
  for (SendStream& stream : sends_) {
    if (!stream.config().rtx) continue;
    if (HistorySlot* const slot = stream.OldForProbe(now_)) return SendAgain(stream, *slot);
    const std::size_t padding = std::min(bytes, Pacer::kMaxPadding);
    const std::size_t size =
        stream.WritePadding(padding, static_cast<std::uint16_t>(sent_.next()), now_, outbox_);
    if (size > 0) stats_.padding_bytes += static_cast<std::int64_t>(padding);
    return Sealed(size);
  }
  return std::nullopt;
}

std::optional<Transport::Protected> Transport::Sealed(std::size_t size) {
  const std::size_t sealed = size > 0 ? seal_->ProtectRtp(outbox_, size) : 0;
  if (sealed == 0) {
    ++stats_.protect_failed;
    return std::nullopt;
  }
  OnSent(sealed, numbers_transport() ? Numbered::kYes : Numbered::kNo);
  return Protected{ByteView(outbox_).first(sealed)};
}

// The probe's number before the pacer counts it as through.
void Transport::OnSent(std::size_t size, Numbered numbered) {
  if (numbered == Numbered::kYes) sent_.OnSent(SizeOf(size), now_, pacer_.probe());
  pacer_.OnSent(SizeOf(size), now_);
  pacer_.OnInFlight(sent_.in_flight());
}

bool Transport::IsFeedbackDue() const {
  if (arrivals_.wake_at() <= now_) return true;
  return std::any_of(receives_.begin(), receives_.end(), [&](const Receive& stream) {
    return stream.nack.wake_at(rtt()) <= now_ || stream.key_frame.wake_at(rtt()) <= now_;
  });
}

std::optional<Transport::Protected> Transport::SendRtcp() {
  const bool is_due = !is_closed_ && schedule_.wake_at() <= now_;
  const bool has_feedback = !is_closed_ && IsFeedbackDue();
  if (!is_due && !has_feedback && !wants_goodbye_) return std::nullopt;
  SpanWriter out(std::span<std::uint8_t>(outbox_).first(kMaxRtcp));
  // RFC 3550 section 6.1: a compound packet begins with a report and has the CNAME.
  if (is_due || wants_goodbye_ || config_.rtcp_form == RtcpForm::kCompound) WriteReports(out);
  if (has_feedback) WriteFeedback(out);
  if (wants_goodbye_) {
    for (const SendStream& stream : sends_) {
      if (stream.config().content == StreamContent::kMedia) {
        rtcp::WriteBye(stream.config().ssrc, out);
      }
    }
    wants_goodbye_ = false;
  }
  const std::size_t size = out.size() > 0 ? seal_->ProtectRtcp(outbox_, out.size()) : 0;
  if (is_due) {
    const std::int64_t bytes = stats_.sent_bytes + stats_.received_bytes;
    const DataRate rate = reported_at_.is_finite()
                              ? DataSize::Bytes(bytes - bytes_at_report_) / (now_ - reported_at_)
                              : pacer_.rate(now_);
    schedule_.OnSent(SizeOf(size), rate, now_);
    bytes_at_report_ = bytes;
    reported_at_ = now_;
  }
  if (size == 0) return std::nullopt;
  ++stats_.rtcp_sent;
  stats_.sent_bytes += static_cast<std::int64_t>(size);
  return Protected{ByteView(outbox_).first(size)};
}

// Of a key frame before repairs; 0: nobody asks now.
std::uint32_t Transport::MostUrgentAsker() const {
  std::uint32_t found = 0;
  for (const Receive& stream : receives_) {
    if (stream.key_frame.wake_at(rtt()) <= now_) return stream.config.ssrc;
    if (found == 0 && stream.nack.wake_at(rtt()) <= now_) found = stream.config.ssrc;
  }
  return found;
}

void Transport::WriteReports(SpanWriter& out) {
  std::array<rtcp::ReportBlock, rtcp::kMaxReportBlocks> blocks;
  std::size_t count = 0;
  for (Receive& stream : receives_) {
    if (count == blocks.size()) break;
    if (const auto block = stream.statistics.Report(stream.config.ssrc, now_)) {
      blocks[count++] = *block;
    }
  }
  // Janus takes a compound packet for that of its first block's stream, and drops what it asks of
  // another: who asks comes first.
  const auto said = std::span(blocks).first(count);
  const auto first = std::ranges::find(said, MostUrgentAsker(), &rtcp::ReportBlock::ssrc);
  if (first != said.end()) std::rotate(said.begin(), first, first + 1);
  auto unsaid = std::span<const rtcp::ReportBlock>(blocks).first(count);
  for (const SendStream& stream : sends_) {
    if (stream.config().content == StreamContent::kRepairs) continue;
    const auto report = stream.Report(now_);
    if (report && rtcp::WriteSenderReport(*report, unsaid, out)) unsaid = {};
  }
  const bool sends = out.size() > 0;
  if (!sends) rtcp::WriteReceiverReport(local_ssrc(), unsaid, out);
  rtcp::WriteCanonicalName({.ssrc = local_ssrc(), .name = config_.cname}, out);
  // Who does not send has no other way to measure the round trip.
  if (!sends) rtcp::WriteReferenceTime(local_ssrc(), config_.clock.NtpOf(now_), out);
  if (peer_reference_) {
    const rtcp::DelaySinceReference answer{.ssrc = peer_reference_->ssrc,
                                           .last_rr = peer_reference_->compact,
                                           .delay = CompactUnits(now_ - peer_reference_->at)};
    rtcp::WriteDelaySinceReference(local_ssrc(), answer, out);
    peer_reference_.reset();
  }
}

void Transport::WriteFeedback(SpanWriter& out) {
  for (Receive& stream : receives_) WriteKeyFrameRequest(stream, out);
  // Before requests for resends, which fill a packet in bad times: just then a controller has to
  // know what came. Requests that find no room leave with the next packet, at once.
  if (arrivals_.wake_at() <= now_) arrivals_.Write(local_ssrc(), last_media_ssrc_, now_, out);
  for (Receive& stream : receives_) WriteNack(stream, out);
}

void Transport::WriteNack(Receive& stream, SpanWriter& out) {
  // What would not fit is not taken: 12 bytes of head, at worst four for each number.
  const std::size_t room = out.remaining() < 16 ? 0 : (out.remaining() - 12) / 4;
  std::array<std::uint16_t, kMaxNackBatch> missing;
  const std::size_t count =
      stream.nack.Take(rtt(), now_, std::span(missing).first(std::min(room, missing.size())));
  rtcp::WriteNack(local_ssrc(), stream.config.ssrc, std::span(missing).first(count), out);
}

void Transport::WriteKeyFrameRequest(Receive& stream, SpanWriter& out) {
  if (!stream.key_frame.TakeDue(rtt(), now_)) return;
  if (stream.config.key_frame_request == ReceiveStreamConfig::KeyFrameRequest::kPictureLoss) {
    rtcp::WritePictureLoss({.sender_ssrc = local_ssrc(), .media_ssrc = stream.config.ssrc}, out);
    return;
  }
  // RFC 5104 section 4.3.1.2: each request that is not a repeat has a new number; decoders that
  // still wait ask again, which servers answer only under a new one.
  rtcp::WriteFullIntraRequest(
      local_ssrc(), {.media_ssrc = stream.config.ssrc, .number = stream.full_intra_number++}, out);
}

}  // namespace onair::rtp
