// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/receiver.h"

#include <algorithm>
#include <cstdlib>

#include "core/units/data.h"

namespace onair::rtp {

// RFC 3550 appendix A.1: a number far away is dropped, until the one behind it comes.
std::optional<std::int64_t> ReceiveStatistics::OnPacket(const PacketHeader& header,
                                                        std::size_t payload_bytes, Timestamp now) {
  const std::uint16_t sequence = header.sequence_number;
  const bool is_jump =
      line_.newest() && std::abs(line_.Peek(sequence) - *line_.newest()) > kMaxDropout;
  if (is_jump) {
    ++stats_.jumps;
    if (after_jump_ != sequence) {
      after_jump_ = static_cast<std::uint16_t>(sequence + 1);
      return std::nullopt;
    }
    ++stats_.restarts;
    // A turn further on: numbers that were given never come back.
    first_ = (*line_.newest() / 0x10000 + 1) * 0x10000 + sequence;
    line_.StartAt(first_);
    received_ = received_before_ = expected_before_ = 0;
  }
  after_jump_.reset();
  const bool is_first = !line_.newest();
  const std::int64_t number = line_.Unwrap(sequence);
  if (is_first) first_ = number;
  // Before the first: it came late, and what is expected begins with it.
  first_ = std::min(first_, number);
  ++received_;
  ++stats_.packets;
  stats_.payload_bytes += static_cast<std::int64_t>(payload_bytes);
  UpdateJitter(header.timestamp, now);
  return number;
}

std::optional<std::int64_t> ReceiveStatistics::NumberOf(std::uint16_t sequence) const {
  if (!line_.newest()) return std::nullopt;
  const std::int64_t number = line_.Peek(sequence);
  if (std::abs(number - *line_.newest()) > kMaxDropout) return std::nullopt;
  return number;
}

// RFC 3550 appendix A.8: "jitter += |d| - ((jitter + 8) >> 4)", jitter scaled by 16.
void ReceiveStatistics::UpdateJitter(std::uint32_t timestamp, Timestamp now) {
  const std::int64_t arrival = units_internal::MultiplyDivide(now.us(), clock_rate_, 1'000'000);
  const auto transit = static_cast<std::int32_t>(static_cast<std::uint32_t>(arrival) - timestamp);
  if (transit_) {
    const auto moved = static_cast<std::int32_t>(static_cast<std::uint32_t>(transit) -
                                                 static_cast<std::uint32_t>(*transit_));
    const std::int64_t step = std::abs(std::int64_t{moved});
    // A clock that was set anew is no jitter. Source: libwebrtc receive_statistics_impl.cc, 5 s.
    if (step < std::int64_t{clock_rate_} * 5) jitter_q4_ += step - ((jitter_q4_ + 8) >> 4);
  }
  transit_ = transit;
}

void ReceiveStatistics::OnSenderReport(const rtcp::SenderReport& report, Timestamp now) {
  last_sr_ = report.ntp.compact();
  last_sr_at_ = now;
}

std::int64_t ReceiveStatistics::Expected() const {
  return line_.newest() ? *line_.newest() - first_ + 1 : 0;
}

std::int64_t ReceiveStatistics::lost() const {
  return Expected() - received_;
}

TimeDelta ReceiveStatistics::jitter() const {
  return TimeDelta::Micros(units_internal::MultiplyDivide(jitter_q4_ >> 4, 1'000'000, clock_rate_));
}

std::optional<rtcp::ReportBlock> ReceiveStatistics::Report(std::uint32_t ssrc, Timestamp now) {
  if (!line_.newest()) return std::nullopt;
  const std::int64_t expected = Expected() - expected_before_;
  const std::int64_t lost_now = expected - (received_ - received_before_);
  expected_before_ += expected;
  received_before_ = received_;
  const bool has_loss = expected > 0 && lost_now > 0;
  return rtcp::ReportBlock{
      .ssrc = ssrc,
      .fraction_lost = static_cast<std::uint8_t>(
          has_loss ? std::min<std::int64_t>(255, lost_now * 256 / expected) : 0),
      .cumulative_lost =
          static_cast<std::int32_t>(std::clamp<std::int64_t>(lost(), -0x800000, 0x7fffff)),
      // Turns count from the first packet's.
      .extended_highest = static_cast<std::uint32_t>(*line_.newest() - first_ / 0x10000 * 0x10000),
      .jitter = static_cast<std::uint32_t>(jitter_q4_ >> 4),
      .last_sr = last_sr_,
      .delay_since_last_sr = last_sr_ == 0 ? 0 : CompactUnits(now - last_sr_at_)};
}

}  // namespace onair::rtp
