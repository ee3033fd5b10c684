// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/sender.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/machine/datagram.h"
#include "transport/rtp/fec_packet.h"
#include "transport/rtp/key_frame_requests.h"
#include "transport/rtp/sequence.h"
#include "transport/rtp/span_writer.h"
#include "transport/rtp/srtp.h"

namespace onair::rtp {
namespace {

constexpr std::size_t kExtensionHead = 4;
constexpr std::size_t kOriginalSequenceBytes = 2;  // RFC 4588 section 4: OSN.
// Source: libwebrtc's limit of resends counts in windows of 500 ms.
constexpr TimeDelta kResendWindow = TimeDelta::Millis(500);
// What resends that go twice may take, as a share of what was sent as new, and at least, a full
// packet: where a third is lost the line has no room for more. Source: ours; onair-twin's losses of
// 10 and 30 %.
constexpr double kCopyShare = 0.02;
constexpr std::int64_t kLeastCopyBytes = 1'200;
// A stream that pauses may still mend its last picture. Source: ours; 20 full packets.
constexpr std::int64_t kLeastResendBytes = 24'000;
// Packets that are looked at for a probe. Source: ours; a fifth of a second at 4 Mbit/s.
constexpr std::int64_t kProbeReach = 100;
// abs-capture-time: "A sender SHOULD save bandwidth by not sending [it] with every RTP packet".
constexpr TimeDelta kCaptureTimeInterval = TimeDelta::Seconds(1);

std::size_t Words(std::size_t bytes) {
  return (bytes + 3) / 4 * 4;
}

}  // namespace

Status SendStreamConfig::Validate() const {
  const auto is_payload_type = [](std::uint8_t type) { return type <= 127; };
  if (!is_payload_type(payload_type)) return Fail(ErrorCode::kInvalidConfig, "payload_type");
  if (rtx && !is_payload_type(rtx->payload_type)) {
    return Fail(ErrorCode::kInvalidConfig, "rtx.payload_type");
  }
  if (rtx && rtx->ssrc == ssrc) return Fail(ErrorCode::kInvalidConfig, "rtx.ssrc");
  if (fec && !is_payload_type(fec->payload_type)) {
    return Fail(ErrorCode::kInvalidConfig, "fec.payload_type");
  }
  if (fec && (fec->ssrc == ssrc || (rtx && fec->ssrc == rtx->ssrc))) {
    return Fail(ErrorCode::kInvalidConfig, "fec.ssrc");
  }
  if (clock_rate < 1000 || clock_rate > 384'000) {
    return Fail(ErrorCode::kInvalidConfig, "clock_rate");
  }
  if (mid.size() > kMaxExtensionText) return Fail(ErrorCode::kInvalidConfig, "mid");
  if (rid.size() > kMaxExtensionText) return Fail(ErrorCode::kInvalidConfig, "rid");
  if (!(resend_share >= 0 && resend_share <= 4)) {
    return Fail(ErrorCode::kInvalidConfig, "resend_share");
  }
  return history.Validate();
}

SendStream::SendStream(const SendStreamConfig& config, const ExtensionMap& extensions,
                       const WallClock& clock, Rng& rng)
    : config_(config),
      extensions_(extensions),
      clock_(clock),
      history_(config.history),
      // Below 2^15, so that the first packets do not wrap while a peer knows no roll-over.
      next_number_(static_cast<std::int64_t>(rng.Below(1U << 15))),
      next_rtx_sequence_(static_cast<std::uint16_t>(rng.Below(1U << 15))) {
  // What the largest extensions leave, here and in a resend.
  std::array<std::uint8_t, kMaxExtensionBytes> scratch{};
  const OutgoingPacket all{.video_orientation = Rotation::k0,
                           .playout_delay = PlayoutDelay{},
                           .audio_level = AudioLevel{}};
  const std::size_t largest = WriteOwnExtensions(&all, Timestamp::Zero(), scratch).size;
  capture_time_due_ = Timestamp::MinusInfinity();
  max_payload_bytes_ = kMaxDatagramBytes - kFixedHeaderBytes - kExtensionHead - Words(largest) -
                       kOriginalSequenceBytes - kMaxSrtpTrailer;
  // A repair protects what is behind the fixed header, and has a header of its own before it.
  if (config_.fec) max_payload_bytes_ -= kMaxFlexFec03Header + kExtensionHead + Words(largest);
}

bool SendStream::IsCaptureTimeDue(const OutgoingPacket& packet) {
  if (packet.captured_at < capture_time_due_) return false;
  capture_time_due_ = packet.captured_at + kCaptureTimeInterval;
  return true;
}

// `packet` is null for resends, which carry the stream's identity only.
WrittenExtensions SendStream::WriteOwnExtensions(const OutgoingPacket* packet, Timestamp now,
                                                 std::span<std::uint8_t> room) {
  HeaderExtensions values{.abs_send_time = 0, .transport_sequence = 0};
  if (!is_known_) {
    // RFC 8852 section 3: a repair stream tells whose packets it repairs.
    values.mid = config_.mid;
    (packet != nullptr ? values.rid : values.repaired_rid) = config_.rid;
  }
  if (packet != nullptr) {
    values.video_orientation = packet->video_orientation;
    values.playout_delay = packet->playout_delay;
    values.audio_level = packet->audio_level;
    if (extensions_.has(ExtensionKind::kAbsCaptureTime) && IsCaptureTimeDue(*packet)) {
      values.abs_capture_time = AbsCaptureTime{.captured = clock_.NtpOf(packet->captured_at)};
    }
  }
  values.abs_send_time = clock_.NtpOf(now).abs_send_time();
  return WriteExtensions(extensions_, values, room);
}

std::span<std::uint8_t> SendStream::Room(const OutgoingPacket& packet, Timestamp now) {
  if (open_ == nullptr) open_ = history_.Add(next_number_, now);
  if (open_ == nullptr) {
    ++stats_.refused;
    return {};
  }
  std::array<std::uint8_t, kMaxExtensionBytes> scratch{};
  const WrittenExtensions own = WriteOwnExtensions(&packet, now, scratch);
  const PacketHeader header{.payload_type = config_.payload_type,
                            .sequence_number = static_cast<std::uint16_t>(next_number_),
                            .timestamp = packet.timestamp,
                            .ssrc = config_.ssrc};
  HistorySlot& slot = *open_;
  slot.header_bytes = WriteHeader(
      header, {.profile = own.profile, .bytes = ByteView(scratch).first(own.size)}, slot.bytes);
  const auto in_packet = [](std::size_t at) {
    return at == 0 ? 0 : kFixedHeaderBytes + kExtensionHead + at;
  };
  slot.transport_sequence_at = in_packet(own.transport_sequence_at);
  slot.abs_send_time_at = in_packet(own.abs_send_time_at);
  newest_ = packet;
  return std::span(slot.bytes).subspan(slot.header_bytes, max_payload_bytes_);
}

const HistorySlot& SendStream::Commit(std::size_t payload_bytes, Marker marker) {
  ONAIR_CHECK(open_ != nullptr && payload_bytes <= max_payload_bytes_);
  HistorySlot& slot = *open_;
  open_ = nullptr;
  slot.size = slot.header_bytes + payload_bytes;
  if (marker == Marker::kSet) slot.bytes[1] |= 0x80;  // RFC 3550 section 5.1: M.
  ++next_number_;
  return slot;
}

void SendStream::SlideWindow(Timestamp now) {
  const TimeDelta passed = now - window_start_;
  if (passed < kResendWindow) return;
  last_window_new_bytes_ = passed < kResendWindow * 2 ? window_new_bytes_ : 0;
  window_new_bytes_ = 0;
  window_resent_bytes_ = 0;
  window_copied_bytes_ = 0;
  window_start_ = now;
}

// A share of what was sent as new in a window.
std::int64_t SendStream::OfNewBytes(double share) const {
  const auto sent = static_cast<double>(std::max(window_new_bytes_, last_window_new_bytes_));
  return static_cast<std::int64_t>(sent * share);
}

bool SendStream::HasResendBudget(std::size_t bytes, Timestamp now) {
  SlideWindow(now);
  const std::int64_t budget = std::max(kLeastResendBytes, OfNewBytes(config_.resend_share));
  return window_resent_bytes_ + static_cast<std::int64_t>(bytes) <= budget;
}

HistorySlot* SendStream::OnRequested(std::uint16_t sequence, TimeDelta rtt, Timestamp now) {
  ++stats_.requested;
  const std::int64_t newest = next_number_ - 1;
  const std::int64_t number =
      newest + SequenceDistance(static_cast<std::uint16_t>(newest), sequence);
  HistorySlot* const slot = history_.Find(number, now);
  if (slot == nullptr) {
    ++stats_.too_old;
    return nullptr;
  }
  // A request that comes sooner cannot know of the last resend. Half, because receivers pace
  // their repeats by a round trip of their own, and one that is refused costs another.
  if (slot->is_resend_queued || (slot->resends > 0 && now - *slot->sent_at < rtt / 2)) {
    ++stats_.too_soon;
    return nullptr;
  }
  if (!HasResendBudget(slot->size, now)) {
    ++stats_.over_budget;
    return nullptr;
  }
  window_resent_bytes_ += static_cast<std::int64_t>(slot->size);
  slot->is_resend_queued = true;
  return slot;
}

// On the stream itself a second copy would only be a replay.
bool SendStream::TakesCopy(const HistorySlot& slot, Timestamp now) {
  if (slot.resends == 0 || !config_.rtx || !HasResendBudget(slot.size, now)) return false;
  const std::int64_t most = std::max(kLeastCopyBytes, OfNewBytes(kCopyShare));
  const auto size = static_cast<std::int64_t>(slot.size);
  if (window_copied_bytes_ + size > most) return false;
  window_copied_bytes_ += size;
  window_resent_bytes_ += size;
  return true;
}

bool SendStream::OnKeyFrameRequested(Timestamp now) {
  ++stats_.key_frame_requests;
  if (now - key_frame_wanted_at_ < KeyFrameRequests::kMinInterval) {
    ++stats_.key_frame_requests_merged;
    return false;
  }
  key_frame_wanted_at_ = now;
  return true;
}

void SendStream::PrepareFirstSend(HistorySlot& slot, std::uint16_t transport_sequence,
                                  Timestamp now) {
  if (slot.transport_sequence_at != 0) {
    RewriteTransportSequence(slot.bytes, slot.transport_sequence_at, transport_sequence);
  }
  if (slot.abs_send_time_at != 0) {
    RewriteAbsSendTime(slot.bytes, slot.abs_send_time_at, clock_.NtpOf(now));
  }
  slot.sent_at = now;
  const auto payload = static_cast<std::int64_t>(slot.size - slot.header_bytes);
  ++stats_.packets;
  stats_.payload_bytes += payload;
  SlideWindow(now);
  window_new_bytes_ += static_cast<std::int64_t>(slot.size);
  if (newest_) last_ = newest_;
}

void SendStream::OnResentAsItIs(HistorySlot& slot, Timestamp now) {
  slot.is_resend_queued = false;
  slot.sent_at = now;
  ++slot.resends;
  ++stats_.resent;
  stats_.resent_bytes += static_cast<std::int64_t>(slot.size - slot.header_bytes);
}

std::size_t SendStream::WriteRtxHeader(const PacketHeader& original,
                                       std::uint16_t transport_sequence, Timestamp now,
                                       std::span<std::uint8_t> room) {
  std::array<std::uint8_t, kMaxExtensionBytes> scratch{};
  const WrittenExtensions own = WriteOwnExtensions(nullptr, now, scratch);
  if (own.transport_sequence_at != 0) {
    RewriteTransportSequence(scratch, own.transport_sequence_at, transport_sequence);
  }
  PacketHeader header = original;
  header.ssrc = config_.rtx->ssrc;
  header.payload_type = config_.rtx->payload_type;
  header.sequence_number = next_rtx_sequence_++;
  return WriteHeader(header, {.profile = own.profile, .bytes = ByteView(scratch).first(own.size)},
                     room);
}

//   | RTP header of the RTX stream | OSN: original sequence number | original payload |
std::size_t SendStream::WriteRtx(HistorySlot& slot, std::uint16_t transport_sequence, Timestamp now,
                                 std::span<std::uint8_t> room) {
  slot.is_resend_queued = false;
  const auto original = ParsePacketHead(slot.packet());
  if (!config_.rtx || !original) return 0;
  const std::size_t header = WriteRtxHeader(original->header, transport_sequence, now, room);
  SpanWriter out(room.subspan(header));
  out.U16(original->header.sequence_number).Append(original->payload);
  if (header == 0 || !out.ok()) return 0;
  slot.sent_at = now;
  ++slot.resends;
  ++stats_.resent;
  stats_.resent_bytes += static_cast<std::int64_t>(original->payload.size());
  return header + out.size();
}

HistorySlot* SendStream::OldForProbe(Timestamp now) {
  if (!config_.rtx) return nullptr;
  for (std::int64_t back = 1; back <= kProbeReach; ++back) {
    HistorySlot* const slot = history_.Find(next_number_ - back, now);
    const bool is_fresh = slot != nullptr && slot->resends == 0 && !slot->is_resend_queued;
    if (!is_fresh) continue;
    ++stats_.probed;
    return slot;
  }
  return nullptr;
}

std::size_t SendStream::WritePadding(std::size_t padding, std::uint16_t transport_sequence,
                                     Timestamp now, std::span<std::uint8_t> room) {
  if (!config_.rtx || padding == 0 || padding > 255) return 0;
  const std::size_t header =
      WriteRtxHeader({.timestamp = last_ ? last_->timestamp : 0}, transport_sequence, now, room);
  SpanWriter out(room.subspan(header));
  out.Zeros(padding - 1).U8(static_cast<std::uint8_t>(padding));
  if (header == 0 || !out.ok()) return 0;
  room[0] |= 0x20;  // RFC 3550 section 5.1: P.
  return header + out.size();
}

std::optional<rtcp::SenderReport> SendStream::Report(Timestamp now) const {
  if (!last_) return std::nullopt;
  const std::int64_t since = (now - last_->captured_at).us();
  const std::int64_t ticks = units_internal::MultiplyDivide(since, config_.clock_rate, 1'000'000);
  return rtcp::SenderReport{.ssrc = config_.ssrc,
                            .ntp = clock_.NtpOf(now),
                            .rtp_timestamp = last_->timestamp + static_cast<std::uint32_t>(ticks),
                            .packets = static_cast<std::uint32_t>(stats_.packets),
                            .payload_bytes = static_cast<std::uint32_t>(stats_.payload_bytes),
                            .blocks = {}};
}

}  // namespace onair::rtp
