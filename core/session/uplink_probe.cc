// SPDX-License-Identifier: Apache-2.0
#include "core/session/uplink_probe.h"

#include <algorithm>
#include <utility>

namespace onair::session {
namespace {

constexpr TimeDelta kTick = TimeDelta::Millis(20);

// With a full line the socket is kept at this: more than 20 ms of 20 Mbit/s, so that it does not
// run dry between two ticks. Source: ours.
constexpr DataSize kFullHold = DataSize::Kibibytes(96);
constexpr DataSize kFullPiece = DataSize::Kibibytes(16);

// Time between two frames at least: protocols count milliseconds.
constexpr TimeDelta kFrameStep = TimeDelta::Millis(1);
constexpr TimeDelta kKeyEvery = TimeDelta::Seconds(1);

constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kLeastFiller = kLengthBytes + 2;
constexpr std::uint8_t kFillerHeader = 0x0C;  // nal_ref_idc 0, type 12. H.264 table 7-1.
constexpr std::uint8_t kFillerEnd = 0x80;     // rbsp_trailing_bits. H.264 section 7.3.2.7.

// A NAL unit that decoders throw away, of exactly `size` with its length, at least kLeastFiller.
void AppendFiller(Bytes& out, std::size_t size) {
  const std::size_t unit = std::max(size, kLeastFiller) - kLengthBytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(unit >> shift));
  }
  out.push_back(kFillerHeader);
  out.resize(out.size() + unit - 2, 0xFF);
  out.push_back(kFillerEnd);
}

DataSize SizeOf(const Bytes& bytes) {
  return DataSize::Bytes(static_cast<std::int64_t>(bytes.size()));
}

}  // namespace

UplinkProbe::UplinkProbe(const UplinkProbeConfig& config, Endpoint endpoint,
                         MakeTransport make_transport, Filler filler, TraceSink& trace)
    : config_(config),
      endpoint_(std::move(endpoint)),
      make_transport_(std::move(make_transport)),
      filler_(std::move(filler)),
      trace_(trace) {}

void UplinkProbe::HandleConnected(Timestamp at) {
  Advance(at);
  if (state_ != State::kConnecting) return;
  transport_ = make_transport_(now_);
  state_ = State::kOpening;
  transport_->SetTracks({.video = filler_.track, .audio = std::nullopt}, now_);
  backlog_.Reset(now_);
  DrainTransport();
}

void UplinkProbe::HandleClosed(const Error& error, Timestamp at) {
  Advance(at);
  if (state_ == State::kIdle || state_ == State::kEnded) return;
  transport_.reset();
  End(onair::Fail(error));
}

void UplinkProbe::HandleBytes(ByteView in, Timestamp at) {
  Advance(at);
  if (!transport_) return;
  transport_->HandleBytes(in, now_);
  DrainTransport();
}

void UplinkProbe::HandleUnsent(DataSize unsent, Timestamp at) {
  Advance(at);
  if (!transport_) return;
  backlog_.OnReport(unsent, Underway(), now_);
  transport_->HandleUnsent(backlog_.unsent(), now_);
  DrainTransport();
  if (fills_up_) FillUp();
}

void UplinkProbe::HandleSocketFacts(const SocketFacts& facts, Timestamp at) {
  Advance(at);
  facts_ = facts;
}

void UplinkProbe::HandleTimeout(Timestamp at) {
  Advance(at);
  if (state_ == State::kEnded) return;
  if (timers_.TakeDue(Timer::kConnect, now_)) {
    const ErrorCode code =
        state_ == State::kOpening ? ErrorCode::kTimeout : ErrorCode::kConnectTimeout;
    return End(onair::Fail(code, endpoint_.host));
  }
  if (transport_) transport_->HandleTimeout(now_);
  DrainTransport();
  if (timers_.TakeDue(Timer::kTick, now_)) Tick();
}

void UplinkProbe::Start(Timestamp at) {
  Advance(at);
  if (state_ != State::kIdle) return;
  state_ = State::kConnecting;
  started_at_ = now_;
  timers_.Set(Timer::kConnect, now_ + config_.connect_timeout);
  out_.emplace_back(OpenStream{endpoint_});
}

void UplinkProbe::Stop(Timestamp at) {
  Advance(at);
  if (state_ == State::kEnded) return;
  Leave();
}

Output<UplinkProbe::Event> UplinkProbe::Poll() {
  if (!out_.empty()) {
    Output<Event> first = std::move(out_.front());
    out_.pop_front();
    return first;
  }
  return transport_ ? Earlier(timers_.Next(), transport_idle_) : timers_.Next();
}

void UplinkProbe::DrainTransport() {
  while (transport_) {
    auto said = transport_->Poll();
    if (const auto* idle = std::get_if<Idle>(&said)) {
      transport_idle_ = *idle;
      return;
    }
    if (auto* transmit = std::get_if<Transmit>(&said)) {
      backlog_.OnGiven(SizeOf(transmit->bytes));
      given_ += SizeOf(transmit->bytes);
      out_.emplace_back(std::move(*transmit));
      continue;
    }
    const auto& event = std::get<PublishTransport::Event>(said);
    if (const auto* closed = std::get_if<PublishTransport::Closed>(&event)) {
      transport_.reset();
      return End(onair::Fail(closed->error));
    }
    if (std::holds_alternative<PublishTransport::Moved>(event)) {
      transport_.reset();
      return End(onair::Fail(ErrorCode::kRtmpRejected, "the server redirects elsewhere"));
    }
    if (std::holds_alternative<PublishTransport::Ready>(event)) GoLive();
  }
}

void UplinkProbe::GoLive() {
  if (state_ != State::kOpening) return;
  state_ = State::kSending;
  live_at_ = now_;
  timers_.Stop(Timer::kConnect);
  timers_.Set(Timer::kTick, now_);
  meter_.emplace(config_, now_);
}

void UplinkProbe::Tick() {
  const control::UplinkStep step =
      meter_->OnLook({.at = now_, .given = given_, .held = backlog_.held(), .socket = facts_});
  trace_.Number(now_, "probe.offered_kbps", step.rate.kbps_f());
  trace_.Number(now_, "probe.held_bytes", static_cast<double>(backlog_.held().bytes()));
  if (step.fill == control::UplinkStep::Fill::kEnough) {
    trace_.Decision(now_, "probe.end", "done", step.reason);
    auto report = meter_->Report();
    if (report) report->took = now_ - started_at_;
    return End(std::move(report));
  }
  timers_.Set(Timer::kTick, now_ + kTick);
  fills_up_ = step.fill == control::UplinkStep::Fill::kFull;
  if (fills_up_) return FillUp();
  // A socket that is behind already gets no more than the meter needs to see it.
  if (backlog_.held() <= kFullHold) Send(step.rate * kTick);
}

void UplinkProbe::FillUp() {
  while (state_ == State::kSending && given_ < config_.most_bytes && backlog_.held() < kFullHold) {
    Send(kFullPiece);
  }
}

void UplinkProbe::Send(DataSize size) {
  MediaTime pts = MediaTime::Zero() + (now_ - live_at_);
  if (last_pts_) pts = std::max(pts, *last_pts_ + kFrameStep);
  last_pts_ = pts;
  Bytes payload;
  const bool is_key = !last_key_ || pts - *last_key_ >= kKeyEvery;
  if (is_key) {
    last_key_ = pts;
    const ByteView picture = filler_.key_frame.view();
    payload.assign(picture.begin(), picture.end());
  }
  const auto wanted = static_cast<std::size_t>(size.bytes());
  if (wanted > payload.size()) AppendFiller(payload, wanted - payload.size());
  const FrameKind kind = is_key ? FrameKind::kKey : FrameKind::kDroppable;
  transport_->Send({Buffer::Own(std::move(payload)), kind, pts, pts, now_}, now_);
  DrainTransport();
}

void UplinkProbe::End(Result<UplinkReport> report) {
  Leave();
  out_.emplace_back(Finished{std::move(report)});
}

void UplinkProbe::Leave() {
  const bool has_stream = state_ != State::kIdle && state_ != State::kEnded;
  state_ = State::kEnded;
  timers_.StopAll();
  fills_up_ = false;
  if (transport_) {
    transport_->Close(now_);
    // The goodbye only.
    for (auto said = transport_->Poll(); !std::holds_alternative<Idle>(said);
         said = transport_->Poll()) {
      if (auto* transmit = std::get_if<Transmit>(&said)) out_.emplace_back(std::move(*transmit));
    }
    transport_.reset();
  }
  if (has_stream) out_.emplace_back(CloseStream{});
}

DataSize UplinkProbe::Underway() const {
  DataSize size = DataSize::Zero();
  for (const auto& out : out_) {
    if (const auto* transmit = std::get_if<Transmit>(&out)) size += SizeOf(transmit->bytes);
  }
  return size;
}

}  // namespace onair::session
