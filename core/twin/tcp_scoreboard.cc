// SPDX-License-Identifier: Apache-2.0
#include "core/twin/tcp_scoreboard.h"

#include <algorithm>
#include <utility>

namespace onair::twin {

SentSegment& TcpScoreboard::Append(Bytes payload, std::uint64_t seq, bool is_fin) {
  SentSegment& segment = segments_.emplace_back();
  segment.seq = seq;
  segment.end = seq + payload.size() + (is_fin ? 1 : 0);
  segment.payload = std::move(payload);
  segment.is_fin = is_fin;
  return segment;
}

// draft-cheng-iccrg-delivery-rate-estimation section 3.2.
void TcpScoreboard::MarkSent(SentSegment& segment, Timestamp now, bool is_app_limited) {
  if (outstanding() == 0) first_sent_at_ = delivered_at_ = now;
  if (segment.transmissions++ == 0) {
    end_ = segment.end;
  } else if (segment.transmissions == 2) {
    ++resent_in_flight_;
  }
  if (segment.is_lost) {
    segment.is_lost = false;
    lost_ -= segment.size();
  }
  segment.sent_at = now;
  segment.delivered = delivered_;
  segment.delivered_at = delivered_at_;
  segment.first_sent_at = first_sent_at_;
  segment.is_app_limited = is_app_limited;
}

TcpScoreboard::AckResult TcpScoreboard::OnAck(std::uint64_t ack, std::span<const SeqRange> blocks,
                                              Timestamp now) {
  AckResult result;
  sample_.reset();
  while (!segments_.empty() && segments_.front().end <= ack) {
    SentSegment& first = segments_.front();
    if (first.transmissions == 0) break;  // An ack of what was never sent.
    if (!first.is_sacked) Deliver(first, result, now);
    if (first.is_sacked) {
      sacked_ -= first.size();
      --sacked_segments_;
    }
    if (first.transmissions > 1) --resent_in_flight_;
    acked_ = first.end;
    result.advances = true;
    segments_.pop_front();
    if (lost_hint_ > 0) --lost_hint_;
  }
  for (const SeqRange& block : blocks) {
    auto at = std::lower_bound(
        segments_.begin(), segments_.end(), block.begin,
        [](const SentSegment& segment, std::uint64_t seq) { return segment.seq < seq; });
    for (; at != segments_.end() && at->end <= block.end && at->transmissions > 0; ++at) {
      if (!at->is_sacked) Deliver(*at, result, now);
    }
  }
  FinishSample(result, now);
  return result;
}

void TcpScoreboard::Deliver(SentSegment& segment, AckResult& result, Timestamp now) {
  if (segment.is_lost) lost_ -= segment.size();
  segment.is_lost = false;
  segment.is_sacked = true;
  sacked_ += segment.size();
  ++sacked_segments_;
  result.delivered += segment.size();
  delivered_ += segment.size();
  delivered_at_ = now;
  TakeSample(segment, result);

  const bool is_original = segment.transmissions == 1;
  if (is_original) result.rtt = now - segment.sent_at;
  // RFC 8985 section 6.2 step 3.
  if (is_original && segment.end < highest_delivered_) has_reordering_ = true;
  highest_delivered_ = std::max(highest_delivered_, segment.end);
  const TimeDelta rtt = now - segment.sent_at;
  // RFC 8985 section 6.2 step 2: an ack this early may be of the first transmission.
  if (!is_original && rack_rtt_ > TimeDelta::Zero() && rtt < rack_rtt_ / 2) return;
  if (std::pair(segment.sent_at, segment.end) > std::pair(rack_sent_at_, rack_end_)) {
    rack_sent_at_ = segment.sent_at;
    rack_end_ = segment.end;
    rack_rtt_ = rtt;
  }
}

void TcpScoreboard::TakeSample(const SentSegment& segment, AckResult& result) {
  if (sample_ && segment.delivered < sample_->delivered) return;
  sample_.emplace();
  sample_->delivered = segment.delivered;
  sample_->delivered_at = segment.delivered_at;
  sample_->first_sent_at = segment.first_sent_at;
  sample_->sent_at = segment.sent_at;
  first_sent_at_ = segment.sent_at;
  result.is_app_limited = segment.is_app_limited;
  result.delivered_when_sent = segment.delivered;
}

// Section 3.3: over the longer of the time of sending and the time of acknowledging.
void TcpScoreboard::FinishSample(AckResult& result, Timestamp now) {
  if (!sample_) return;
  const TimeDelta sending = sample_->sent_at - sample_->first_sent_at;
  const TimeDelta span = std::max(sending, now - sample_->delivered_at);
  result.rate = DataSize::Bytes(delivered_ - sample_->delivered) / span;
}

// RFC 8985 section 6.2 step 5.
std::int64_t TcpScoreboard::DetectLosses(Timestamp now, TimeDelta smoothed, TimeDelta least,
                                         bool in_recovery) {
  detect_again_at_ = Timestamp::PlusInfinity();
  if (sacked_segments_ == 0 && resent_in_flight_ == 0) return 0;  // Nothing was overtaken.
  const TimeDelta wait = rack_rtt_ + ReorderWindow(smoothed, least, in_recovery);
  std::int64_t newly_lost = 0;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    SentSegment& segment = segments_[i];
    // In sequence order, what was sent once after the newest delivered one ends the search,
    // unless a retransmission hides behind it.
    const bool is_later =
        std::pair(segment.sent_at, segment.end) > std::pair(rack_sent_at_, rack_end_);
    if (segment.transmissions == 0) break;
    if (is_later && segment.seq >= highest_delivered_ && resent_in_flight_ == 0) break;
    if (segment.is_sacked || segment.is_lost || is_later) continue;
    if (segment.sent_at + wait <= now) {
      segment.is_lost = true;
      lost_ += segment.size();
      newly_lost += segment.size();
      lost_hint_ = std::min(lost_hint_, i);
    } else {
      const Timestamp at = segment.sent_at + wait;
      detect_again_at_ = detect_again_at_.is_finite() ? std::max(detect_again_at_, at) : at;
    }
  }
  return newly_lost;
}

void TcpScoreboard::MarkAllLost() {
  for (SentSegment& segment : segments_) {
    if (segment.is_sacked || segment.is_lost || segment.transmissions == 0) continue;
    segment.is_lost = true;
    lost_ += segment.size();
  }
  lost_hint_ = 0;
}

void TcpScoreboard::UnmarkLost() {
  for (SentSegment& segment : segments_) segment.is_lost = false;
  lost_ = 0;
}

SentSegment* TcpScoreboard::FirstLost() {
  if (lost_ == 0) return nullptr;
  for (; lost_hint_ < segments_.size(); ++lost_hint_) {
    if (segments_[lost_hint_].is_lost) return &segments_[lost_hint_];
  }
  return nullptr;
}

// RFC 8985 section 6.2 step 4, without the part that needs D-SACK.
TimeDelta TcpScoreboard::ReorderWindow(TimeDelta smoothed, TimeDelta least,
                                       bool in_recovery) const {
  constexpr int kDupThresh = 3;
  if (!has_reordering_ && (in_recovery || sacked_segments_ >= kDupThresh)) {
    return TimeDelta::Zero();
  }
  return least.is_finite() ? std::min(least / 4, smoothed) : TimeDelta::Zero();
}

}  // namespace onair::twin
