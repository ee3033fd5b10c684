// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/transport.h"

#include <algorithm>

#include "core/machine/timer_table.h"

namespace onair::rtp {
namespace {

template <typename Streams>
auto* FindIn(Streams& streams, std::uint32_t ssrc) {
  for (auto& stream : streams) {
    if (stream.config().ssrc == ssrc) return &stream;
  }
  return static_cast<decltype(&streams.front())>(nullptr);
}

}  // namespace

Status TransportConfig::Validate() const {
  if (cname.empty() || cname.size() > 255) return Fail(ErrorCode::kInvalidConfig, "cname");
  return pacer.Validate();
}

Status ReceiveStreamConfig::Validate() const {
  if (payload_type > 127) return Fail(ErrorCode::kInvalidConfig, "payload_type");
  if (rtx && (rtx->payload_type > 127 || rtx->ssrc == ssrc)) {
    return Fail(ErrorCode::kInvalidConfig, "rtx");
  }
  if (fec && (fec->payload_type > 127 || fec->ssrc == ssrc || (rtx && rtx->ssrc == fec->ssrc))) {
    return Fail(ErrorCode::kInvalidConfig, "fec");
  }
  if (red && (red->payload_type > 127 || red->ulpfec_payload_type > 127)) {
    return Fail(ErrorCode::kInvalidConfig, "red");
  }
  if (clock_rate < 1000 || clock_rate > 384'000) {
    return Fail(ErrorCode::kInvalidConfig, "clock_rate");
  }
  return {};
}

Result<Transport> Transport::Make(const TransportConfig& config, Rng rng) {
  if (auto valid = config.Validate(); !valid) return Forward(valid);
  return Transport(config, rng);
}

Transport::Transport(const TransportConfig& config, Rng rng)
    : config_(config), rng_(rng), pacer_(config.pacer), schedule_(Rng(rng_.Next())) {}

Status Transport::SetKeys(const SrtpKey& outbound, const SrtpKey& inbound) {
  auto seal = SrtpSender::Make(outbound);
  if (!seal) return Forward(seal);
  auto unseal = SrtpReceiver::Make(inbound);
  if (!unseal) return Forward(unseal);
  seal_ = std::move(*seal);
  unseal_ = std::move(*unseal);
  return {};
}

Status Transport::AddSendStream(const SendStreamConfig& config) {
  if (auto valid = config.Validate(); !valid) return valid;
  const std::size_t count = config.fec ? 2 : 1;
  if (sends_.size() + count > kMaxStreams || FindSend(config.ssrc) != nullptr ||
      (config.fec && FindSend(config.fec->ssrc) != nullptr)) {
    return Fail(ErrorCode::kLimit, "streams that send");
  }
  sends_.emplace_back(config, config_.extensions, config_.clock, rng_);
  if (!config.fec) return {};
  SendStreamConfig fec;
  fec.kind = config.kind;
  fec.ssrc = config.fec->ssrc;
  fec.payload_type = config.fec->payload_type;
  fec.clock_rate = config.clock_rate;
  fec.content = StreamContent::kRepairs;
  fec.mid = config.mid;
  fec.history.max_size = DataSize::Mebibytes(1);  // Until they are paced out.
  sends_.emplace_back(fec, config_.extensions, config_.clock, rng_);
  repairs_.push_back(
      {sends_.size() - 2, sends_.size() - 1, RepairGroups(config.ssrc, config_.extensions)});
  return {};
}

Status Transport::AddReceiveStream(const ReceiveStreamConfig& config) {
  if (auto valid = config.Validate(); !valid) return valid;
  if (receives_.size() == kMaxStreams || FindReceive(config.ssrc) != nullptr) {
    return Fail(ErrorCode::kLimit, "streams that come");
  }
  receives_.push_back(Receive{.config = config,
                              .statistics = ReceiveStatistics(config.clock_rate),
                              .rtx_statistics = ReceiveStatistics(config.clock_rate),
                              .nack = {},
                              .key_frame = {}});
  if (config.fec || config.red) receives_.back().fec.emplace(config.ssrc, config_.extensions);
  return {};
}

void Transport::RemoveReceiveStream(std::uint32_t media_ssrc) {
  std::erase_if(receives_, [&](const Receive& one) { return one.config.ssrc == media_ssrc; });
}

Status Transport::AddRtx(std::uint32_t media_ssrc, const RtxConfig& rtx) {
  Receive* const stream = FindReceive(media_ssrc);
  if (stream == nullptr) return Fail(ErrorCode::kInvalidState, "no such stream");
  if (FindReceive(rtx.ssrc) != nullptr) return Fail(ErrorCode::kLimit, "rtx.ssrc");
  ReceiveStreamConfig config = stream->config;
  config.rtx = rtx;
  if (auto valid = config.Validate(); !valid) return valid;
  stream->config = config;
  return {};
}

std::span<std::uint8_t> Transport::Room(std::uint32_t ssrc, const OutgoingPacket& packet,
                                        Timestamp now) {
  now_ = std::max(now_, now);
  SendStream* const stream = FindSend(ssrc);
  if (stream == nullptr || is_closed_) return {};
  for (Repairs& repairs : repairs_) {
    if (&sends_[repairs.media] == stream) repairs.packet = packet;
  }
  return stream->Room(packet, now_);
}

void Transport::Commit(std::uint32_t ssrc, std::size_t payload_bytes, Marker marker,
                       Timestamp now) {
  now_ = std::max(now_, now);
  for (std::size_t i = 0; i < sends_.size(); ++i) {
    SendStream& stream = sends_[i];
    if (stream.config().ssrc != ssrc) continue;
    const HistorySlot& slot = stream.Commit(payload_bytes, marker);
    Queue(i, slot);
    Protect(i, slot, marker);
    return;
  }
}

std::size_t Transport::max_payload_bytes(std::uint32_t ssrc) const {
  const SendStream* const stream = FindIn(sends_, ssrc);
  return stream != nullptr ? stream->max_payload_bytes() : 0;
}

void Transport::SetRates(DataRate target, std::optional<DataRate> pacing_rate) {
  pacer_.SetRates(target, pacing_rate, now_);
}

void Transport::SetWindow(std::optional<DataSize> window) {
  pacer_.SetWindow(numbers_transport() ? window : std::nullopt);
}

void Transport::StartProbe(const cc::ProbePlan& plan, Timestamp now) {
  now_ = std::max(now_, now);
  const bool pads = std::any_of(sends_.begin(), sends_.end(), [](const SendStream& stream) {
    return stream.config().rtx.has_value();
  });
  pacer_.StartProbe(plan, pads ? Padding::kPossible : Padding::kNone, now_);
}

void Transport::RequestKeyFrame(std::uint32_t ssrc) {
  if (Receive* const stream = FindReceive(ssrc)) stream->key_frame.Want();
}

void Transport::OnKeyFrame(std::uint32_t ssrc, std::int64_t first_number) {
  Receive* const stream = FindReceive(ssrc);
  if (stream == nullptr) return;
  stream->key_frame.OnKeyFrame();
  stream->nack.OnKeyFrame(first_number);
}

void Transport::Close(Timestamp now) {
  now_ = std::max(now_, now);
  wants_goodbye_ = !is_closed_ && !sends_.empty() && seal_.has_value();
  is_closed_ = true;
}

void Transport::HandleTimeout(Timestamp now) {
  now_ = std::max(now_, now);
}

SendStream* Transport::FindSend(std::uint32_t ssrc) {
  return FindIn(sends_, ssrc);
}

DataSize Transport::held() const {
  DataSize held = DataSize::Zero();
  for (const SendStream& stream : sends_) held += stream.history().held();
  return held;
}

const SendStreamStats* Transport::send_stats(std::uint32_t ssrc) const {
  const SendStream* const stream = FindIn(sends_, ssrc);
  return stream != nullptr ? &stream->stats() : nullptr;
}

const NackStats* Transport::nack_stats(std::uint32_t ssrc) const {
  for (const Receive& stream : receives_) {
    if (stream.config.ssrc == ssrc) return &stream.nack.stats();
  }
  return nullptr;
}

const ReceiveStatistics* Transport::receive_statistics(std::uint32_t ssrc) const {
  for (const Receive& stream : receives_) {
    if (stream.config.ssrc == ssrc) return &stream.statistics;
  }
  return nullptr;
}

Transport::Output Transport::Poll() {
  if (!events_.empty()) {
    Event event = events_.front();
    events_.Pop();
    return event;
  }
  if (waiting_) {
    const PacketView packet = *waiting_;
    waiting_.reset();
    if (!DeliverRtp(packet)) ++stats_.unknown_stream;
  }
  if (received_) {
    const Event event = *received_;
    received_.reset();
    return event;
  }
  if (const auto restored = NextRestored()) return Event(*restored);
  if (fates_given_ < fates_.size()) {
    const std::size_t count =
        std::min(fates_.size() - fates_given_, cc::FeedbackReport::kMaxPackets);
    const auto packets = std::span<const cc::PacketFate>(fates_).subspan(fates_given_, count);
    fates_given_ += count;
    return Event(FeedbackReady{{.at = now_,
                                .packets = packets,
                                .in_flight = sent_.in_flight(),
                                .queue_span = pacer_.queue_span(now_),
                                .queue_size = pacer_.queue_size()}});
  }
  if (!seal_) return Idle{};
  if (const auto report = SendRtcp()) return *report;
  if (is_closed_) return Idle{};
  if (const auto media = SendNext()) return *media;
  return NextWake();
}

Idle Transport::NextWake() const {
  Idle next{pacer_.wake_at(), "rtp.pacer"};
  next = Earlier(next, {schedule_.wake_at(), "rtp.reports"});
  next = Earlier(next, {arrivals_.wake_at(), "rtp.feedback"});
  for (const Receive& stream : receives_) {
    next = Earlier(next, {stream.nack.wake_at(rtt()), "rtp.nack"});
    next = Earlier(next, {stream.key_frame.wake_at(rtt()), "rtp.key_frame"});
  }
  return next.wake_at.is_finite() ? next : Idle{};
}

}  // namespace onair::rtp
